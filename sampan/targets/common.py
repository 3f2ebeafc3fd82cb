"""Lowerings that every target can fall back on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.ir.constants import const_int
from sampan.ir.core import Poison, Value
from sampan.ir.types import I32, I64, PTR, VOID, array_type

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
