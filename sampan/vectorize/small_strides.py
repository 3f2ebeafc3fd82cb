"""Accesses a few elements apart, such as one member of an array of structures, by whole vectors.

A gather or scatter takes about two cycles a lane. A load of all that lies between the first and the
last lane's element, of which a shuffle picks the lanes', touches the same cache lines with a few
instructions; a store is a shuffle that spreads the lanes, under a constant mask. Nothing before the
first and behind the last element is read: what lies between is on pages that lanes access.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.ir.constants import const_int
from sampan.ir.core import ConstAggregate, Value
from sampan.ir.types import I1, I64, VOID, Type, VectorType, size_of, vector_type
from sampan.simt.shape import Shape
from sampan.vectorize.emit import Emitter, type_suffix

# Vectors that are read for one: more are no gain over a gather.
MOST_STEPS = 6

Tag = Callable[[Value], None]  # puts metadata on an access


def applies(e: Emitter, shape: Shape, element: Type, storing: bool = False) -> bool:
    """Whether all lanes access memory, at a small step upwards. Stores need masked instructions
    that are fast."""
    size = size_of(element)
    if shape.stride is None or e.mask() is not None or size not in (4, 8):
        return False
    if storing and not e.hooks.masked_stores:
        return False
    return shape.stride % size == 0 and 2 <= shape.stride // size <= MOST_STEPS


def load(e: Emitter, base: Value, element: Type, step: int, align: int, tag: Tag) -> Value:
    """The elements at base, base + step, … of the lanes."""
    wide = vector_type(e.width, element)
    parts: list[Value] = []
    for number in range(step):
        address = _part_address(e, base, element, number)
        if number < step - 1:
            part: Value = e.emit("load", wide, [address], align=align)
        else:  # nothing behind the last lane's element
            last = step * (e.width - 1) - number * e.width
            part = e.call(
                f"llvm.masked.load.{type_suffix(wide)}.p0",
                wide,
                [address, _lanes(e, [lane <= last for lane in range(e.width)]), e.poison(wide)],
                param_attrs=(f"align {align}", "", ""),
            )
        tag(part)
        parts.append(part)
    # Pick from two parts at a time: the lanes that lie in them, in their places.
    result: Value | None = None
    for number, part in enumerate(parts):
        picks = [lane * step - number * e.width for lane in range(e.width)]
        here = [0 <= pick < e.width for pick in picks]
        if result is None:
            mask = tuple(p if h else 0 for p, h in zip(picks, here, strict=True))
            result = e.emit("shufflevector", wide, [part, e.poison(wide)], mask=mask)
        else:
            lanes = zip(picks, here, strict=True)
            mask = tuple(e.width + p if h else lane for lane, (p, h) in enumerate(lanes))
            result = e.emit("shufflevector", wide, [result, part], mask=mask)
    assert result is not None
    return result


def store(e: Emitter, vector: Value, base: Value, step: int, align: int, tag: Tag) -> None:
    """Stores the lanes at base, base + step, …; what lies between stays as it is."""
    wide = vector.type
    assert isinstance(wide, VectorType)
    for number in range(step):
        sources = [
            (number * e.width + place) // step if (number * e.width + place) % step == 0 else None
            for place in range(e.width)
        ]
        mask = tuple(source or 0 for source in sources)
        part = e.emit("shufflevector", wide, [vector, e.poison(wide)], mask=mask)
        written = e.call(
            f"llvm.masked.store.{type_suffix(wide)}.p0",
            VOID,
            [
                part,
                _part_address(e, base, wide.element, number),
                _lanes(e, [source is not None for source in sources]),
            ],
            param_attrs=("", f"align {align}", ""),
        )
        tag(written)


def _part_address(e: Emitter, base: Value, element: Type, number: int) -> Value:
    if number == 0:
        return base
    return e.byte_offset(base, const_int(I64, number * e.width * size_of(element)))


def _lanes(e: Emitter, active: list[bool]) -> Value:
    return ConstAggregate(e.mask_type, [const_int(I1, int(on)) for on in active])
