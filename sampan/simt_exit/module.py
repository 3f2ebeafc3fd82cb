"""The object of a module whose kernels run on a device: their code and their variables as data."""

from __future__ import annotations

from sampan import abi, codegen
from sampan.codegen import CpuTarget
from sampan.demangle import demangle
from sampan.diagnostics import UnsupportedError
from sampan.dump import Dump
from sampan.frontend.descriptors import fill_descriptor
from sampan.frontend.nvvm import DeviceModule
from sampan.frontend.reach import reachable_globals
from sampan.ir.core import Function, Module
from sampan.ir.lexer import escape_bytes
from sampan.ir.types import pointer_type
from sampan.ir.writer import write_module
from sampan.module_object import CompiledKernel, Variant, descriptor_text
from sampan.simt_exit import flatten, image, lower, meetings, spaces, wide_integers
from sampan.simt_exit.base import SimtTarget
from sampan.simt_exit.image import Image

CODE = "sampan.code"


def device_object(
    device: DeviceModule, module_id: str, host: CpuTarget, target: SimtTarget, dump: Dump
) -> tuple[bytes, list[CompiledKernel]]:
    """The object file for the host, and its kernels. Takes the functions out of the module.
    Raises UnsupportedError, with the line, for what the device lacks."""
    block = _prepare(device, target)
    variant = Variant(abi.DEVICE_CODE, 1, abi.ANY_BLOCK, 0, CODE)
    reason = f"compiled for {target.device}"
    kernels = [CompiledKernel(kernel, [variant], reason) for kernel in device.kernels]
    # Before the types' pointers become the device's.
    lines = [
        _types(device.module, host),
        image.image_text(block),
        # The runtime writes the variables' places on the device into the table.
        descriptor_text(module_id, kernels, device.variables, movable=True),
    ]
    code, says = device_code(device, block, target, dump)
    pointers = ", ".join(f"i64 {place}" for place in block.pointers)
    lines += [
        f'@{CODE}.text = internal constant [{len(code)} x i8] c"{escape_bytes(code)}", align 8',
        f"@{CODE}.pointers = internal constant [{len(block.pointers)} x i64] [{pointers}]",
        f"@{CODE} = internal constant {abi.DEVICE_CODE_TYPE} {{ i32 {target.format},"
        f" i32 {abi.DEVICE_SAYS if says else 0},"
        f" ptr @{CODE}.text, i64 {len(code)}, ptr @{image.NAME}, i64 {block.size},"
        f" ptr @{CODE}.pointers, i64 {len(block.pointers)} }}",
    ]
    parsed = codegen.parse("\n".join(lines) + "\n")
    return codegen.emit_object(parsed, host, level=0), kernels


def _prepare(device: DeviceModule, target: SimtTarget) -> Image:
    """Makes the kernels flat, and finds a place for every variable."""
    for descriptor in device.descriptors.values():
        fill_descriptor(descriptor, {})  # an address that tells functions apart, not a way to them
    for kernel in device.kernels:
        flatten.flatten(kernel, target.device, lower.allowed)
        wide_integers.lower(kernel.function, target)
        meetings.check(kernel, target.device)
    for variable in device.variables:
        if variable.flags & abi.VAR_MANAGED:
            raise UnsupportedError(
                f"the __managed__ variable {demangle(variable.name)} cannot be on {target.device}",
                hint="cudaMallocManaged memory can; or leave SAMPAN_DEVICE unset",
            )
    roots = [kernel.function for kernel in device.kernels]
    alive = reachable_globals(device.module, [*roots, *(v.variable for v in device.variables)])
    return image.lay_out(v for v in device.module.variables.values() if v in alive)


def device_code(
    device: DeviceModule, block: Image, target: SimtTarget, dump: Dump
) -> tuple[bytes, bool]:
    """The kernels in the device's code, and whether they print or fail by themselves. Requires
    `_prepare`."""
    forms: dict[str, Function] = {}
    says = False
    spaces.generic_types(device.module)
    for kernel in device.kernels:
        form, form_says = lower.lower(device.module, kernel, block, target)
        forms[kernel.name] = form
        says |= form_says
        by_argument = lower.argument_spaces(form)
        for argument, space in by_argument.items():
            argument.type = pointer_type(space)
        spaces.assign(form, by_argument, form.args[0])
    text = _device_text(device.module, forms, target)
    dump.stage("simt-exit", text)
    code = target.emit(text)
    dump.stage_bytes(target.name, code, target.suffix)
    return code, says


def _device_text(module: Module, forms: dict[str, Function], target: SimtTarget) -> str:
    """LLVM IR with the kernels alone."""
    out = Module()
    out.named_types = module.named_types
    out.triple, out.datalayout = target.code.triple, target.code.datalayout
    for name, form in forms.items():
        form.function_type = lower.signature()
        form.name, form.linkage, form.cc = name, "", target.kernel_convention
        form.metadata.clear()
        out.functions[name] = form
        for inst in form.instructions():
            inst.metadata.clear()
            if inst.op == "call" and isinstance(inst.callee, Function):
                out.functions[inst.callee.name] = inst.callee
    return write_module(out)


def _types(module: Module, host: CpuTarget) -> str:
    out = Module()
    out.triple, out.datalayout = host.triple, host.datalayout
    out.named_types = module.named_types
    return write_module(out)
