"""What is known of the bytes that a pointer points to: base, offset, alignment, scalars there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import gcd

from sampan.canonicalize.composite import is_composite, leaves
from sampan.ir.core import Argument, ConstExpr, ConstInt, GlobalVariable, Instruction, Value
from sampan.ir.types import (
    I8,
    ArrayType,
    StructType,
    Type,
    VectorType,
    bit_size,
    int_type,
    size_of,
    struct_offset,
)

_ALIGN = re.compile(r"\balign(?: |\()(\d+)")


_BUFFER = 8


@dataclass(frozen=True, slots=True)
class Part:
    """A scalar of `type` at `offset`."""

    offset: int
    type: Type


def constant_offset(inst: Instruction | ConstExpr) -> int | None:
    """Bytes that a getelementptr adds to its base; None if that depends on a variable."""
    current: Type = inst.attrs["source_type"]
    total = 0
    for position, index in enumerate(inst.operands[1:]):
        if not isinstance(index, ConstInt):
            return None
        if position == 0:
            total += index.signed * size_of(current)
        elif isinstance(current, StructType):
            assert current.elements is not None
            total += struct_offset(current, index.value)
            current = current.elements[index.value]
        else:
            assert isinstance(current, (ArrayType, VectorType))
            packed = isinstance(current, VectorType)
            current = current.element
            total += index.signed * (bit_size(current) // 8 if packed else size_of(current))
    return total


def base_and_offset(pointer: Value) -> tuple[Value, int]:
    """The value behind constant address arithmetic, and the bytes added to it."""
    offset = 0
    while isinstance(pointer, (Instruction, ConstExpr)) and pointer.op == "getelementptr":
        step = constant_offset(pointer)
        if step is None:
            break
        offset += step
        pointer = pointer.operands[0]
    return pointer, offset


def known_alignment(pointer: Value, attrs: str = "") -> int:
    """Bytes that the address is certainly a multiple of; `attrs` is what a call says of it."""
    stated = max(map(int, _ALIGN.findall(attrs)), default=1)
    base, offset = base_and_offset(pointer)
    align = 1
    if isinstance(base, Instruction) and base.op == "alloca":
        align = base.attrs.get("align", 1)
    elif isinstance(base, GlobalVariable):
        align = base.align or 1
    elif isinstance(base, Argument):
        align = max(map(int, _ALIGN.findall(base.attrs)), default=1)
    return max(stated, gcd(align, offset))


def pointee_type(pointer: Value) -> tuple[Type, int] | None:
    """Declared type of the variable the pointer points into, and where; None if unknown."""
    base, offset = base_and_offset(pointer)
    if isinstance(base, Instruction) and base.op == "alloca" and not base.operands:
        return base.attrs["allocated_type"], offset
    if isinstance(base, GlobalVariable):
        return base.value_type, offset
    return None


def scalar_parts(length: int, align: int, declared: tuple[Type, int] | None) -> list[Part]:
    """Cuts `length` bytes into scalars: those the declared type has there, else wide integers.

    Padding (which may hold another member of a union) and byte buffers are copied as integers.
    """
    parts: list[Part] = []
    end = 0
    for part in _declared_parts(length, declared):
        parts += _integers(end, part.offset, align)
        parts.append(part)
        end = part.offset + bit_size(part.type) // 8
    return parts + _integers(end, length, align)


def element_size(declared: tuple[Type, int] | None) -> int:
    """Size of the scalars if all of the declared type have one size, else 0."""
    if declared is None or not is_composite(declared[0]):
        return 0
    t = declared[0]
    while isinstance(t, ArrayType):
        t = t.element
    sizes = {bit_size(leaf.type) for leaf in leaves(t)}
    bits = sizes.pop() if len(sizes) == 1 else 0
    return bits // 8 if bits in (8, 16, 32, 64) else 0


def _declared_parts(length: int, declared: tuple[Type, int] | None) -> list[Part]:
    if declared is None or not 0 <= declared[1] <= size_of(declared[0]) <= 65536:
        return []
    t, start = declared
    found: list[Part] = []
    bytes_before = 0  # that lie in one piece up to here
    for leaf in leaves(t):
        bits = bit_size(leaf.type)
        first = leaf.bit_offset // 8 - start
        if bits in (8, 16, 32, 64) and 0 <= first <= length - bits // 8:
            found.append(Part(first, leaf.type))
        bytes_before = bytes_before + 1 if leaf.type is I8 else 0
        if bytes_before >= _BUFFER:
            # A buffer of bytes says nothing of what is kept there.
            while found and found[-1].type is I8 and first - found[-1].offset < bytes_before:
                found.pop()
    return found


def _integers(start: int, end: int, align: int) -> list[Part]:
    parts = []
    while start < end:
        size = gcd(align, start) if start else align
        size = min(size, 8, 1 << (end - start).bit_length() - 1)
        parts.append(Part(start, int_type(8 * size)))
        start += size
    return parts
