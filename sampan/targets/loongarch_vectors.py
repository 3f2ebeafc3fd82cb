"""What LLVM 22 fails at, or gets wrong, in vectors for LSX and LASX, in other words."""

from __future__ import annotations

from sampan.ir.builder import Builder
from sampan.ir.constants import const_int, elements_of, zero
from sampan.ir.core import ConstAggregate, Constant, ConstInt, Instruction, Value
from sampan.ir.types import DOUBLE, FLOAT, I64, IntType, Type, VectorType, vector_type

_DROPPED = 11  # bits of an integer of 64 that a double has no place for


def divide_by_constant(b: Builder, inst: Instruction) -> Value | None:
    """A signed division by constants, of elements of 32 bits or less, as an unsigned one of
    magnitudes: the quotient is negative where the signs differ, and the remainder where the
    dividend is. LLVM fails an assertion at the signed one in vectors that take several registers,
    as it makes a product's upper half of a vector that it has not yet taken apart."""
    t, divisor = inst.type, inst.operands[1]
    element = t.scalar
    if not isinstance(element, IntType) or element.bits > 32 or not isinstance(divisor, Constant):
        return None
    lanes = [one.signed for one in elements_of(divisor) or () if isinstance(one, ConstInt)]
    assert isinstance(t, VectorType)
    if len(lanes) != t.count:
        return None
    dividend, none = inst.operands[0], zero(t)
    negative = b.icmp("slt", dividend, none)
    magnitude = b.select(negative, b.sub(none, dividend), dividend)
    by = ConstAggregate(t, [const_int(element, abs(lane)) for lane in lanes])
    if inst.op == "srem":
        rest = b.binop("urem", magnitude, by)
        return b.select(negative, b.sub(none, rest), rest)
    signs = ConstAggregate(t, [const_int(element, -1 if lane < 0 else 0) for lane in lanes])
    differ = b.icmp("slt", b.xor(dividend, signs), none)
    quotient = b.binop("udiv", magnitude, by)
    return b.select(differ, b.sub(none, quotient), quotient)


def float_to_long(b: Builder, inst: Instruction) -> Value | None:
    """LASX: by way of double, which is exact. LLVM converts to 32 bits and extends those."""
    value = inst.operands[0]
    if inst.type.scalar is not I64 or value.type.scalar is DOUBLE:
        return None
    wide = b.cast("fpext", value, _of(inst.type, DOUBLE))
    return b.cast(inst.op, wide, inst.type)


def long_to_float(b: Builder, inst: Instruction) -> Value | None:
    """LASX: LLVM rounds to double, then to float. Here what the double has no place for is kept as
    one sticky bit of the last that it has, so that the first step is exact and the second rounds
    right: as LLVM does on PowerPC (PPCTargetLowering::LowerINT_TO_FP)."""
    value = inst.operands[0]
    if value.type.scalar is not I64 or inst.type.scalar is not FLOAT:
        return None
    t = value.type
    low = const_int(t, (1 << _DROPPED) - 1)
    sticky = b.add(b.and_(value, low), low)
    kept = b.and_(b.or_(sticky, value), const_int(t, -1 << _DROPPED))
    places = const_int(t, 64 - _DROPPED)
    if inst.op == "sitofp":
        top = b.add(b.binop("ashr", value, places), const_int(t, 1))
        large = b.icmp("ugt", top, const_int(t, 1))
    else:
        large = b.icmp("ne", b.lshr(value, places), zero(t))
    exact = b.cast(inst.op, b.select(large, kept, value), _of(t, DOUBLE))
    return b.cast("fptrunc", exact, inst.type)


def _of(vector: Type, element: Type) -> Type:
    assert isinstance(vector, VectorType)
    return vector_type(vector.count, element)
