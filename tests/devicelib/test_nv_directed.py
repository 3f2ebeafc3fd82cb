"""Arithmetic in a given rounding mode is correctly rounded: checked against rational numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import copysign

import numpy as np
import pytest
from nv_exact import rounded, rounded_sqrt
from nv_host import call

MODES = ["rn", "rz", "ru", "rd"]
KINDS = ["float", "double"]


def numbers(kind: str, count: int, seed: int) -> np.ndarray:
    """Patterns of all exponents, of few exponents, near the borders, and small integers."""
    rng = np.random.default_rng(seed)
    dtype, low, high = (np.float32, -149, 127) if kind == "float" else (np.float64, -1074, 1023)
    mantissa = rng.uniform(1, 2, count) * rng.choice([-1, 1], count)
    spread = [
        rng.integers(low, high, count // 4),
        rng.integers(-3, 3, count // 4),
        rng.integers(low, low + 60, count // 4),
        rng.integers(high - 3, high, count // 4),
    ]
    exponent = np.concatenate(spread)
    rng.shuffle(exponent)
    with np.errstate(over="ignore", under="ignore"):
        values = np.ldexp(mantissa[: len(exponent)], exponent).astype(dtype)
    coarse = rng.integers(-9, 9, count // 8).astype(dtype)
    return np.concatenate([values, coarse])


def check(name: str, inputs: list[np.ndarray], wanted: Callable[..., float]) -> None:
    result = call(name, *inputs)[0]
    for row, got in zip(zip(*inputs, strict=True), result, strict=True):
        expected = wanted(*(float(v) for v in row))
        same = float(got) == expected and copysign(1, float(got)) == copysign(1, expected)
        assert same, (name, [float(v).hex() for v in row], float(got).hex(), expected.hex())


def zero_of_sum(a: float, b: float, mode: str) -> float:
    """The sign of an exact zero a + b."""
    signs = {copysign(1, a), copysign(1, b)}
    if len(signs) == 1 and a == 0:
        return copysign(0.0, a)
    return -0.0 if mode == "rd" else 0.0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", MODES)
def test_arithmetic_of_two_operands(mode: str, kind: str) -> None:
    letter = kind[0]
    a, b = numbers(kind, 3000, 1), numbers(kind, 3000, 2)
    b = np.where(np.random.default_rng(3).random(len(b)) < 0.03, -a, b)
    keep = np.isfinite(a) & np.isfinite(b)
    a, b = a[keep], b[keep]

    def add(x: float, y: float) -> float:
        total = Fraction(x) + Fraction(y)
        return rounded(total, mode, kind) if total else zero_of_sum(x, y, mode)

    def multiply(x: float, y: float) -> float:
        product = Fraction(x) * Fraction(y)
        return rounded(product, mode, kind) if product else copysign(0, x) * copysign(1, y)

    def divide(x: float, y: float) -> float:
        return rounded(Fraction(x) / Fraction(y), mode, kind) if x else x * copysign(1, y)

    check(f"{letter}add_{mode}", [a, b], add)
    check(f"{letter}sub_{mode}", [a, b], lambda x, y: add(x, -y))
    check(f"{letter}mul_{mode}", [a, b], multiply)
    nonzero = b != 0
    check(f"{letter}div_{mode}", [a[nonzero], b[nonzero]], divide)
    check(f"{letter}rcp_{mode}", [b[nonzero]], lambda y: divide(1.0, y))
    positive = np.abs(a[a != 0])
    check(f"{letter}sqrt_{mode}", [positive], lambda x: rounded_sqrt(x, mode, kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", MODES)
def test_fused_multiply_add(mode: str, kind: str) -> None:
    rng = np.random.default_rng(4)
    a, b, c = (numbers(kind, 6000, seed) for seed in (5, 6, 7))
    with np.errstate(over="ignore", invalid="ignore"):
        near = (-a * b * rng.choice([1, 0.5, 2, 1e-8], len(a))).astype(a.dtype)
    c = np.where((rng.random(len(c)) < 0.4) & np.isfinite(near), near, c)
    keep = np.isfinite(a) & np.isfinite(b) & np.isfinite(c)
    names = {"float": ["fmaf", "fmaf_ieee"], "double": ["fma"]}[kind]

    def fused(x: float, y: float, z: float) -> float:
        value = Fraction(x) * Fraction(y) + Fraction(z)
        product = copysign(1, x) * copysign(1, y) * (0.0 if x == 0 or y == 0 else 1.0)
        return rounded(value, mode, kind) if value else zero_of_sum(product, z, mode)

    for name in names:
        check(f"{name}_{mode}", [a[keep], b[keep], c[keep]], fused)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("letter", ["f", "d"])
def test_infinities_and_nan(letter: str, mode: str) -> None:
    inf, nan = np.inf, np.nan
    a = np.array([inf, inf, nan, 1.0, -1.0, 0.0, inf, 3.0, 0.0])
    b = np.array([1.0, -inf, 1.0, inf, 0.0, 0.0, inf, -inf, inf])
    with np.errstate(all="ignore"):
        for name, exact in [("add", a + b), ("sub", a - b), ("mul", a * b), ("div", a / b)]:
            assert np.array_equal(call(f"{letter}{name}_{mode}", a, b)[0], exact, equal_nan=True)
        roots = call(f"{letter}sqrt_{mode}", np.array([inf, -1.0, nan, 0.0]))[0]
        assert np.array_equal(roots, [inf, nan, nan, 0.0], equal_nan=True)
        fused = "fmaf" if letter == "f" else "fma"
        result = call(f"{fused}_{mode}", a, b, np.ones(len(a)))[0]
        assert np.array_equal(result, a * b + 1, equal_nan=True)


def test_reciprocal_square_root_to_nearest_for_every_mantissa() -> None:
    x = np.arange(1 << 23, 3 << 23, dtype=np.float64)
    x = np.where(x < (1 << 24), x, (x - (1 << 23)) * 2)  # both parities of the exponent
    y = 1.0 / np.sqrt(x)
    _, exponent = np.frexp(y)
    ulps = np.ldexp(y, 24 - exponent)
    near_tie = np.abs(ulps - np.floor(ulps) - 0.5) < 2.0**-24
    result = call("frsqrt_rn", x)[0]
    clear = ~near_tie
    assert np.array_equal(result[clear], y[clear].astype(np.float32))
    for value, e, got in zip(x[near_tie], exponent[near_tie], result[near_tie], strict=True):
        unit = Fraction(2) ** int(e - 24)
        low, high = Fraction(float(got)) - unit / 2, Fraction(float(got)) + unit / 2
        assert low**2 < 1 / Fraction(float(value)) < high**2, value


def test_high_word_reciprocal() -> None:
    x = np.random.default_rng(9).uniform(0.001, 1000, 2000)
    result = call("rcp64h", x)[0]
    assert (np.abs(result * x - 1) < 2.0**-19).all()
    assert not (result.view(np.uint64) & np.uint64(0xFFFFFFFF)).any()
