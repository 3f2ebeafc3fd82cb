"""Products of 128 bits, of which devices have the upper half alone.

`__umul64hi` and `__mul64hi` come as products of i128 that are shifted down and cut off. Requires a
flat kernel. Establishes: no integer of more than 64 bits, or an error with the line.
"""

from __future__ import annotations

from sampan.frontend.emit import Emit
from sampan.ir.core import ConstInt, Function, Instruction, Value
from sampan.ir.types import I64, IntType
from sampan.simt_exit.base import SimtTarget
from sampan.simt_exit.flatten import refused


def lower(function: Function, target: SimtTarget) -> None:
    assert function.module is not None
    for inst in function.instructions():
        found = _upper_half(inst)
        if found is not None:
            e = Emit(function.module, inst)
            inst.replace_all_uses_with(target.multiply_high(e, *found))
    _drop_unused(function)
    for inst in function.instructions():
        if isinstance(inst.type, IntType) and inst.type.bits > 64:
            what = f"arithmetic with integers of {inst.type.bits} bits"
            raise refused(what, inst, target.device)


def _upper_half(inst: Instruction) -> tuple[Value, Value, bool] | None:
    """Both factors and whether they are signed, of trunc(lshr(mul(ext a, ext b), 64))."""
    if inst.op != "trunc" or inst.type is not I64 or not inst.used:
        return None
    shift = inst.operands[0]
    if not isinstance(shift, Instruction) or shift.op not in ("lshr", "ashr"):
        return None
    product, amount = shift.operands
    if not (isinstance(amount, ConstInt) and amount.value == 64):
        return None
    if not isinstance(product, Instruction) or product.op != "mul":
        return None
    factors = product.operands
    for op in ("zext", "sext"):
        narrow = [_narrow(factor, op) for factor in factors]
        if all(narrow):
            left, right = narrow
            assert left is not None and right is not None
            return left, right, op == "sext"
    return None


def _narrow(value: Value, op: str) -> Value | None:
    """The 64 bits that `value` is an extension of."""
    if isinstance(value, ConstInt):
        fits = value.value < 1 << 64 if op == "zext" else -(1 << 63) <= value.signed < 1 << 63
        return ConstInt(I64, value.value) if fits else None
    if isinstance(value, Instruction) and value.op == op and value.operands[0].type is I64:
        return value.operands[0]
    return None


def _drop_unused(function: Function) -> None:
    for block in function.blocks:
        for inst in reversed(list(block.instructions)):
            if isinstance(inst.type, IntType) and inst.type.bits > 64 and not inst.used:
                inst.erase()
            elif inst.op == "trunc" and not inst.used:
                inst.erase()
