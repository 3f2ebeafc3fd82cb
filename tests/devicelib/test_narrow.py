"""half, bfloat16 and the 8-bit formats, computed by the host, against exact arithmetic.

tests/kernels/half_on_both_sides.cu checks that device code gives the same.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from narrow_host import COMPARED, INTEGERS, MODES, ONE, call
from nv_exact import rounded, rounded_sqrt
from nv_reference import available, reference

WORDS = pytest.mark.parametrize("word", ["half", "bfloat16"])
ALL = np.arange(1 << 16, dtype=np.uint16)
Array = np.ndarray


def wide(word: str, patterns: Array) -> Array:
    """The floats that patterns stand for."""
    if word == "half":
        return patterns.view(np.float16).astype(np.float32)
    return (patterns.astype(np.uint32) << 16).view(np.float32)


def wrong(word: str, got: Array, wanted: list[float] | Array) -> Array:
    """Where the patterns `got` are not the numbers `wanted`, signs of zeros included."""
    numbers, exact = wide(word, got).astype(np.float64), np.asarray(wanted, dtype=np.float64)
    same = (numbers == exact) & (np.signbit(numbers) == np.signbit(exact))
    return np.nonzero(~(same | (np.isnan(numbers) & np.isnan(exact))))[0]


def sample(count: int, seed: int) -> Array:
    """Random patterns, many of small integers and of numbers of few digits among them."""
    rng = np.random.default_rng(seed)
    few = rng.integers(0, 1 << 16, count).astype(np.uint16) & np.uint16(0xFFE0)
    patterns = np.where(rng.random(count) < 0.4, few, rng.integers(0, 1 << 16, count))
    return patterns.astype(np.uint16)


def middles(word: str) -> Array:
    """Every number of a format, the middle to the next, and the floats beside it."""
    numbers = wide(word, ALL[: 0x7C00 if word == "half" else 0x7F80])
    following = np.append(numbers[1:], np.float32(65536.0 if word == "half" else np.inf))
    with np.errstate(over="ignore"):
        middle = numbers + (following - numbers) / 2
    middle = middle[np.isfinite(middle)]
    beside = [np.nextafter(middle, np.float32(to)) for to in (-np.inf, np.inf)]
    values = np.concatenate([numbers, middle, *beside])
    return np.concatenate([values, -values])


@WORDS
def test_widening_of_every_pattern(word: str) -> None:
    assert np.array_equal(call(f"{word}2float", ALL), wide(word, ALL), equal_nan=True)


@WORDS
def test_narrowing_to_nearest_of_every_number_and_middle(word: str) -> None:
    values = middles(word)
    got = call(f"float2{word}_rn", values)
    numbers = wide(word, got).astype(np.float64)
    # The error is at most half the distance to either neighbour, in ties the pattern is even.
    finite = np.isfinite(numbers)
    error = np.abs(numbers - values)
    for step in (1, -1):
        away = (got + np.uint16(step & 0xFFFF)).astype(np.uint16)
        beside = wide(word, away).astype(np.float64)
        valid = finite & np.isfinite(beside) & ((got & 0x7FFF) != 0)
        other = np.abs(beside - values)
        bad = valid & ((other < error) | ((other == error) & (got & 1 == 1)))
        assert not bad.any(), values[bad][:5]
    if word == "half":
        with np.errstate(over="ignore"):
            assert np.array_equal(got, values.astype(np.float16).view(np.uint16))


@WORDS
@pytest.mark.parametrize("mode", MODES)
def test_narrowing_in_every_direction(word: str, mode: str) -> None:
    rng = np.random.default_rng(1)
    values = rng.choice(middles(word), 4000)
    values = values[values != 0]
    wanted = [rounded(Fraction(float(v)), mode, word) for v in values]
    bad = wrong(word, call(f"float2{word}_{mode}", values), wanted)
    assert not len(bad), values[bad[:5]]
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan], dtype=np.float32)
    assert not len(wrong(word, call(f"float2{word}_{mode}", special), special))


@WORDS
def test_narrowing_of_doubles_rounds_once(word: str) -> None:
    rng = np.random.default_rng(2)
    values = rng.choice(middles(word), 3000).astype(np.float64)
    values = values[values != 0] * (1 + rng.integers(-2, 3, len(values[values != 0])) * 2.0**-45)
    values = np.append(values, [1e300, -1e300, 5e-324, -5e-324, 2.0**-25 * (1 + 2.0**-50)])
    wanted = [rounded(Fraction(float(v)), "rn", word) for v in values]
    bad = wrong(word, call(f"double2{word}", values), wanted)
    assert not len(bad), values[bad[:5]]


@WORDS
@pytest.mark.parametrize("kind", INTEGERS)
@pytest.mark.parametrize("mode", MODES)
def test_integers(word: str, kind: str, mode: str) -> None:
    info = np.iinfo(np.dtype(INTEGERS[kind]))
    rng = np.random.default_rng(3)
    digits = rng.integers(1, info.bits + 1, 1500)
    values = [int(rng.integers(0, 1 << 62)) << 2 >> (64 - int(d)) for d in digits]
    values += [(1 << int(d)) + (1 << max(0, int(d) - 8)) + 1 for d in digits[:300]]
    values = [v for v in values + [-v for v in values] if info.min <= v <= info.max and v]
    got = call(f"{kind}2{word}_{mode}", np.array(values, dtype=INTEGERS[kind]))
    bad = wrong(word, got, [rounded(Fraction(v), mode, word) for v in values])
    assert not len(bad), [values[i] for i in bad[:5]]

    step = {"rn": np.rint, "rz": np.trunc, "ru": np.ceil, "rd": np.floor}[mode]
    with np.errstate(invalid="ignore"):
        whole = step(wide(word, ALL).astype(np.float64))
    for_nan = 1 << 63 if info.bits == 64 else 0
    back = call(f"{word}2{kind}_{mode}", ALL)
    for value, result in zip(whole, back, strict=True):
        if value == value:
            wanted = max(info.min, min(info.max, int(max(min(value, 1e30), -1e30))))
        else:
            wanted = for_nan
        assert (int(result) - wanted) % (1 << info.bits) == 0, (value, result)


OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}  # fmt: skip


def ieee_zero(name: str, x: float, y: float) -> float:
    with np.errstate(all="ignore"):
        a, b = np.float64(x), np.float64(y)
        return float({"add": a + b, "sub": a - b, "mul": a * b, "div": a / b}[name])


@WORDS
@pytest.mark.parametrize("name", OPERATIONS)
def test_arithmetic_is_correctly_rounded(word: str, name: str) -> None:
    a, b = sample(6000, 4), sample(6000, 5)
    x, y = wide(word, a).astype(float), wide(word, b).astype(float)
    wanted = []
    for p, q in zip(x, y, strict=True):
        simple = np.isfinite(p) and np.isfinite(q) and (name != "div" or q != 0)
        exact = OPERATIONS[name](Fraction(p), Fraction(q)) if simple else Fraction(0)
        wanted.append(rounded(exact, "rn", word) if exact else ieee_zero(name, p, q))
    bad = wrong(word, call(f"{word}_{name}", a, b), wanted)
    assert not len(bad), [(x[i], y[i], wanted[i]) for i in bad[:5]]


@WORDS
def test_fused_multiplication_and_addition_rounds_once(word: str) -> None:
    a, b, c = sample(9000, 6), sample(9000, 7), sample(9000, 8)
    x, y, z = (wide(word, v).astype(float) for v in (a, b, c))
    # Half of the addends make the sum come close to the middle of two numbers.
    with np.errstate(all="ignore"):
        near = (x * y).astype(np.float32)
    c[::2] = call(f"float2{word}_rz", near * np.float32(2.0**9 if word == "bfloat16" else 2.0**12))[
        ::2
    ]
    z = wide(word, c).astype(float)
    wanted = []
    for p, q, r in zip(x, y, z, strict=True):
        simple = np.isfinite(p) and np.isfinite(q) and np.isfinite(r)
        exact = Fraction(p) * Fraction(q) + Fraction(r) if simple else Fraction(0)
        with np.errstate(all="ignore"):
            zero = float(np.float64(p) * np.float64(q) + np.float64(r))
        wanted.append(rounded(exact, "rn", word) if exact else zero)
    bad = wrong(word, call(f"{word}_fma", a, b, c), wanted)
    assert not len(bad), [(x[i], y[i], z[i], wanted[i]) for i in bad[:5]]
    relu = [0.0 if w <= 0 else w for w in wanted]
    assert not len(wrong(word, call(f"{word}_fma_relu", a, b, c), relu))
    sat = [0.0 if not w > 0 else min(w, 1.0) for w in wanted]
    assert not len(wrong(word, call(f"{word}_fma_sat", a, b, c), sat))


@WORDS
def test_saturation(word: str) -> None:
    a, b = sample(5000, 9), sample(5000, 10)
    for name in ("add", "sub", "mul"):
        plain = wide(word, call(f"{word}_{name}", a, b))
        wanted = np.where(plain > 0, np.minimum(plain, 1), np.float32(0))
        assert not len(wrong(word, call(f"{word}_{name}_sat", a, b), wanted))


@WORDS
def test_minimum_maximum_and_comparisons(word: str) -> None:
    special = np.array([0, 0x8000, 0x7FFF, 0xFFFF, 0x7F80, 0x7C00, 0xFC00, 0x3C00, 1, 0x8001],
                       dtype=np.uint16)  # fmt: skip
    a = np.concatenate([sample(4000, 11), np.repeat(special, len(special))])
    b = np.concatenate([sample(4000, 12), np.tile(special, len(special))])
    a[:500] = b[:500]
    x, y = wide(word, a).astype(float), wide(word, b).astype(float)
    with np.errstate(invalid="ignore"):
        larger = np.where((x == 0) & (y == 0), x + y, np.fmax(x, y))
        smaller = np.where((x == 0) & (y == 0), -(-x - y), np.fmin(x, y))
    nan = np.isnan(x) | np.isnan(y)
    assert not len(wrong(word, call(f"{word}_max", a, b), larger))
    assert not len(wrong(word, call(f"{word}_min", a, b), smaller))
    assert not len(wrong(word, call(f"{word}_max_nan", a, b), np.where(nan, np.nan, larger)))
    assert not len(wrong(word, call(f"{word}_min_nan", a, b), np.where(nan, np.nan, smaller)))
    plain = {"eq": x == y, "ne": (x < y) | (x > y), "lt": x < y, "le": x <= y, "gt": x > y,
             "ge": x >= y}  # fmt: skip
    for name in COMPARED:
        wanted = plain[name[:2]] | nan if name.endswith("u") else plain[name]
        assert np.array_equal(call(f"{word}_{name}", a, b) != 0, wanted), name


ROUNDED = {"ceil": np.ceil, "floor": np.floor, "trunc": np.trunc, "rint": np.rint}
# In units of the last place, of the exact value: 1/2 is correctly rounded.
MATH_BOUND = 0.502


@WORDS
@pytest.mark.parametrize("name", ONE)
@pytest.mark.skipif(not available(), reason="needs cc with libquadmath")
def test_functions_of_every_number(word: str, name: str) -> None:
    x = wide(word, ALL)
    got = call(f"{word}_{name}", ALL)
    with np.errstate(all="ignore"):
        if name in ROUNDED:
            assert not len(wrong(word, got, ROUNDED[name](x)))
            return
        if name == "rcp":
            hi, rest = 1.0 / x.astype(np.float64), np.zeros(len(x))
        else:
            hi, rest = reference(name, x)
        digits, lowest, top = (10, -14, 16) if word == "half" else (7, -126, 128)
        _, exponent = np.frexp(hi)
        ulp = np.ldexp(1.0, np.maximum(np.where(hi == 0, lowest, exponent - 1), lowest) - digits)
        result = wide(word, got).astype(np.float64)
        beyond = np.abs(hi) >= 2.0**top * (1 - 2.0 ** -(digits + 2))
        error = np.abs(result - hi) / ulp
        error = np.where(beyond, np.where(result == np.sign(hi) * np.inf, 0, np.inf), error)
        error = np.where(np.isnan(hi) | np.isnan(result), np.inf, error)
        error[np.isnan(hi) & np.isnan(result)] = 0
    assert not len(rest) == 0
    worst = int(np.argmax(error))
    limit = 0.5 if name in ("sqrt", "rcp") else MATH_BOUND
    assert error[worst] <= limit, (x[worst], result[worst], hi[worst], error[worst])
    zero = (result == 0) & (hi == 0)
    assert np.array_equal(np.signbit(result[zero]), np.signbit(hi[zero]))


def test_square_roots_of_halves_are_correctly_rounded() -> None:
    positive = sample(3000, 13) & np.uint16(0x7BFF) | np.uint16(1)
    wanted = [rounded_sqrt(float(v), "rn", "half") for v in wide("half", positive)]
    assert not len(wrong("half", call("half_sqrt", positive), wanted))


def e4m3(pattern: int) -> float:
    exponent, digits = pattern >> 3 & 15, pattern & 7
    if pattern & 0x7F == 0x7F:
        return float("nan")
    size = digits * 2.0**-9 if exponent == 0 else (8 + digits) * 2.0 ** (exponent - 10)
    return -size if pattern & 0x80 else size


def e5m2(pattern: int) -> float:
    return float(np.uint16(pattern << 8).view(np.float16))


@pytest.mark.parametrize(("kind", "value", "largest"), [("E4M3", e4m3, 0x7E), ("E5M2", e5m2, 0x7B)])
def test_eight_bit_formats(kind: str, value: Callable[[int], float], largest: int) -> None:
    patterns = np.arange(256, dtype=np.uint8)
    exact = np.array([value(int(p)) for p in patterns])
    widened = call(f"{kind}_to_half", patterns).view(np.float16).astype(float)
    assert np.array_equal(widened, exact, equal_nan=True)
    assert np.array_equal(np.signbit(widened[exact == 0]), np.signbit(exact[exact == 0]))

    numbers = exact[: largest + 1]
    step = numbers[-1] - numbers[-2]
    middle = np.append((numbers[1:] + numbers[:-1]) / 2, numbers[-1] + step / 2)
    tie = np.arange(largest + 1) + (np.arange(largest + 1) & 1)  # the even one of the two
    beyond = {"NOSAT": 0x7F if kind == "E4M3" else 0x7C, "SATFINITE": largest}
    for saturate, limit in beyond.items():

        def narrowed(x: Array, source: str, saturate: str = saturate) -> Array:
            return call(f"{source}_to_{kind}_{saturate}", x)

        assert np.array_equal(narrowed(numbers, "float"), patterns[: largest + 1])
        assert np.array_equal(narrowed(-numbers, "float"), patterns[: largest + 1] | 0x80)
        ties = np.where(tie > largest, limit, tie)
        for source, close in (("float", 2.0**-22), ("double", 2.0**-50)):
            assert np.array_equal(narrowed(middle, source), ties)
            assert np.array_equal(narrowed(middle * (1 - close), source), np.arange(largest + 1))
            above = np.append(np.arange(1, largest + 1), limit)
            assert np.array_equal(narrowed(middle * (1 + close), source), above)
        special = np.array([np.inf, -np.inf, np.nan, 1e30, 0.0, -0.0, 1e-30])
        got = narrowed(special, "float")
        assert [int(g) for g in got[[0, 1, 3, 4, 5, 6]]] == [limit, limit | 0x80, limit, 0, 0x80, 0]
        assert got[2] & 0x7F == 0x7F


@pytest.mark.parametrize("saturate", ["NOSAT", "SATFINITE"])
def test_scales(saturate: str) -> None:
    """e8m0: every number there is, and beside and between them."""
    patterns = np.arange(256, dtype=np.uint8)
    scales = 2.0 ** (np.arange(255) - 127.0)
    widened = wide("bfloat16", call("E8M0_to_bfloat16", patterns))
    assert np.array_equal(widened, np.append(scales, np.nan), equal_nan=True)

    limit = 0xFE if saturate == "SATFINITE" else 0xFF
    up = np.append(patterns[1:255], limit)
    for source, close in (("float", 2.0**-22), ("double", 2.0**-50)):

        def narrowed(x: Array, mode: str, source: str = source) -> list[int]:
            return [int(p) for p in call(f"{source}_to_E8M0_{saturate}_{mode}", x)]

        for mode, above in (("Zero", patterns[:255]), ("PosInf", up)):
            assert narrowed(scales, mode) == list(range(255))
            assert narrowed(-scales, mode) == list(range(255))
            assert narrowed(scales * (1 + close), mode) == list(above)
            assert narrowed(scales * 1.75, mode) == list(above)
            special = np.array([0.0, -0.0, 1e-45, np.inf, -np.inf, np.nan])
            assert narrowed(special, mode) == [0, 0, 0, limit, limit, 0xFF]
    halves = np.arange(1 << 16, dtype=np.uint16)
    for mode in ("Zero", "PosInf"):
        got = call(f"bfloat16_to_E8M0_{saturate}_{mode}", halves)
        exact = wide("bfloat16", halves).astype(np.float32)
        assert np.array_equal(got, call(f"float_to_E8M0_{saturate}_{mode}", exact))
