"""LLVM's intrinsics that device back ends lack, as plain arithmetic.

For a target's `emit`, behind LLVM's optimiser, which makes some of them of such arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.ir.builder import Builder
from sampan.ir.constants import const_int
from sampan.ir.core import Function, Instruction, Poison, Value
from sampan.ir.types import FloatType, IntType, int_type


def lower(function: Function) -> None:
    for inst in function.instructions():
        if inst.callee_name.startswith("llvm."):
            _, name, *rest = inst.callee_name.split(".")
            lowering = _LOWERINGS.get(name)
            if lowering is _with_overflow and "overflow" not in rest:
                continue  # llvm.uadd.sat and its kin
            if lowering is not None:
                inst.replace_all_uses_with(lowering(Builder.ahead_of(inst), inst))
                inst.erase()


def _bitreverse(b: Builder, call: Instruction) -> Value:
    """Neighbours change places: bits, then pairs, and so on (Hacker's Delight, 7-1)."""
    value, type = call.arguments[0], call.type
    assert isinstance(type, IntType)
    step = 1
    while step < type.bits:
        ones = sum(((1 << step) - 1) << place for place in range(0, type.bits, 2 * step))
        mask, distance = const_int(type, ones), const_int(type, step)
        down = b.and_(b.lshr(value, distance), mask)
        up = b.shl(b.and_(value, mask), distance)
        value = b.or_(down, up)
        step *= 2
    return value


def _abs(b: Builder, call: Instruction) -> Value:
    """Wraps at the smallest number, of which OpenCL's `abs` makes what it likes on some devices."""
    value = call.arguments[0]
    is_negative = b.icmp("slt", value, const_int(call.type, 0))
    return b.select(is_negative, b.neg(value), value)


def _with_overflow(b: Builder, call: Instruction) -> Value:
    """llvm.{s,u}{add,sub}.with.overflow (Hacker's Delight, 2-13)."""
    left, right = call.arguments
    is_signed, is_sum = call.callee_name[5] == "s", call.callee_name[6:9] == "add"
    result = b.add(left, right) if is_sum else b.sub(left, right)
    if is_signed:
        signs = (b.xor(left, result), b.xor(right, result) if is_sum else b.xor(left, right))
        overflow = b.icmp("slt", b.and_(*signs), const_int(left.type, 0))
    else:
        overflow = b.icmp("ult", result, left) if is_sum else b.icmp("ult", left, right)
    both = b.insertvalue(Poison(call.type), result, [0])
    return b.insertvalue(both, overflow, [1])


def _extreme(b: Builder, call: Instruction) -> Value:
    """llvm.{min,max}imumnum: the number where one operand is none, and -0 is less than +0."""
    left, right = call.arguments
    type = call.type
    assert isinstance(type, FloatType)
    is_minimum = call.callee_name.startswith("llvm.min")
    bits = [b.cast("bitcast", value, int_type(type.bits)) for value in (left, right)]
    # Of equal numbers only the zeros' signs can differ.
    signs = b.or_(*bits) if is_minimum else b.and_(*bits)
    result: Value = b.cast("bitcast", signs, type)
    result = b.select(b.fcmp("olt" if is_minimum else "ogt", left, right), left, result)
    result = b.select(b.fcmp("ogt" if is_minimum else "olt", left, right), right, result)
    result = b.select(b.fcmp("uno", right, right), left, result)
    return b.select(b.fcmp("uno", left, left), right, result)


_LOWERINGS: dict[str, Callable[[Builder, Instruction], Value]] = {
    "maximumnum": _extreme,
    "minimumnum": _extreme,
    "abs": _abs,
    "bitreverse": _bitreverse,
    **{name: _with_overflow for name in ("sadd", "ssub", "uadd", "usub")},
}
