"""Lowerings that every target can fall back on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.ir.constants import const_int
from sampan.ir.core import Poison, Value
from sampan.ir.types import I32, I64, PTR, VOID, IntType, array_type

if TYPE_CHECKING:
    from sampan.vectorize.emit import Emitter


def permute_through_memory(e: Emitter, vector: Value, lanes: Value) -> Value:
    slot = e.entry_alloca(array_type(e.width, I32), 64, "permuted")
    slot.attrs["sampan.transient"] = True
    e.emit("store", VOID, [vector, slot], align=64)
    result: Value = Poison(vector.type)
    for number in range(e.width):
        place = const_int(I64, number)
        lane = e.emit("extractelement", I32, [lanes, place])
        address = e.emit("getelementptr", PTR, [slot, e.resize(lane, I64)], source_type=I32)
        value = e.emit("load", I32, [address], align=4)
        result = e.emit("insertelement", vector.type, [result, value, place])
    return result


def divide_magnitudes(e: Emitter, op: str, dividend: Value, divisor: int) -> Value:
    """sdiv or srem in lanes, by an unsigned division: the quotient is negative where the signs
    differ, and the remainder where the dividend is."""
    t = dividend.type
    assert isinstance(t.scalar, IntType)
    none = const_int(t, 0)
    negative = e.icmp("slt", dividend, none)

    def negated(value: Value) -> Value:
        return e.emit("sub", t, [none, value])

    magnitude = e.select(negative, negated(dividend), dividend)
    by = const_int(t, abs(divisor))
    if op == "srem":
        rest = e.emit("urem", t, [magnitude, by])
        return e.select(negative, negated(rest), rest)
    quotient = e.emit("udiv", t, [magnitude, by])
    if divisor < 0:
        return e.select(negative, quotient, negated(quotient))
    return e.select(negative, negated(quotient), quotient)
