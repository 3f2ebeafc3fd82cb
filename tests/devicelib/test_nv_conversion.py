"""Conversions saturate, round in the mode of their name, and reinterpret bits."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, trunc

import numpy as np
import pytest
from nv_exact import rounded
from nv_host import TYPES, call, prototypes

MODES = ["rn", "rz", "ru", "rd"]
ROUND = {"rn": round, "rz": trunc, "ru": ceil, "rd": floor}
TARGETS = {"int": "int", "uint": "unsigned int", "ll": "long long", "ull": "unsigned long long"}


def floating_inputs(dtype: type) -> np.ndarray:
    rng = np.random.default_rng(1)
    powers = np.ldexp(1.0, np.arange(-3, 68))
    with np.errstate(over="ignore"):
        values = np.concatenate([
            rng.uniform(-100, 100, 2000), rng.integers(-50, 50, 200) + 0.5,
            rng.uniform(-1, 1, 1000) * 2.0 ** rng.integers(20, 70, 1000),
            powers, -powers, np.nextafter(powers, 0), np.nextafter(-powers, 0), powers - 0.5,
            [np.inf, -np.inf, np.nan, 0.0, -0.0, 1e300, -1e300, 5e-324],
        ]).astype(dtype)  # fmt: skip
    return values


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", ["float", "double"])
def test_floating_point_to_integer(source: str, target: str, mode: str) -> None:
    values = floating_inputs(TYPES[source])
    info = np.iinfo(TYPES[TARGETS[target]])
    bits = info.bits
    of_nan = 0 if source == "float" and bits == 32 else 1 << (bits - 1)
    name = f"{source}2{target}_{mode}"
    for value, got in zip(values, call(name, values)[0], strict=True):
        x = float(value)
        if np.isnan(x):
            expected = of_nan
        elif np.isinf(x):
            expected = info.max if x > 0 else info.min
        else:
            expected = min(max(ROUND[mode](x), info.min), info.max)
        assert (int(got) - int(expected)) % (1 << bits) == 0, (name, x, int(got), expected)


@pytest.mark.parametrize("name", ["llrint", "llround"])
@pytest.mark.parametrize("suffix", ["", "f"])
def test_rounding_to_long_long(name: str, suffix: str) -> None:
    values = floating_inputs(np.float32 if suffix else np.float64)
    values = values[np.abs(values) < 2.0**62]
    for value, got in zip(values, call(name + suffix, values)[0], strict=True):
        x = Fraction(float(value))
        half_away = floor(abs(x) + Fraction(1, 2)) * (1 if x >= 0 else -1)
        assert int(got) == (round(x) if name == "llrint" else half_away)


INTEGER_TO_FLOAT = [
    n for n in prototypes() if n.split("2")[0] in TARGETS and n.split("2")[-1][:4] in "float double"
]


@pytest.mark.parametrize("name", INTEGER_TO_FLOAT)
def test_integer_to_floating_point(name: str) -> None:
    dtype = TYPES[TARGETS[name.split("2")[0]]]
    info = np.iinfo(dtype)
    rng = np.random.default_rng(2)
    shifts = rng.integers(0, info.bits, 3000).astype(dtype)
    values = rng.integers(info.min, info.max, 3000, dtype=dtype, endpoint=True) >> shifts
    edges = [0, 1, 2, info.max, info.min, info.max - 1, info.max // 2, (1 << 24) + 1, (1 << 25) + 3]
    values = np.concatenate([values.astype(dtype), np.array(edges, dtype=dtype)])
    mode, kind = name[-2:], "float" if "float" in name else "double"
    for value, got in zip(values, call(name, values)[0], strict=True):
        exact = Fraction(int(value))
        assert float(got) == (rounded(exact, mode, kind) if exact else 0.0), (name, int(value))


@pytest.mark.parametrize("mode", MODES)
def test_double_to_float(mode: str) -> None:
    rng = np.random.default_rng(3)
    values = rng.uniform(1, 2, 4000) * 2.0 ** rng.integers(-160, 130, 4000)
    values *= rng.choice([-1, 1], 4000)
    with np.errstate(over="ignore"):
        exactly = values.astype(np.float32).astype(np.float64)
    values = np.concatenate([values, exactly[np.isfinite(exactly) & (exactly != 0)]])
    for value, got in zip(values, call(f"double2float_{mode}", values)[0], strict=True):
        expected = rounded(Fraction(float(value)), mode, "float")
        assert float(got) == expected and np.signbit(got) == np.signbit(expected), value
    special = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0])
    got = call(f"double2float_{mode}", special)[0]
    assert np.array_equal(got, special.astype(np.float32), equal_nan=True)
    assert np.array_equal(np.signbit(got[3:]), [False, True])


def test_half_precision_for_every_pattern() -> None:
    patterns = np.arange(1 << 16, dtype=np.uint16)
    wide = call("half2float", patterns)[0]
    assert np.array_equal(wide, patterns.view(np.float16).astype(np.float32), equal_nan=True)
    numbers = ~np.isnan(wide)
    assert np.array_equal(call("float2half_rn", wide)[0][numbers], patterns[numbers])
    with np.errstate(over="ignore", invalid="ignore"):
        middle = (wide[:-1].astype(float) + wide[1:]) / 2  # ties, and numbers just beside them
        finite = np.isfinite(middle)
        for shift in (1.0, 1 + 1e-7, 1 - 1e-7):
            values = (middle[finite] * shift).astype(np.float32)
            exact = values.astype(np.float16).view(np.uint16)
            assert np.array_equal(call("float2half_rn", values)[0], exact)
        huge = np.array([65519.996, 65520, 1e6, -1e38, np.inf, 1e-8, -1e-45], np.float32)
        exact = huge.astype(np.float16).view(np.uint16)
        assert np.array_equal(call("float2half_rn", huge)[0], exact)
    assert call("float2half_rn", np.array([np.nan], np.float32))[0][0] & 0x7FFF > 0x7C00


def test_bits_are_reinterpreted() -> None:
    rng = np.random.default_rng(4)
    words, longs = rng.integers(0, 1 << 32, 500), rng.integers(-(1 << 63), 1 << 63, 500)
    words, singles = words.astype(np.uint32), words.astype(np.uint32).view(np.float32)
    doubles = longs.view(np.float64)
    for name, source, wanted in [
        ("float_as_int", singles, words.view(np.int32)),
        ("float_as_uint", singles, words),
        ("int_as_float", words.view(np.int32), singles),
        ("uint_as_float", words, singles),
        ("double_as_longlong", doubles, longs.view(np.uint64)),
        ("longlong_as_double", longs, doubles),
        ("double2hiint", doubles, (longs >> 32).astype(np.int32)),
        ("double2loint", doubles, longs.astype(np.uint32).view(np.int32)),
    ]:
        assert call(name, source)[0].tobytes() == wanted.tobytes(), name
    high, low = (longs >> 32).astype(np.int32), longs.astype(np.uint32).view(np.int32)
    assert call("hiloint2double", high, low)[0].tobytes() == longs.tobytes()
