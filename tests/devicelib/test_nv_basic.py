"""Rounding, classification and taking numbers apart, against numpy and the C library."""

from __future__ import annotations

import ctypes
import ctypes.util
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from nv_host import call

Array = np.ndarray[Any, Any]
BOTH = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float", "double"])


def values(dtype: type) -> Array:
    rng = np.random.default_rng(1)
    info = np.finfo(dtype)
    halves = np.arange(-20, 20) / 2
    edges = [
        0.0,
        -0.0,
        np.inf,
        -np.inf,
        np.nan,
        info.max,
        -info.max,
        info.tiny,
        -info.tiny,
        info.smallest_subnormal,
        0.49999997,
        0.49999999999999994,
        8388607.5,
        2.0**52 - 0.5,
    ]
    with np.errstate(over="ignore", under="ignore"):
        spread = rng.uniform(-2, 2, 4000) * 2.0 ** rng.integers(-1080, 1023, 4000)
        narrow = rng.uniform(-2, 2, 4000) * 2.0 ** rng.integers(-150, 127, 4000)
        return np.concatenate([spread, narrow, rng.uniform(-99, 99, 4000), halves, edges]).astype(
            dtype
        )


def same(got: Array, wanted: Array) -> bool:
    """Equal, NaN with NaN, and zeros of one sign."""
    numbers = ~np.isnan(wanted)
    return np.array_equal(got, wanted, equal_nan=True) and np.array_equal(
        np.signbit(got[numbers]), np.signbit(wanted[numbers])
    )


def name_of(name: str, dtype: type) -> str:
    return name + ("f" if dtype is np.float32 else "")


def half_away(x: Array) -> Array:
    whole = np.trunc(x)
    with np.errstate(invalid="ignore"):
        return np.copysign(whole + np.where(np.abs(x - whole) >= 0.5, np.sign(x), 0), x).astype(
            x.dtype
        )


ONE: dict[str, Callable[[Array], Array]] = {
    "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "rint": np.rint, "nearbyint": np.rint,
    "fabs": np.abs, "round": half_away,
}  # fmt: skip


@BOTH
@pytest.mark.parametrize("name", ONE)
def test_rounding(name: str, dtype: type) -> None:
    x = values(dtype)
    assert same(call(name_of(name, dtype), x)[0], ONE[name](x))


def positive_difference(a: Array, b: Array) -> Array:
    result = np.where(a > b, a - b, np.zeros_like(a))
    return np.where(np.isnan(a) | np.isnan(b), np.nan, result).astype(a.dtype)


TWO: dict[str, Callable[[Array, Array], Array]] = {
    "copysign": np.copysign, "nextafter": np.nextafter, "fdim": positive_difference,
}  # fmt: skip


@BOTH
@pytest.mark.parametrize("name", TWO)
def test_two_operands(name: str, dtype: type) -> None:
    x, y = values(dtype), np.roll(values(dtype), 7)
    y[::10] = x[::10]
    x, y = np.append(x, np.repeat(x[-14:], 14)), np.append(y, np.tile(x[-14:], 14))
    with np.errstate(all="ignore"):
        assert same(call(name_of(name, dtype), x, y)[0], TWO[name](x, y))


@BOTH
def test_minimum_and_maximum_ignore_nan(dtype: type) -> None:
    x, y = values(dtype), np.roll(values(dtype), 7)
    for name, function in (("fmin", np.fmin), ("fmax", np.fmax)):
        got = call(name_of(name, dtype), x, y)[0]
        assert np.array_equal(got, function(x, y), equal_nan=True)


@BOTH
def test_classification(dtype: type) -> None:
    x = values(dtype)
    double = dtype is np.float64
    for name, exact in [
        ("isnan", np.isnan),
        ("isinf", np.isinf),
        ("signbit", np.signbit),
        ("isfinite" if double else "finite", np.isfinite),
    ]:
        got = call(name + ("d" if double else "f"), x)[0]
        numbers = ~np.isnan(x) if name == "signbit" else slice(None)
        assert np.array_equal(got[numbers] != 0, exact(x)[numbers]), name


@BOTH
def test_frexp_and_modf(dtype: type) -> None:
    x = values(dtype)
    fraction, exponent = call(name_of("frexp", dtype), x)
    wanted_fraction, wanted_exponent = np.frexp(x)
    assert same(fraction, wanted_fraction)
    finite = np.isfinite(x)
    assert np.array_equal(exponent[finite], wanted_exponent[finite])
    fraction, whole = call(name_of("modf", dtype), x)
    wanted_fraction, wanted_whole = np.modf(x)
    assert same(fraction, wanted_fraction) and same(whole, wanted_whole)


@BOTH
def test_exponents(dtype: type) -> None:
    x = values(dtype)
    ordinary = np.isfinite(x) & (x != 0)
    exponent = np.frexp(x)[1] - 1
    assert np.array_equal(call(name_of("ilogb", dtype), x)[0][ordinary], exponent[ordinary])
    assert np.array_equal(call(name_of("logb", dtype), x)[0][ordinary], exponent[ordinary])
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan], dtype)
    low, high = -(1 << 31), (1 << 31) - 1
    assert list(call(name_of("ilogb", dtype), special)[0]) == [low, low, high, high, low]
    wanted = np.array([-np.inf, -np.inf, np.inf, np.inf, np.nan], dtype)
    assert same(call(name_of("logb", dtype), special)[0], wanted)


@BOTH
@pytest.mark.parametrize("name", ["ldexp", "scalbn"])
def test_scaling_rounds_once(name: str, dtype: type) -> None:
    libm = ctypes.CDLL(ctypes.util.find_library("m"))
    scale = libm.ldexpf if dtype is np.float32 else libm.ldexp
    kind = ctypes.c_float if dtype is np.float32 else ctypes.c_double
    scale.argtypes, scale.restype = [kind, ctypes.c_int], kind
    x = values(dtype)
    rng = np.random.default_rng(2)
    n = rng.integers(-2200, 2200, len(x))
    exponent = np.frexp(x)[1]
    border = rng.integers(-60, 10, len(x)) + (-126 if dtype is np.float32 else -1022) - exponent
    n[::2] = border[::2]
    n[:50] = rng.choice([-(1 << 31), (1 << 31) - 1], 50)
    got = call(name_of(name, dtype), x, n)[0]
    wanted = np.array([scale(float(a), int(k)) for a, k in zip(x, n, strict=True)], dtype)
    assert same(got, wanted)


@BOTH
@pytest.mark.parametrize("name", ["fmod", "remainder"])
def test_remainders_are_exact(name: str, dtype: type) -> None:
    x, y = values(dtype), np.roll(values(dtype), 11)
    exact = math.fmod if name == "fmod" else math.remainder

    def wanted(a: float, b: float) -> float:
        if math.isnan(a) or math.isnan(b) or math.isinf(a) or b == 0:
            return math.nan
        return exact(a, b)

    result = np.array([wanted(float(a), float(b)) for a, b in zip(x, y, strict=True)], dtype)
    assert same(call(name_of(name, dtype), x, y)[0], result)


@BOTH
def test_remquo_gives_the_low_bits_of_the_quotient(dtype: type) -> None:
    from fractions import Fraction

    x, y = values(dtype), np.roll(values(dtype), 11)
    keep = np.isfinite(x) & np.isfinite(y) & (y != 0)
    x, y = x[keep], y[keep]
    rest, quotient = call(name_of("remquo", dtype), x, y)
    assert same(rest, call(name_of("remainder", dtype), x, y)[0])
    for a, b, q in zip(x, y, quotient, strict=True):
        exact = round(Fraction(float(a)) / Fraction(float(b)))
        assert abs(int(q)) % 8 == abs(exact) % 8 and int(q) * exact >= 0, (a, b)


def test_saturate() -> None:
    x = np.array([-1, 0, 0.25, 1, 2, np.inf, -np.inf, np.nan], np.float32)
    assert list(call("saturatef", x)[0]) == [0, 0, 0.25, 1, 1, 1, 0, 0]
