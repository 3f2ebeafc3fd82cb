"""Gives integer division the results it has on a GPU, which never traps.

x / 0 is all ones (unsigned) or -1 (signed), x % 0 is x; the smallest integer divided by -1 is
itself, with remainder 0. The same on every path and in the interpreter.
"""

from __future__ import annotations

from sampan.ir.builder import Builder
from sampan.ir.constants import all_ones, const_int
from sampan.ir.core import ConstInt, Function, Instruction, Value

DIVISIONS = frozenset({"udiv", "sdiv", "urem", "srem"})


def guard_divisions(function: Function) -> None:
    for inst in function.instructions():
        if inst.op in DIVISIONS and not _is_safe(inst):
            _guard(inst)


def _is_safe(inst: Instruction) -> bool:
    divisor = inst.operands[1]
    if not isinstance(divisor, ConstInt) or divisor.value == 0:
        return False
    return inst.op in ("udiv", "urem") or divisor.signed != -1


def _guard(inst: Instruction) -> None:
    dividend, divisor = inst.operands
    build = Builder.ahead_of(inst)
    ones = all_ones(inst.type)
    is_zero = build.icmp("eq", divisor, const_int(inst.type, 0))
    bad: Value = is_zero
    is_minus_one: Value | None = None
    if inst.op in ("sdiv", "srem"):
        is_minus_one = build.icmp("eq", divisor, ones)
        bad = build.or_(is_zero, is_minus_one)
    safe = build.select(bad, const_int(inst.type, 1), divisor)
    # With the divisor 1 in place of -1 the remainder is 0, as it should be.
    result: Value = build.binop(inst.op, dividend, safe)
    if inst.op == "sdiv":
        assert is_minus_one is not None
        result = build.select(is_minus_one, build.neg(dividend), result)
    on_zero = ones if inst.op in ("udiv", "sdiv") else dividend
    result = build.select(is_zero, on_zero, result)
    inst.replace_all_uses_with(result)
    inst.erase()
