"""The object of a module whose kernels run on a device: their code and their variables as data."""

from __future__ import annotations

from sampan import abi, codegen
from sampan.codegen import CpuTarget
from sampan.demangle import demangle
from sampan.diagnostics import UnsupportedError
from sampan.dump import Dump
from sampan.frontend.descriptors import fill_descriptor
from sampan.frontend.nvvm import DeviceModule, Kernel
from sampan.frontend.reach import reachable_globals
from sampan.ir.core import Function, Module
from sampan.ir.lexer import escape_bytes
from sampan.ir.types import pointer_type
from sampan.ir.writer import write_module
from sampan.module_object import CompiledKernel, Variant, descriptor_text
from sampan.simt_exit import atomics, flatten, image, lower, meetings, spaces, wide_integers
from sampan.simt_exit.base import SHARED, SimtTarget
from sampan.simt_exit.flatten import refused
from sampan.simt_exit.image import Image
from sampan.simt_exit.lower import Form

CODE, WARPS = "sampan.code", "sampan.code.warps"


def device_object(
    device: DeviceModule, module_id: str, host: CpuTarget, target: SimtTarget, dump: Dump
) -> tuple[bytes, list[CompiledKernel]]:
    """The object file for the host, and its kernels. Takes the functions out of the module.
    Raises UnsupportedError, with the line, for what the device lacks."""
    conditions, block = _prepare(device, target)
    kernels = [_described(kernel, conditions[kernel.name]) for kernel in device.kernels]
    # Before the types' pointers become the device's.
    lines = [
        _types(device.module, host),
        image.image_text(block),
        # The runtime writes the variables' places on the device into the table.
        descriptor_text(module_id, kernels, device.variables, movable=True),
        f"@{CODE}.pointers = internal constant [{len(block.pointers)} x i64]"
        f" [{', '.join(f'i64 {place}' for place in block.pointers)}]",
    ]
    spaces.generic_types(device.module)
    forms = [_form(device.module, kernel, block, target) for kernel in device.kernels]
    for name, warps in ((CODE, False), (WARPS, True)):
        part = [form for form in forms if form.warps == warps]
        if part:
            lines.append(_code_text(name, device.module, part, block, target, dump))
    parsed = codegen.parse("\n".join(lines) + "\n")
    return codegen.emit_object(parsed, host, level=0), kernels


def device_code(device: DeviceModule, target: SimtTarget, dump: Dump) -> bytes:
    """The device's code alone, of all kernels. Raises as `device_object`."""
    _, block = _prepare(device, target)
    spaces.generic_types(device.module)
    forms = [_form(device.module, kernel, block, target) for kernel in device.kernels]
    text = _device_text(device.module, forms, target)
    dump.stage("simt-exit", text)
    return target.emit(text)


def _described(kernel: Kernel, condition: int) -> CompiledKernel:
    warps = meetings.uses_warps(kernel.function)
    width = abi.WARP_SIZE if warps else 1
    variant = Variant(abi.DEVICE_CODE, width, condition, 0, WARPS if warps else CODE)
    return CompiledKernel(kernel, [variant], "")


def _code_text(
    name: str, module: Module, forms: list[Form], block: Image, target: SimtTarget, dump: Dump
) -> str:
    """A SampanDeviceCode. Kernels with operations of warps have one of their own, as there are
    devices that take all but those."""
    text = _device_text(module, forms, target)
    dump.stage("simt-exit", text)
    code = target.emit(text)
    dump.stage_bytes(target.name, code, target.suffix)
    flags = abi.DEVICE_SAYS if any(form.says for form in forms) else 0
    flags |= abi.DEVICE_WARPS if any(form.warps for form in forms) else 0
    return (
        f'@{name}.text = internal constant [{len(code)} x i8] c"{escape_bytes(code)}", align 8\n'
        f"@{name} = internal constant {abi.DEVICE_CODE_TYPE} {{ i32 {target.format}, i32 {flags},"
        f" ptr @{name}.text, i64 {len(code)}, ptr @{image.NAME}, i64 {block.size},"
        f" ptr @{CODE}.pointers, i64 {len(block.pointers)} }}"
    )


def _prepare(device: DeviceModule, target: SimtTarget) -> tuple[dict[str, int], Image]:
    """Makes the kernels flat, and finds for which blocks each may run (SampanVariant.condition) and
    a place for every variable."""
    conditions = {}
    for descriptor in device.descriptors.values():
        fill_descriptor(descriptor, {})  # an address that tells functions apart, not a way to them
    for kernel in device.kernels:
        flatten.flatten(kernel, target.device, lower.allowed)
        wide_integers.lower(kernel.function, target)
        conditions[kernel.name] = meetings.check(kernel, target.device)
    for variable in device.variables:
        if variable.flags & abi.VAR_MANAGED:
            raise UnsupportedError(
                f"the __managed__ variable {demangle(variable.name)} cannot be on {target.device}",
                hint="cudaMallocManaged memory can; or leave SAMPAN_DEVICE unset",
            )
    roots = [kernel.function for kernel in device.kernels]
    alive = reachable_globals(device.module, [*roots, *(v.variable for v in device.variables)])
    placed = [v for v in device.module.variables.values() if v in alive]
    return conditions, image.lay_out(placed)


def _form(module: Module, kernel: Kernel, block: Image, target: SimtTarget) -> Form:
    form = lower.lower(module, kernel, block, target)
    by_argument = lower.argument_spaces(form.function)
    for argument, space in by_argument.items():
        argument.type = pointer_type(space)
    spaces.assign(form.function, by_argument, form.function.args[0])
    _check_steps(form.function, target)
    return form


def _check_steps(form: Function, target: SimtTarget) -> None:
    """Code from before __syncwarp counts on the lanes of a warp being in step between accesses of
    volatile shared memory. Nothing keeps them in step on a device whose groups are not warps."""
    for inst in form.instructions():
        if inst.attrs.get("volatile") and atomics.ATOMIC not in inst.metadata:
            pointer = inst.operands[-1]
            if pointer.type is pointer_type(SHARED):
                raise refused("volatile shared memory", inst, target.device)


def _device_text(module: Module, forms: list[Form], target: SimtTarget) -> str:
    """LLVM IR with the kernels alone."""
    out = Module()
    out.named_types = module.named_types
    code = target.warp_code if any(form.warps for form in forms) else target.code
    out.triple, out.datalayout = code.triple, code.datalayout
    for form in forms:
        function = form.function
        function.function_type = lower.signature()
        function.linkage, function.cc = "", target.kernel_convention
        function.metadata.clear()
        for kind, node in target.warp_metadata.items() if form.warps else ():
            number = next((n for n, text in out.metadata.items() if text == node), None)
            number = number or f"!{len(out.metadata)}"
            out.metadata[number] = node
            function.metadata[kind] = number
        out.functions[function.name] = function
        for inst in function.instructions():
            inst.metadata.clear()
            if inst.op == "call" and isinstance(inst.callee, Function):
                out.functions[inst.callee.name] = inst.callee
    return write_module(out)


def _types(module: Module, host: CpuTarget) -> str:
    out = Module()
    out.triple, out.datalayout = host.triple, host.datalayout
    out.named_types = module.named_types
    return write_module(out)
