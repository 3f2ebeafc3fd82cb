"""Arithmetic of the interpreter: every operation on scalars, as plain Python functions.

Representation: integers and pointers are unsigned Python ints (an i1 may also be a bool); every
float format is a Python float that holds a value of that format; vectors, arrays and structs are
tuples. A NaN that came from memory or a bitcast is a `NaN`, which remembers its exact bits.

What LLVM leaves undefined has one stated value here, the same as on every compiled path:

* x / 0 is all ones (udiv) or -1 (sdiv), x % 0 is x; INT_MIN / -1 is INT_MIN, its remainder 0;
* a shift by the width or more gives 0, of ashr the sign;
* a conversion to integer out of range saturates, and of NaN is 0;
* poison and undef are zero.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import math
from array import array
from fractions import Fraction

from sampan.ir.constants import bits_to_float, float_to_bits

_INF = math.inf
_NAN = math.nan


class NaN(float):
    """A NaN with the exact bits it has in its own format."""

    __slots__ = ("bits",)
    bits: int


def make_nan(kind: str, bits: int) -> float:
    value = float.__new__(NaN, bits_to_float(kind, bits))
    value.bits = bits
    return value


def from_bits(kind: str, bits: int) -> float:
    """The value with that pattern."""
    value = bits_to_float(kind, bits)
    return value if value == value else make_nan(kind, bits)


def to_bits(kind: str, value: float) -> int:
    """The pattern of a value of that format."""
    if value != value and type(value) is NaN:
        return value.bits
    return float_to_bits(kind, value)


# ---- Rounding ------------------------------------------------------------------------------------

# Assigning to an element rounds to binary32 as C does: to nearest even, with infinities.
F32 = array("f", [0.0])


def r32(value: float) -> float:
    F32[0] = value
    return F32[0]


def r16(value: float) -> float:
    return bits_to_float("half", float_to_bits("half", value)) if value == value else +value


def rbf(value: float) -> float:
    return bits_to_float("bfloat", float_to_bits("bfloat", value)) if value == value else +value


def r64(value: float) -> float:
    return value


ROUND = {"half": r16, "bfloat": rbf, "float": r32, "double": r64}
_PRECISION = {"half": 11, "bfloat": 8, "float": 24, "double": 53}
_LOWEST = {"half": -24, "bfloat": -133, "float": -149, "double": -1074}
_LARGEST = {
    "half": 65504.0,
    "bfloat": bits_to_float("bfloat", 0x7F7F),
    "float": bits_to_float("float", 0x7F7FFFFF),
    "double": bits_to_float("double", 0x7FEFFFFFFFFFFFFF),
}


def round_exact(kind: str, value: Fraction) -> float:
    """A rational rounded once, to nearest even (zero comes out as +0)."""
    if value == 0:
        return 0.0
    numerator, denominator = abs(value.numerator), value.denominator
    exponent = numerator.bit_length() - denominator.bit_length()
    if Fraction(numerator, denominator) < Fraction(2) ** exponent:
        exponent -= 1
    unit = max(exponent - _PRECISION[kind] + 1, _LOWEST[kind])
    scaled = Fraction(numerator, denominator) / Fraction(2) ** unit
    quotient, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    if twice > scaled.denominator or (twice == scaled.denominator and quotient & 1):
        quotient += 1
    try:
        result = math.ldexp(quotient, unit)
    except OverflowError:
        result = _INF
    if result > _LARGEST[kind]:
        result = _INF
    return result if value > 0 else -result


def int_to_float(kind: str, value: int) -> float:
    """A signed Python integer rounded once."""
    if -(1 << 53) <= value <= (1 << 53):
        return ROUND[kind](float(value))
    return round_exact(kind, Fraction(value))


# ---- Integers ------------------------------------------------------------------------------------


def udiv(a: int, b: int, mask: int) -> int:
    return a // b if b else mask


def urem(a: int, b: int) -> int:
    return a % b if b else a


def sdiv(a: int, b: int, sign: int, mask: int) -> int:
    if not b:
        return mask
    x, y = (a ^ sign) - sign, (b ^ sign) - sign
    q = abs(x) // abs(y)
    return (q if (x < 0) == (y < 0) else -q) & mask


def srem(a: int, b: int, sign: int, mask: int) -> int:
    if not b:
        return a
    x, y = (a ^ sign) - sign, (b ^ sign) - sign
    r = abs(x) % abs(y)
    return (r if x >= 0 else -r) & mask


def ctlz(a: int, bits: int) -> int:
    return bits - int(a).bit_length()


def cttz(a: int, bits: int) -> int:
    a = int(a)
    return (a & -a).bit_length() - 1 if a else bits


def bitreverse(a: int, bits: int) -> int:
    return int(format(int(a), f"0{bits}b")[::-1], 2)


def bswap(a: int, bits: int) -> int:
    return int.from_bytes(int(a).to_bytes(bits // 8, "little"), "big")


def fshl(a: int, b: int, c: int, bits: int, mask: int) -> int:
    return ((((a << bits) | b) << (c % bits)) >> bits) & mask


def fshr(a: int, b: int, c: int, bits: int, mask: int) -> int:
    return (((a << bits) | b) >> (c % bits)) & mask


def signed(a: int, bits: int) -> int:
    sign = 1 << (bits - 1)
    return (a ^ sign) - sign


def saturate(value: int, is_signed: bool, bits: int) -> int:
    """A Python integer clamped to the range, as an unsigned pattern."""
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if is_signed else (0, (1 << bits) - 1)
    return min(max(value, low), high) & ((1 << bits) - 1)


def with_overflow(value: int, is_signed: bool, bits: int) -> tuple[int, int]:
    """The wrapped result of an exact one, and whether it wrapped."""
    wrapped = value & ((1 << bits) - 1)
    back = signed(wrapped, bits) if is_signed else wrapped
    return wrapped, int(back != value)


def float_to_int(value: float, is_signed: bool, bits: int) -> int:
    """Truncated; saturating, and 0 for NaN."""
    if value != value:
        return 0
    if value in (_INF, -_INF):
        huge = 1 << (bits + 1)
        return saturate(huge if value > 0 else -huge, is_signed, bits)
    return saturate(int(value), is_signed, bits)


# ---- Floats --------------------------------------------------------------------------------------


def fdiv(a: float, b: float) -> float:
    """The binary64 quotient; rounding it again to a narrower format is exact enough there."""
    if b:
        return a / b
    if a != a or b != b or a == 0:
        return _NAN
    return math.copysign(_INF, a) * math.copysign(1.0, b)


def frem(a: float, b: float) -> float:
    if a != a or b != b or a in (_INF, -_INF) or b == 0:
        return _NAN
    return math.fmod(a, b)


def sqrt(a: float) -> float:
    if a < 0:
        return _NAN
    return math.sqrt(a)


def _load_fma() -> ctypes.CDLL | None:
    name = ctypes.util.find_library("m")
    if not name:
        return None
    library = ctypes.CDLL(name)
    for function, type in (("fma", ctypes.c_double), ("fmaf", ctypes.c_float)):
        getattr(library, function).argtypes = [type] * 3
        getattr(library, function).restype = type
    return library


def fma_exact(kind: str, a: float, b: float, c: float) -> float:
    """a * b + c rounded once."""
    plain = a * b + c
    if plain != plain or any(v in (_INF, -_INF) for v in (a, b, c)):
        return plain
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    if exact == 0:
        # The sign of a zero sum: that of both addends, or + where they differ.
        product = math.copysign(1.0, a) * math.copysign(1.0, b)
        negative = product < 0 and math.copysign(1.0, c) < 0
        if exact == 0 and (a == 0 or b == 0) and c == 0:
            return -0.0 if negative else 0.0
        return 0.0
    return math.copysign(round_exact(kind, exact), exact)


_LIBM = _load_fma()


def fma64(a: float, b: float, c: float) -> float:
    return _LIBM.fma(a, b, c) if _LIBM else fma_exact("double", a, b, c)


def fma32(a: float, b: float, c: float) -> float:
    return _LIBM.fmaf(a, b, c) if _LIBM else fma_exact("float", a, b, c)


def fma16(a: float, b: float, c: float) -> float:
    return fma_exact("half", a, b, c)


def fmabf(a: float, b: float, c: float) -> float:
    return fma_exact("bfloat", a, b, c)


def fneg(kind: str, value: float) -> float:
    if value == value:
        return -value
    width = 64 if kind == "double" else 32 if kind == "float" else 16
    return make_nan(kind, to_bits(kind, value) ^ (1 << (width - 1)))


def fabs(kind: str, value: float) -> float:
    if value == value:
        return abs(value)
    width = 64 if kind == "double" else 32 if kind == "float" else 16
    return make_nan(kind, to_bits(kind, value) & ((1 << (width - 1)) - 1))


def copysign(kind: str, value: float, sign: float) -> float:
    magnitude = fabs(kind, value)
    return fneg(kind, magnitude) if is_negative(kind, sign) else magnitude


def is_negative(kind: str, value: float) -> bool:
    if value == value:
        return math.copysign(1.0, value) < 0
    width = 64 if kind == "double" else 32 if kind == "float" else 16
    return bool(to_bits(kind, value) >> (width - 1))


def _less(a: float, b: float) -> bool:
    """Order with -0 before +0."""
    return a < b or (a == b == 0 and math.copysign(1.0, a) < math.copysign(1.0, b))


def fmin(a: float, b: float) -> float:
    """minnum and minimumnum: a NaN is ignored."""
    if a != a:
        return b
    if b != b:
        return a
    return a if _less(a, b) else b


def fmax(a: float, b: float) -> float:
    if a != a:
        return b
    if b != b:
        return a
    return b if _less(a, b) else a


def fminimum(a: float, b: float) -> float:
    """minimum: a NaN wins."""
    if a != a or b != b:
        return _NAN
    return a if _less(a, b) else b


def fmaximum(a: float, b: float) -> float:
    if a != a or b != b:
        return _NAN
    return b if _less(a, b) else a


def _integral(value: float, function: object) -> float:
    if value != value or value in (_INF, -_INF) or value == 0:
        return value
    return math.copysign(float(function(value)), value)  # type: ignore[operator]


def floor(value: float) -> float:
    return _integral(value, math.floor)


def ceil(value: float) -> float:
    return _integral(value, math.ceil)


def trunc(value: float) -> float:
    return _integral(value, math.trunc)


def roundeven(value: float) -> float:
    return _integral(value, round)


def round_away(value: float) -> float:
    def away(x: float) -> float:
        down = math.floor(abs(x))
        return down + 1 if abs(x) - down >= 0.5 else down

    return _integral(value, away)


def ldexp(kind: str, value: float, exponent: int) -> float:
    if value != value or value in (_INF, -_INF) or value == 0:
        return value
    exponent = max(-5000, min(5000, exponent))
    return round_exact(kind, Fraction(value) * Fraction(2) ** exponent)


def frexp(value: float) -> tuple[float, int]:
    if value != value or value in (_INF, -_INF):
        return value, 0
    return math.frexp(value)


def fpclass(kind: str, value: float, mask: int) -> bool:
    """llvm.is.fpclass."""
    negative = is_negative(kind, value)
    if value != value:
        quiet_bit = {"half": 9, "bfloat": 6, "float": 22, "double": 51}[kind]
        index = (to_bits(kind, value) >> quiet_bit) & 1
    elif value in (_INF, -_INF):
        index = 2 if negative else 9
    elif value == 0:
        index = 5 if negative else 6
    elif abs(value) < 2.0 ** (_LOWEST[kind] + _PRECISION[kind] - 1):
        index = 4 if negative else 7
    else:
        index = 3 if negative else 8
    return bool(mask >> index & 1)


def library(name: str, *args: float) -> float:
    """A math function of Python's (binary64; not necessarily correctly rounded)."""
    try:
        return _LIBRARY[name](*args)  # type: ignore[operator]
    except OverflowError:
        return _INF
    except (ValueError, ZeroDivisionError):
        if name.startswith("log") and args[0] == 0:
            return -_INF
        return _NAN


_LIBRARY = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "atan2": math.atan2,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "exp": math.exp,
    "exp2": lambda x: math.pow(2.0, x),
    "exp10": lambda x: math.pow(10.0, x),
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "pow": math.pow,
    "powi": lambda x, n: math.pow(x, n),
}
