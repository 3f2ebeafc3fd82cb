"""Making and taking apart constants."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from sampan.ir.core import (
    ConstAggregate,
    Constant,
    ConstFloat,
    ConstInt,
    ConstNull,
    ConstSplat,
    ConstString,
    Poison,
    Undef,
    Value,
)
from sampan.ir.types import (
    I1,
    ArrayType,
    FloatType,
    IntType,
    PointerType,
    StructType,
    Type,
    VectorType,
    vector_type,
)


def const_int(type: Type, value: int) -> Constant:
    """Integer constant, taken modulo the width; of a vector type: a splat of it."""
    if isinstance(type, VectorType):
        return ConstSplat(type, [ConstInt(type.element, value)])
    return ConstInt(type, value)


def const_bool(value: bool) -> ConstInt:
    return ConstInt(I1, int(value))


def const_float(type: Type, value: float) -> Constant:
    """`value` rounded to nearest in `type`; of a vector type: a splat of it."""
    if isinstance(type, VectorType):
        return ConstSplat(type, [const_float(type.element, value)])
    assert isinstance(type, FloatType)
    return ConstFloat(type, float_to_bits(type.kind, value))


def zero(type: Type) -> Constant:
    """The all-zero-bits value of any type (+0.0, null, false, zeroinitializer)."""
    if isinstance(type, IntType):
        return ConstInt(type, 0)
    if isinstance(type, FloatType):
        return ConstFloat(type, 0)
    return ConstNull(type)


def all_ones(type: Type) -> Constant:
    return const_int(type, -1)


def poison(type: Type) -> Poison:
    return Poison(type)


def undef(type: Type) -> Undef:
    return Undef(type)


def splat(value: Constant, count: int) -> Constant:
    """Vector constant of `count` copies of a scalar constant."""
    type = vector_type(count, value.type)
    if isinstance(value, Poison):
        return Poison(type)
    if isinstance(value, Undef):
        return Undef(type)
    if isinstance(value, ConstNull) or is_zero(value):
        return ConstNull(type)
    if isinstance(value, (ConstInt, ConstFloat)):
        return ConstSplat(type, [value])
    return ConstAggregate(type, [value] * count)


def const_vector(elements: Iterable[Value]) -> Constant:
    """Vector constant of scalar constants of one type."""
    items = list(elements)
    return ConstAggregate(vector_type(len(items), items[0].type), items)


def int_vector(element: Type, values: Iterable[int]) -> Constant:
    return const_vector(ConstInt(element, v) for v in values)


def is_zero(value: Value) -> bool:
    """Whether `value` is a constant whose bits are all zero."""
    if isinstance(value, ConstInt):
        return value.value == 0
    if isinstance(value, ConstFloat):
        return value.bits == 0
    if isinstance(value, (ConstAggregate, ConstSplat)):
        return all(is_zero(v) for v in value.operands)
    return isinstance(value, ConstNull)


def is_true(value: Value) -> bool:
    """Whether `value` is the constant i1 true, or a vector of it."""
    if isinstance(value, ConstInt):
        return value.type is I1 and value.value == 1
    if isinstance(value, (ConstAggregate, ConstSplat)):
        return all(is_true(v) for v in value.operands)
    return False


def is_false(value: Value) -> bool:
    """Whether `value` is the constant i1 false, or a vector of it."""
    return value.type.scalar is I1 and is_zero(value)


def elements_of(value: Constant) -> list[Constant] | None:
    """Elements of a constant aggregate or vector; None where it has no such form."""
    type = value.type
    if isinstance(value, ConstAggregate):
        return list(value.operands)  # type: ignore[arg-type]
    if isinstance(value, ConstString):
        assert isinstance(type, ArrayType)
        return [ConstInt(type.element, b) for b in value.data]
    if isinstance(type, (VectorType, ArrayType)):
        types: list[Type] = [type.element] * type.count
    elif isinstance(type, StructType):
        types = list(type.elements or ())
    else:
        return None
    if isinstance(value, ConstSplat):
        return [value.operands[0]] * len(types)  # type: ignore[list-item]
    if isinstance(value, ConstNull):
        return [zero(t) for t in types]
    if isinstance(value, Poison):
        return [Poison(t) for t in types]
    if isinstance(value, Undef):
        return [Undef(t) for t in types]
    return None


def null(type: Type) -> ConstNull:
    assert isinstance(type, PointerType)
    return ConstNull(type)


# ---- Float formats -------------------------------------------------------------------------------


def float_to_bits(kind: str, value: float) -> int:
    """Bit pattern of `value` rounded to nearest even in the format `kind`."""
    if kind == "double":
        return int(struct.unpack("<Q", struct.pack("<d", value))[0])
    if kind == "float":
        return double_bits_to_float_bits(float_to_bits("double", value))
    if kind == "half":
        if value != value:
            return 0x7E00
        try:
            return int(struct.unpack("<H", struct.pack("<e", value))[0])
        except OverflowError:
            return 0x7C00 if value > 0 else 0xFC00
    if kind == "bfloat":
        return _double_bits_to_bfloat_bits(float_to_bits("double", value))
    raise ValueError(f"no conversion to {kind}")


def bits_to_float(kind: str, bits: int) -> float:
    """The value as a Python float (exact: every format here fits in binary64)."""
    if kind == "double":
        return float(struct.unpack("<d", struct.pack("<Q", bits))[0])
    if kind == "float":
        return float(struct.unpack("<d", struct.pack("<Q", float_bits_to_double_bits(bits)))[0])
    if kind == "half":
        return float(struct.unpack("<e", struct.pack("<H", bits))[0])
    if kind == "bfloat":
        return bits_to_float("float", bits << 16)
    raise ValueError(f"no conversion from {kind}")


def double_bits_to_float_bits(bits: int) -> int:
    """binary64 pattern to binary32, rounding to nearest even; NaNs keep sign and high payload."""
    sign = bits >> 63
    if (bits >> 52) & 0x7FF == 0x7FF:
        mantissa = bits & ((1 << 52) - 1)
        payload = mantissa >> 29
        if mantissa and not payload:
            payload = 1 << 22
        return sign << 31 | 0xFF << 23 | payload
    value = struct.unpack("<d", struct.pack("<Q", bits))[0]
    try:
        return int(struct.unpack("<I", struct.pack("<f", value))[0])
    except OverflowError:
        return sign << 31 | 0xFF << 23


def float_bits_to_double_bits(bits: int) -> int:
    """binary32 pattern to binary64, exactly (signalling NaNs stay signalling)."""
    if (bits >> 23) & 0xFF == 0xFF:
        return (bits >> 31) << 63 | 0x7FF << 52 | (bits & ((1 << 23) - 1)) << 29
    value = struct.unpack("<f", struct.pack("<I", bits))[0]
    return int(struct.unpack("<Q", struct.pack("<d", value))[0])


def _double_bits_to_bfloat_bits(bits: int) -> int:
    """Rounds once, from binary64 straight to bfloat16."""
    sign = bits >> 63
    exponent = (bits >> 52) & 0x7FF
    mantissa = bits & ((1 << 52) - 1)
    if exponent == 0x7FF:
        return sign << 15 | 0xFF << 7 | ((mantissa >> 45) or (0x40 if mantissa else 0))
    if exponent == 0:
        return sign << 15
    significand = mantissa | 1 << 52
    new_exponent = exponent - 1023 + 127
    shift = 45 if new_exponent > 0 else 45 + 1 - new_exponent
    if shift > 60:
        return sign << 15
    kept, rest, half = significand >> shift, significand & ((1 << shift) - 1), 1 << (shift - 1)
    kept += rest > half or (rest == half and kept & 1)
    # The implicit bit carries into the exponent, also when rounding overflows the significand.
    result = kept if new_exponent <= 0 else ((new_exponent - 1) << 7) + kept
    return sign << 15 | min(result, 0xFF << 7)
