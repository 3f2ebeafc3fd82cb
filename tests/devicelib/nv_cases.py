"""What is asked of each function: where it is sampled and how far off it may be.

Bounds in ULP are those of the CUDA C++ Programming Guide, or tighter where ours are better.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Sampler = Callable[[np.random.Generator, int], np.ndarray]


def uniform(low: float, high: float) -> Sampler:
    return lambda rng, n: rng.uniform(low, high, n)


def logarithmic(low: float, high: float, signed: bool = False) -> Sampler:
    """Magnitudes with uniform exponents from 2^low to 2^high."""

    def sample(rng: np.random.Generator, n: int) -> np.ndarray:
        with np.errstate(over="ignore"):
            values = np.exp2(rng.uniform(low, high, n))
        return values * rng.choice([-1.0, 1.0], n) if signed else values

    return sample


def integers(low: int, high: int) -> Sampler:
    return lambda rng, n: rng.integers(low, high + 1, n).astype(np.float64)


@dataclass(frozen=True)
class Case:
    name: str  # of the double function; the float one adds f
    bound: tuple[float, float]  # float, double
    samplers: tuple[tuple[Sampler, ...], ...]  # alternatives, each with one sampler an argument
    # Absolute error allowed instead of the bound in ULP: float, double.
    absolute: tuple[float, float] | None = None


def one(name: str, bound_float: float, bound_double: float, *samplers: Sampler) -> Case:
    return Case(name, (bound_float, bound_double), tuple((s,) for s in samplers))


ANY = logarithmic(-1074, 1024, signed=True)
POSITIVE = logarithmic(-1074, 1024)
TO_ONE = logarithmic(-60, 0, signed=True)
NEAR_ONE = uniform(0.5, 2.0)

CASES = [
    one("sqrt", 0.5, 0.5, POSITIVE),
    one("rsqrt", 2, 1, POSITIVE),
    one("exp", 1, 1, uniform(-104, 89), uniform(-750, 711), uniform(-1, 1), ANY),
    one("exp2", 1, 1, uniform(-150, 128), uniform(-1080, 1025), uniform(-1, 1), ANY),
    one("exp10", 1, 1, uniform(-46, 39), uniform(-325, 309), uniform(-1, 1), ANY),
    one("expm1", 1, 1, uniform(-104, 89), uniform(-50, 711), uniform(-1, 1), ANY),
    one("log", 1, 1, POSITIVE, NEAR_ONE, uniform(0, 100)),
    one("log2", 1, 1, POSITIVE, NEAR_ONE, uniform(0, 100)),
    one("log10", 1, 1, POSITIVE, NEAR_ONE, uniform(0, 100)),
    one("log1p", 1, 1, POSITIVE, uniform(-1, 2), TO_ONE),
    Case(
        "pow",
        (1, 1),
        (
            (logarithmic(-10, 10), uniform(-12, 12)),
            (logarithmic(-1074, 1024), uniform(-2, 2)),
            (uniform(0.9, 1.1), uniform(-5000, 5000)),
            (uniform(-20, 20), integers(-20, 20)),
            (logarithmic(-149, 128), uniform(-1, 1)),
        ),
    ),
    one("sin", 2, 2, uniform(-7, 7), uniform(-1e5, 1e5), logarithmic(-40, 1024, signed=True)),
    one("cos", 2, 2, uniform(-7, 7), uniform(-1e5, 1e5), logarithmic(-40, 1024, signed=True)),
    one("tan", 4, 2, uniform(-7, 7), uniform(-1e5, 1e5), logarithmic(-40, 1024, signed=True)),
    one("sinpi", 1, 2, uniform(-3, 3), uniform(-1e5, 1e5), logarithmic(-40, 60, signed=True)),
    one("cospi", 1, 2, uniform(-3, 3), uniform(-1e5, 1e5), logarithmic(-40, 60, signed=True)),
    one("sinh", 3, 2, uniform(-3, 3), uniform(-90, 90), uniform(-712, 712), ANY),
    one("cosh", 2, 1, uniform(-3, 3), uniform(-90, 90), uniform(-712, 712), ANY),
    one("tanh", 2, 1, uniform(-3, 3), uniform(-20, 20), ANY),
    one("asin", 2, 2, uniform(-1, 1), TO_ONE, uniform(0.99, 1)),
    one("acos", 2, 2, uniform(-1, 1), TO_ONE, uniform(0.99, 1)),
    one("asinh", 3, 3, uniform(-3, 3), ANY),
    one("acosh", 4, 3, uniform(1, 3), POSITIVE, uniform(1, 1.001)),
    one("atanh", 3, 2, uniform(-1, 1), TO_ONE),
    one("cbrt", 1, 1, ANY, uniform(0.1, 10)),
    one("rcbrt", 1, 1, ANY, uniform(0.1, 10)),
    Case("hypot", (3, 2), ((ANY, ANY), (NEAR_ONE, NEAR_ONE))),
    Case("rhypot", (2, 1), ((ANY, ANY), (NEAR_ONE, NEAR_ONE))),
    Case("norm3d", (3, 2), ((ANY,) * 3, (NEAR_ONE,) * 3)),
    Case("rnorm3d", (2, 1), ((ANY,) * 3, (NEAR_ONE,) * 3)),
    Case("norm4d", (3, 2), ((ANY,) * 4, (NEAR_ONE,) * 4)),
    Case("rnorm4d", (2, 1), ((ANY,) * 4, (NEAR_ONE,) * 4)),
    one("atan", 2, 2, uniform(-3, 3), ANY),
    Case(
        "atan2",
        (3, 2),
        ((uniform(-3, 3), uniform(-3, 3)), (ANY, ANY), (logarithmic(-149, 128), uniform(-3, 3))),
    ),
    one("erf", 2, 2, uniform(-1, 1), uniform(-6, 6), TO_ONE),
    one("erfc", 4, 5, uniform(-6, 27), uniform(-1, 11), uniform(0.3, 1), TO_ONE),
    one("erfcx", 4, 4, uniform(-9, 9), uniform(-26, 100), logarithmic(-60, 1023)),
    one("normcdf", 5, 5, uniform(-38, 9), uniform(-2, 0), uniform(-15, 5), TO_ONE),
    one("erfinv", 2, 5, uniform(-1, 1), TO_ONE, uniform(0.99, 1)),
    one("erfcinv", 4, 6, uniform(0, 2), logarithmic(-1074, 1), uniform(0, 0.01)),
    one("normcdfinv", 5, 8, uniform(0, 1), logarithmic(-1074, 0), uniform(0.49, 0.51)),
    one("tgamma", 5, 10, uniform(0, 10), uniform(-9, 9), uniform(-180, 172), uniform(0.5, 3)),
    one("lgamma", 6, 4, uniform(0, 10), uniform(-2.26, 3), POSITIVE, logarithmic(-60, 3)),
    one("j0", 9, 7, uniform(-8, 8), uniform(2.40, 2.41), uniform(5.5, 5.6)),
    one("j1", 9, 7, uniform(-8, 8), uniform(3.8, 3.9), logarithmic(-60, 0)),
    one("y0", 9, 7, uniform(0, 8), uniform(0.85, 0.95), logarithmic(-60, 0), uniform(3.9, 4)),
    one("y1", 9, 7, uniform(0, 8), uniform(2, 2.5), logarithmic(-60, 0), uniform(5.4, 5.5)),
    one("cyl_bessel_i0", 6, 6, uniform(-20, 20), uniform(-714, 714), uniform(-90, 90)),
    one("cyl_bessel_i1", 6, 6, uniform(-20, 20), uniform(-714, 714), uniform(-90, 90)),
    Case("fmod", (0, 0), ((uniform(-99, 99), uniform(-9, 9)), (ANY, ANY))),
    Case("remainder", (0, 0), ((uniform(-99, 99), uniform(-9, 9)), (ANY, ANY))),
]

# Functions whose results are exact or correctly rounded.
EXACT_CASES = [
    one("trunc", 0, 0, ANY, uniform(-99, 99)),
    one("floor", 0, 0, ANY, uniform(-99, 99)),
    one("ceil", 0, 0, ANY, uniform(-99, 99)),
    one("rint", 0, 0, ANY, uniform(-99, 99)),
    one("nearbyint", 0, 0, ANY, uniform(-99, 99)),
    one("round", 0, 0, ANY, uniform(-99, 99)),
    one("logb", 0, 0, ANY),
    Case("fdim", (0, 0), ((ANY, ANY), (NEAR_ONE, NEAR_ONE))),
    Case("ldexp", (0, 0), ((ANY, integers(-2100, 2100)), (ANY, integers(-160, 160)))),
    Case("fma", (0, 0), ((ANY, ANY, ANY), (NEAR_ONE, NEAR_ONE, uniform(-3, 3)))),
]
