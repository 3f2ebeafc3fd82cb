"""Arguments for the accuracy table: every exponent, and the places where functions are hard.

All functions here are deterministic by their seed and give arrays of the format's own numbers.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from mpmath.ctx_mp import MPContext
from nv_cases import Case
from nv_measure import samples

EDGES = [0.0, 1.0, 0.5, 2.0, 3.0, np.inf, np.nan, 2.0**-149, 2.0**-126, 2.0**-1074, 2.0**-1022,
         float(np.finfo(np.float32).max), float(np.finfo(np.float64).max), 2.0**24, 2.0**53,
         1e-20, 1e20, 1e-160, 1e160]  # fmt: skip

# Zeros, poles, turning points, changes of the method, thresholds of overflow and underflow; both
# signs are taken of each.
CRITICAL: dict[str, list[float]] = {
    "exp": [88.7228, 87.3365, 103.972, 709.78271289, 708.39641853, 745.1332191],
    "exp2": [128, 126, 149, 150, 1024, 1022, 1074, 1075],
    "exp10": [38.5318, 37.9298, 44.8534, 45.1545, 308.2547155, 307.6526555, 323.3062153],
    "expm1": [88.7228, 17.3, 25, 37.4, 709.78271289, 0.34657359],
    "log": [0.70710678, 1.41421356], "log2": [0.70710678, 1.41421356],
    "log10": [0.70710678, 1.41421356, 10, 100, 1e10, 1e22], "log1p": [0.41421356, 0.29289322],
    "asin": [0.5, 0.70710678], "acos": [0.5, 0.70710678], "atan": [0.41421356, 2.41421356],
    "sinh": [89.4159, 710.4758600, 0.34657359, 22, 64], "tanh": [9.0109, 19.0615, 0.34657359, 0.55],
    "cosh": [89.4159, 710.4758600, 0.34657359, 22, 64],
    "asinh": [2.0**60], "acosh": [2.0**60, 1.5], "atanh": [0.33333333, 0.99],
    "erf": [0.9219544457, 3.9192, 5.921587196],
    "erfc": [10.0541, 9.194, 26.5432586, 27.226017], "erfcx": [9.382, 26.6287357, 2e38, 4],
    "normcdf": [14.17, 12.9, 37.6772, 38.485, 0.70710678], "erfinv": [0.996, 0.9999],
    "erfcinv": [0.004, 1.996, 0.25, 1.75], "normcdfinv": [0.002, 0.998, 0.25, 0.75],
    "tgamma": [35.0401, 171.62437696, 1.46163214, 33, 42, 150, 170, 183, 184],
    "lgamma": [2.4570247, 2.7476826, 3.1435809, 3.955294, 4.0396, 4.0853e36, 2.5563e305, 12, 7],
    "j0": [2.404825558, 5.520078110, 8.653727913, 7.99999, 100.5],
    "j1": [3.831705970, 7.015586670, 10.17346814, 7.99999, 100.5],
    "y0": [0.893576966, 3.957678419, 7.086051060, 7.99999, 100.5],
    "y1": [2.197141326, 5.429681041, 8.596005868, 7.99999, 100.5],
    "cyl_bessel_i0": [91.9, 713.98, 8], "cyl_bessel_i1": [91.9, 713.98, 8],
}  # fmt: skip
OF_HALF_PI = {"sin", "cos", "tan"}
OF_INTEGERS = {"sinpi", "cospi", "tgamma", "lgamma", "exp2", "pow"}


@cache
def hard_for_reduction(single: bool) -> np.ndarray:
    """For each exponent the numbers closest to multiples of pi/2, by continued fractions.

    The denominators q of the convergents of 2^e / (pi/2) make q 2^e closer to a multiple of pi/2
    than any number with a smaller significand (Muller, Elementary Functions, chapter on range
    reduction).
    """
    digits, lowest, highest = (24, -24, 104) if single else (53, -53, 971)
    mp: Any = MPContext()
    mp.prec = 1300
    quotient = int(mp.floor(2 / mp.pi * mp.mpf(2) ** 1250))
    found = []
    for exponent in range(lowest, highest + 1):
        shift = 1250 - exponent
        numerator, denominator = quotient, 1 << shift
        before, now = 1, 0
        while denominator:
            whole, left = divmod(numerator, denominator)
            before, now = now, whole * now + before
            numerator, denominator = denominator, left
            if now >= 1 << digits:
                break
            # The last few convergents that fit are the closest.
            if now >= 1 << (digits - 14):
                found.append(float(now) * 2.0**exponent)
    return np.array(found)


def patterns(rng: np.random.Generator, single: bool, count: int) -> np.ndarray:
    """One number, at random, from each of `count` equal parts of all patterns of the format."""
    if single:
        width = (1 << 32) // count
        start = np.arange(count, dtype=np.uint64) * np.uint64(width)
        return (
            (start + rng.integers(0, width, count, dtype=np.uint64))
            .astype(np.uint32)
            .view(np.float32)
        )
    width = (1 << 64) // count
    start = np.arange(count, dtype=np.uint64) * np.uint64(width)
    return (start + rng.integers(0, width, count, dtype=np.uint64)).view(np.float64)


def centres(name: str, rng: np.random.Generator, single: bool, count: int) -> np.ndarray:
    """The numbers around which the function is tried closely."""
    fixed = [*CRITICAL.get(name, []), *EDGES]
    parts = [np.array([*fixed, *(-x for x in fixed)])]
    if name in OF_HALF_PI:
        turns = np.floor(2.0 ** rng.uniform(0, 52, count))
        hard = hard_for_reduction(single)
        parts += [turns * (np.pi / 2), hard, -hard]
    if name in OF_INTEGERS:
        parts.append(rng.integers(-400, 400, count) / 2)
    return np.concatenate(parts)


def near(name: str, rng: np.random.Generator, single: bool, count: int) -> np.ndarray:
    """Numbers next to the centres, and at all distances from them."""
    kind, unsigned, digits = (np.float32, np.uint32, 24) if single else (np.float64, np.uint64, 53)
    with np.errstate(all="ignore"):
        centre = centres(name, rng, single, 1 + count // 8)
        chosen = np.concatenate([centre, rng.choice(centre, count)])[:count].astype(kind)
        steps = rng.integers(-40, 41, count).astype(np.int64)
        steps[: len(centre)] = 0
        close = (chosen.view(unsigned) + steps.astype(unsigned)).astype(unsigned).view(kind)
        far = chosen * (1 + rng.choice([-1, 1], count) * 2.0 ** rng.uniform(-digits, -1, count))
        take_close = rng.random(count) < 0.6
        take_close[: len(centre)] = True
        return np.where(take_close, close, far.astype(kind)).astype(kind)


def arguments(case: Case, single: bool, count: int, seed: int) -> list[np.ndarray]:
    """About `count` arguments of every kind, one array a parameter."""
    rng = np.random.default_rng([seed, single, len(case.name), *case.name.encode()])
    arity = len(case.samplers[0])
    own = samples(case, single, count // 4, seed)
    if arity == 1:
        close = near(case.name, rng, single, count // 4)
        spread = patterns(rng, single, count - len(close) - len(own[0]))
        return [np.concatenate([spread, close, own[0]])]
    left = count // 2
    columns = []
    for column in range(arity):
        spread = rng.permutation(patterns(rng, single, left))
        close = near(case.name, rng, single, count // 4)
        with np.errstate(all="ignore"):  # a parameter may be an integer
            columns.append(np.concatenate([spread, close, own[column]]))
    return columns
