"""The scalar parts of vectors, structs and arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sampan.ir.constants import elements_of
from sampan.ir.core import ConstAggregate, Constant, Poison, Value
from sampan.ir.types import (
    ArrayType,
    FunctionType,
    StructType,
    Type,
    VectorType,
    array_type,
    bit_size,
    function_type,
    size_of,
    struct_offset,
    struct_type,
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One scalar part of a composite type. Elements of vectors are parts like those of arrays."""

    type: Type
    path: tuple[int, ...]
    bit_offset: int  # in memory

    @property
    def offset(self) -> int:
        assert self.bit_offset % 8 == 0
        return self.bit_offset // 8


def is_composite(t: Type) -> bool:
    return t.is_vector or t.is_aggregate


@cache
def leaves(t: Type) -> tuple[Leaf, ...]:
    """The scalar parts of a type in order; a scalar is its own only part."""
    if not is_composite(t):
        return (Leaf(t, (), 0),)
    return tuple(
        Leaf(leaf.type, (index, *leaf.path), start + leaf.bit_offset)
        for index, (member, start) in enumerate(members(t))
        for leaf in leaves(member)
    )


def members(t: Type) -> list[tuple[Type, int]]:
    """Type and offset in bits of each direct member of a composite type."""
    if isinstance(t, StructType):
        return [(e, 8 * struct_offset(t, i)) for i, e in enumerate(t.elements or ())]
    assert isinstance(t, (VectorType, ArrayType))
    # In memory the elements of a vector lie without padding, those of an array as allocated.
    step = bit_size(t.element) if t.is_vector else 8 * size_of(t.element)
    return [(t.element, i * step) for i in range(t.count)]


def leaf_range(t: Type, path: tuple[int, ...]) -> tuple[int, int]:
    """Which of `leaves(t)` belong to the member at `path`: first and one behind the last."""
    first = 0
    for index in path:
        below = members(t)
        first += sum(len(leaves(member)) for member, _ in below[:index])
        t = below[index][0]
    return first, first + len(leaves(t))


def constant_leaves(value: Constant) -> list[Value] | None:
    """The scalar parts of a composite constant; None if it is a constant expression."""
    if not is_composite(value.type):
        return [value]
    elements = elements_of(value)
    if elements is None:
        return None
    found: list[Value] = []
    for element in elements:
        below = constant_leaves(element)
        if below is None:
            return None
        found += below
    return found


def build_constant(t: Type, parts: list[Value]) -> Constant:
    """The constant of type `t` whose scalar parts, in order, are the constants `parts`."""
    if not is_composite(t):
        (part,) = parts
        assert isinstance(part, Constant)
        return part
    if all(isinstance(p, Poison) for p in parts):
        return Poison(t)
    elements, first = [], 0
    for member, _ in members(t):
        count = len(leaves(member))
        elements.append(build_constant(member, parts[first : first + count]))
        first += count
    return ConstAggregate(t, elements)


def has_vector(t: Type) -> bool:
    if isinstance(t, StructType):
        return any(map(has_vector, t.elements or ()))
    return t.is_vector or (isinstance(t, ArrayType) and has_vector(t.element))


def without_vectors(t: Type) -> Type:
    """`t` with arrays in the place of vectors: how composites cross calls once there are none."""
    if not has_vector(t):
        return t
    if isinstance(t, StructType):
        return struct_type(tuple(map(without_vectors, t.elements or ())), t.packed)
    assert isinstance(t, (VectorType, ArrayType))
    return array_type(t.count, without_vectors(t.element))


def signature_without_vectors(t: FunctionType) -> FunctionType:
    return function_type(without_vectors(t.result), tuple(map(without_vectors, t.params)), t.vararg)
