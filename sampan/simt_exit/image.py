"""A module's variables as one block of memory, which a device gets a copy of.

A device has no place for variables that pointers of the host reach, so the runtime puts the block
into the device's memory and hands its address to every kernel. Addresses of variables inside
initialisers are listed, for the runtime to move them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sampan.ir.core import (
    ConstAggregate,
    Constant,
    ConstExpr,
    GlobalVariable,
    Value,
    walk_constant,
)
from sampan.ir.lexer import quoted_name
from sampan.ir.types import (
    ArrayType,
    IntType,
    PointerType,
    StructType,
    Type,
    VectorType,
    align_of,
    size_of,
    struct_offset,
)
from sampan.ir.write_values import type_text, typed_text

ALIGNMENT = 256
NAME = "sampan.image"


@dataclass(frozen=True)
class Image:
    """`offsets` of the variables; `pointers`: where in the block addresses of the block lie."""

    offsets: dict[GlobalVariable, int]
    size: int
    pointers: tuple[int, ...]


def lay_out(variables: Iterable[GlobalVariable]) -> Image:
    """Requires: every variable has an initialiser."""
    offsets: dict[GlobalVariable, int] = {}
    pointers: list[int] = []
    end = 0
    for variable in variables:
        assert variable.initializer is not None, variable.name
        alignment = max(variable.align, align_of(variable.value_type), 1)
        end = -(-end // alignment) * alignment
        offsets[variable] = end
        pointers += [end + place for place in _addresses(variable.initializer)]
        end += size_of(variable.value_type)
    return Image(offsets, end, tuple(pointers))


def _addresses(value: Constant) -> list[int]:
    """Offsets of the addresses of variables in an initialiser."""
    if not any(isinstance(leaf, GlobalVariable) for leaf in walk_constant(value)):
        return []
    if isinstance(value, ConstAggregate):
        found = []
        for index, operand in enumerate(value.operands):
            assert isinstance(operand, Constant)
            start = _offset(value.type, index)
            found += [start + place for place in _addresses(operand)]
        return found
    whole = isinstance(value.type, PointerType) or value.type == IntType(64)
    is_integer = isinstance(value, ConstExpr) and value.op == "ptrtoint"
    assert whole or is_integer, f"an address inside of a {value.type}"
    return [0]


def _offset(type: Type, index: int) -> int:
    if isinstance(type, StructType):
        return struct_offset(type, index)
    assert isinstance(type, ArrayType | VectorType)
    return index * size_of(type.element)


def image_text(image: Image) -> str:
    """LLVM IR that defines the block, and every variable as a place in it."""
    if not image.offsets:
        return f"@{NAME} = internal global [0 x i8] zeroinitializer\n"
    types: list[str] = []
    values: list[str] = []
    end = 0
    for variable, offset in image.offsets.items():
        if offset > end:
            types.append(f"[{offset - end} x i8]")
            values.append(f"[{offset - end} x i8] zeroinitializer")
        initializer: Value | None = variable.initializer
        assert initializer is not None
        types.append(type_text(variable.value_type))
        values.append(typed_text(initializer, None))
        end = offset + size_of(variable.value_type)
    lines = [
        f"@{NAME} = internal global <{{ {', '.join(types)} }}> <{{ {', '.join(values)} }}>,"
        f" align {ALIGNMENT}"
    ]
    for variable, offset in image.offsets.items():
        place = f"getelementptr (i8, ptr @{NAME}, i64 {offset})"
        lines.append(f"@{quoted_name(variable.name)} = internal alias i8, ptr {place}")
    return "\n".join(lines) + "\n"
