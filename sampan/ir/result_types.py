"""Result types of instructions that do not spell them out."""

from __future__ import annotations

from collections.abc import Sequence

from sampan.ir.core import Value
from sampan.ir.types import I1, PointerType, StructType, Type, VectorType, struct_type, vector_type


def scalar_or_vector(like: Type, scalar: Type) -> Type:
    """`scalar`, or a vector of it as long as `like` if that is a vector."""
    return vector_type(like.count, scalar) if isinstance(like, VectorType) else scalar


def gep_type(operands: Sequence[Value]) -> Type:
    """Result type of a getelementptr with these operands (base, indices…)."""
    base = operands[0].type
    scalar = base.scalar
    assert isinstance(scalar, PointerType)
    for operand in operands:
        if isinstance(operand.type, VectorType):
            return vector_type(operand.type.count, scalar)
    return scalar


def element_type(aggregate: Type, indices: tuple[int, ...]) -> Type:
    """Type of the member of an aggregate at a path of indices."""
    for index in indices:
        if isinstance(aggregate, StructType):
            assert aggregate.elements is not None
            aggregate = aggregate.elements[index]
        else:
            aggregate = aggregate.element  # type: ignore[attr-defined]
    return aggregate


def compare_type(operand: Type) -> Type:
    """Result type of an icmp or fcmp."""
    return scalar_or_vector(operand, I1)


def cmpxchg_type(value: Type) -> Type:
    return struct_type((value, I1))


def shuffle_type(operand: Type, count: int) -> Type:
    assert isinstance(operand, VectorType)
    return vector_type(count, operand.element)
