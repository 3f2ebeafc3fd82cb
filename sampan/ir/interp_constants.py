"""Evaluating constants of the IR as values of the interpreter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sampan.ir import interp_values as V
from sampan.ir.core import BINARY, CASTS, Constant, ConstExpr
from sampan.ir.errors import IRError
from sampan.ir.interp_memory import bitcast
from sampan.ir.interp_ops import binary, bits_of, cast
from sampan.ir.types import (
    ArrayType,
    FloatType,
    StructType,
    Type,
    VectorType,
    size_of,
    struct_offset,
)


def zero_of(type: Type) -> Any:
    """The value with all bits zero."""
    if isinstance(type, FloatType):
        return 0.0
    if isinstance(type, (VectorType, ArrayType)):
        return (zero_of(type.element),) * type.count
    if isinstance(type, StructType):
        return tuple(zero_of(e) for e in type.elements or ())
    return 0


def fold(value: ConstExpr, constant: Callable[[Constant], Any]) -> Any:
    """The value of a constant expression."""
    operands = [constant(o) for o in value.operands]  # type: ignore[arg-type]
    if value.op == "getelementptr":
        return _address(value, operands)
    if value.op == "bitcast":
        return bitcast(value.operands[0].type, value.type, operands[0])
    if value.op in CASTS:
        text = cast(value.op, value.operands[0].type, value.type, "x")
        return eval(text, {"V": V, "x": operands[0]})
    if value.op in BINARY and not isinstance(value.type, VectorType):
        text = binary(value.op, value.type, "x", "y")
        return eval(text, {"V": V, "x": operands[0], "y": operands[1]})
    raise IRError(f"the interpreter has no constant {value.op}")


def _address(value: ConstExpr, operands: list[Any]) -> int:
    type: Type = value.attrs["source_type"]
    address = operands[0]
    for number, (operand, index) in enumerate(zip(value.operands[1:], operands[1:], strict=True)):
        if number and isinstance(type, StructType):
            address += struct_offset(type, index)
            assert type.elements is not None
            type = type.elements[index]
            continue
        if number:
            assert isinstance(type, (ArrayType, VectorType))
            type = type.element
        address += V.signed(index, bits_of(operand.type)) * size_of(type)
    return int(address) & ((1 << 64) - 1)
