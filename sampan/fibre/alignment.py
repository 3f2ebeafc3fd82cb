"""Alignment as a GPU asks for it, in code for a debugger.

A GPU faults where an access is not aligned to its size; a CPU does not mind. Every access of a lane
form that clang takes to be aligned is preceded by a call of the runtime that looks. Too slow for
optimised code, where such a program gets the result that its author meant.
"""

from __future__ import annotations

import re

from sampan import abi
from sampan.frontend.emit import Emit
from sampan.ir.constants import const_int
from sampan.ir.core import Argument, Function, Instruction, Value
from sampan.ir.types import I32

_COPIES = re.compile(r"llvm\.(memcpy|memmove|memset)\.")
_ALIGN = re.compile(r"\balign (\d+)")


def check_alignment(function: Function) -> None:
    """`function` is a lane form: its first argument is the thread."""
    me = function.args[0]
    assert function.module is not None
    for inst in list(function.instructions()):
        for address, alignment in _accesses(inst):
            if alignment > 1 and not _is_ours(address, me):
                e = Emit(function.module, inst)
                e.sampan(abi.CHECK_ALIGNMENT, me, address, const_int(I32, alignment))


def _accesses(inst: Instruction) -> list[tuple[Value, int]]:
    """The addresses that an instruction accesses, and what they are aligned to."""
    if inst.op == "load" or inst.op in ("atomicrmw", "cmpxchg"):
        return [(inst.operands[0], inst.attrs.get("align") or 1)]
    if inst.op == "store":
        return [(inst.operands[1], inst.attrs.get("align") or 1)]
    if inst.op == "call" and (copy := _COPIES.match(inst.callee_name)):
        attributes = inst.attrs.get("param_attrs", ())
        found = []
        for index in range(1 if copy[1] == "memset" else 2):
            text = attributes[index] if index < len(attributes) else ""
            match = _ALIGN.search(text)
            found.append((inst.operands[index], int(match[1]) if match else 1))
        return found
    return []


def _is_ours(address: Value, me: Argument) -> bool:
    """Whether this is a variable of the function, or of the runtime's description of the thread."""
    while isinstance(address, Instruction) and address.op == "getelementptr":
        if not all(hasattr(index, "value") for index in address.operands[1:]):
            return False
        address = address.operands[0]
    if isinstance(address, Instruction):
        return address.op == "alloca" or "invariant.load" in address.metadata
    return address is me
