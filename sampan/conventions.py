"""Calling conventions of device functions in machine code.

C's convention on x86-64 returns the third or fourth of several floats on the x87 stack. That is
slow, changes signalling NaNs, and goes wrong in LLVM: where a function ends with a call and returns
another part of the result, the call becomes a jump and nobody takes the rest from the stack, which
is full after eight rounds. Vector code has no such results: its floats are vectors.
"""

from __future__ import annotations

from functools import cache

from sampan.ir.core import Function, Instruction, Module
from sampan.ir.types import ArrayType, FloatType, StructType, Type

# It returns up to 16 floats in vector registers.
_IN_REGISTERS = "x86_regcallcc"
_IN_REGISTERS_OF_C = 2  # floats


def keep_results_in_registers(module: Module, triple: str) -> None:
    """Gives functions that return many floats, and all calls of such, another convention than C's.
    Does nothing on other CPUs than x86-64. For modules in which all functions with bodies are
    called only from within."""
    if not triple.startswith("x86_64"):
        return
    for function in module.functions.values():
        if function.is_declaration:
            continue
        if not function.cc and _floats(function.result_type) > _IN_REGISTERS_OF_C:
            function.cc = _IN_REGISTERS
        for inst in function.instructions():
            if inst.op == "call" and _is_own(inst) and _floats(inst.type) > _IN_REGISTERS_OF_C:
                inst.attrs.setdefault("cc", _IN_REGISTERS)


def _is_own(call: Instruction) -> bool:
    """Whether what is called is a function of the module, or one that a pointer leads to."""
    callee = call.callee
    return not isinstance(callee, Function) or not callee.is_declaration


@cache
def _floats(type: Type) -> int:
    """How many floats a value of the type has outside of vectors."""
    if isinstance(type, FloatType):
        return 1
    if isinstance(type, ArrayType):
        return type.count * _floats(type.element)
    if isinstance(type, StructType):
        return sum(map(_floats, type.elements or ()))
    return 0
