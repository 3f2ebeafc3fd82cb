"""Kernels that kernels launch: what stands for a kernel's address in device code.

Clang writes a launch as cudaLaunchDevice(kernel, …). The address of a kernel's code would be of no
use, as the runtime chooses among the kernel's forms: its name takes the place, by which the runtime
finds the kernel in the same module.
"""

from __future__ import annotations

from collections.abc import Sequence

from sampan.frontend.emit import Emit
from sampan.frontend.expand_constants import expand_constants
from sampan.ir.core import ConstString, Function, GlobalVariable, Instruction, Module, Value
from sampan.ir.types import I8, array_type

SUFFIX = ".kernel.name"


def name_kernels(module: Module, kernels: Sequence[Function]) -> None:
    """Replaces the kernels' addresses in code by those of constants with their names.

    To be called while address spaces are still there: the constants are in the generic one."""
    names: dict[Value, GlobalVariable] = {}

    def constant(kernel: Function) -> GlobalVariable:
        if kernel not in names:
            data = kernel.name.encode() + b"\0"
            type = array_type(len(data), I8)
            made = GlobalVariable(
                kernel.name + SUFFIX, type, ConstString(type, data), linkage="private",
                is_const=True, align=1,
            )  # fmt: skip
            module.variables[made.name] = made
            names[kernel] = made
        return names[kernel]

    wanted = set(kernels)
    for function in module.functions.values():
        if not function.blocks:
            continue
        expand_constants(function, lambda value: value in wanted)
        for inst in function.instructions():
            for index, operand in enumerate(inst.operands):
                called = inst.op == "call" and index == len(inst.operands) - 1
                if isinstance(operand, Function) and operand in wanted and not called:
                    inst.set_operand(index, constant(operand))


def launch_buffer(e: Emit, call: Instruction) -> Value:
    """cudaGetParameterBuffer(alignment, size)"""
    return e.sampan("sampan_launch_buffer", e.sampan("sampan.self"), *call.arguments)


def device_runtime(e: Emit, call: Instruction) -> Value:
    """__sampan_device_runtime(thread, call, a…g) of the headers."""
    return e.sampan("sampan_device_runtime", e.sampan("sampan.self"), *call.arguments)
