"""The device object of a program whose kernels are interpreted: variables, and code as data."""

from __future__ import annotations

from sampan import abi, codegen
from sampan.codegen import CpuTarget
from sampan.frontend.descriptors import fill_descriptor
from sampan.frontend.nvvm import DeviceModule
from sampan.ir.lexer import escape_bytes, quoted_name
from sampan.ir.types import size_of
from sampan.ir.writer import write_module
from sampan.module_object import CompiledKernel, Variant, descriptor_text

REASON = "the interpreter was asked for"
CODE = "sampan.code"


def interpreted_object(
    device: DeviceModule, module_id: str, target: CpuTarget
) -> tuple[bytes, list[CompiledKernel]]:
    """The object file, and its kernels. Takes the functions out of the module."""
    module = device.module
    code = write_module(module).encode()
    for function in module.functions.values():
        for inst in function.instructions():
            inst.drop_operands()
    # A descriptor is known by its address alone.
    for descriptor in device.descriptors.values():
        fill_descriptor(descriptor, {})
    module.functions.clear()
    module.metadata.clear()
    variant = Variant(abi.INTERPRETED, 1, abi.ANY_BLOCK, 0, CODE)
    kernels = [CompiledKernel(kernel, [variant], REASON) for kernel in device.kernels]
    table = [
        f"{abi.VARIABLE_TYPE} {{ ptr @sampan.code.name{number}, ptr @{quoted_name(name)},"
        f" i64 {size_of(variable.value_type)}, i32 0, i32 0 }}"
        for number, (name, variable) in enumerate(module.variables.items())
    ]
    lines = [write_module(module), descriptor_text(module_id, kernels, device.variables)]
    lines += [
        f"@sampan.code.name{number} = private constant {_bytes(name.encode() + bytes(1))}"
        for number, name in enumerate(module.variables)
    ]
    lines += [
        f"@sampan.code.text = internal constant {_bytes(code)}",
        f"@sampan.code.variables = internal constant [{len(table)} x {abi.VARIABLE_TYPE}]"
        f" [{', '.join(table)}]",
        f"@{CODE} = internal constant {abi.CODE_TYPE} {{ ptr @sampan.code.text, i64 {len(code)},"
        f" ptr @sampan.code.variables, i64 {len(table)} }}",
    ]
    parsed = codegen.parse("\n".join(lines) + "\n")
    return codegen.emit_object(parsed, target, level=0), kernels


def _bytes(data: bytes) -> str:
    return f'[{len(data)} x i8] c"{escape_bytes(data)}"'
