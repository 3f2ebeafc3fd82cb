"""result[i] = vector[lanes[i]] for 32 lanes of 32 bits, with lanes known at run time only.

LLVM has no such operation, but some targets do, and LLVM turns theirs into fixed shuffles where the
lanes become constant (an unrolled reduction loop).
"""

from __future__ import annotations

from sampan.ir.constants import const_int
from sampan.ir.core import ConstSplat, Poison, Value
from sampan.ir.types import I32, I64, PTR, VOID, array_type, vector_type
from sampan.vectorize.emit import Emitter


def permute(e: Emitter, vector: Value, lanes: Value) -> Value:
    """`lanes` must be below 32."""
    if "avx512f" in e.cpu_features:
        return _by_tables(e, vector, lanes, 16)
    if "avx2" in e.cpu_features:
        return _by_tables(e, vector, lanes, 8)
    return _through_memory(e, vector, lanes)


def _part(e: Emitter, vector: Value, first: int, count: int) -> Value:
    return e.emit(
        "shufflevector",
        vector_type(count, I32),
        [vector, Poison(vector.type)],
        mask=tuple(range(first, first + count)),
    )


def _by_tables(e: Emitter, vector: Value, lanes: Value, size: int) -> Value:
    """Every part of the result is looked up in registers of `size` lanes."""
    count = e.width
    tables = [_part(e, vector, first, size) for first in range(0, count, size)]
    results = []
    for first in range(0, count, size):
        index = _part(e, lanes, first, size)
        results.append(_pair(e, tables, index) if size == 16 else _four(e, tables, index))
    while len(results) > 1:
        results = [_join(e, a, b) for a, b in zip(results[::2], results[1::2], strict=True)]
    return results[0]


def _pair(e: Emitter, tables: list[Value], index: Value) -> Value:
    """Looks up in two registers of 16 lanes: bit 4 chooses the register."""
    name = "llvm.x86.avx512.vpermi2var.d.512"
    return e.call(name, index.type, [tables[0], index, tables[1]])


def _four(e: Emitter, tables: list[Value], index: Value) -> Value:
    """Looks up in four registers of 8 lanes: bits 3 and 4 choose the register."""
    found = [e.call("llvm.x86.avx2.permd", index.type, [t, index]) for t in tables]

    def chosen(bit: int) -> Value:
        only = ConstSplat(index.type, [const_int(I32, bit)])
        return e.icmp("ne", e.emit("and", index.type, [index, only]), e.zero(index.type))

    low, high = chosen(8), chosen(16)
    return e.select(high, e.select(low, found[3], found[2]), e.select(low, found[1], found[0]))


def _join(e: Emitter, a: Value, b: Value) -> Value:
    size = a.type.count  # type: ignore[attr-defined]
    return e.emit(
        "shufflevector", vector_type(2 * size, I32), [a, b], mask=tuple(range(2 * size))
    )


def _through_memory(e: Emitter, vector: Value, lanes: Value) -> Value:
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
