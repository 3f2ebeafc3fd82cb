"""The error bounds that the CUDA C++ Programming Guide states (appendix on mathematical functions).

Facts of that document, as numbers: the largest error in units of the last place (ULP) of the
result, for the whole range of arguments unless a range is given. A bound of 0 means that the result
is correctly rounded, so that its error against the exact value is at most 1/2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Region = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Bound:
    """`ulps` holds for every argument, or where `inside` (of the last argument) is true.

    Elsewhere the absolute error is at most `absolute`, or nothing is stated where that is None.
    """

    ulps: float
    inside: Region | None = None
    absolute: float | None = None
    note: str = ""

    @property
    def limit(self) -> float:
        """The bound of the error against the exact value, in ULP."""
        return max(self.ulps, 0.5)


def _everywhere(names: str, ulps: float) -> dict[str, Bound]:
    return {name: Bound(ulps) for name in names.split()}


def _bessel(ulps: float, absolute: float) -> dict[str, Bound]:
    note = f"absolute error {absolute:g} for \\|x\\| ≥ 8"
    bound = Bound(ulps, lambda x: np.abs(x) < 8, absolute, note)
    return dict.fromkeys(("j0", "j1", "y0", "y1"), bound)


def _gamma(ulps: float, low: float, high: float) -> dict[str, Bound]:
    return {"lgamma": Bound(ulps, lambda x: (x <= low) | (x >= high),
                            note=f"nothing stated for {low} < x < {high}")}  # fmt: skip


_EXACT = (
    "sqrt fma fmod remainder remquo fdim trunc round rint nearbyint floor ceil logb frexp modf"
    " ldexp scalbn"
)

SINGLE = {
    **_everywhere(_EXACT, 0),
    **_everywhere("cbrt rcbrt expm1 log log2 log1p sinpi cospi", 1),
    **_everywhere("rsqrt rhypot rnorm3d rnorm4d exp exp2 exp10 log10 sin cos asin acos atan", 2),
    **_everywhere("cosh tanh erf erfinv", 2),
    **_everywhere("hypot norm3d norm4d atan2 sinh asinh atanh", 3),
    **_everywhere("tan acosh pow erfc erfcinv erfcx", 4),
    **_everywhere("normcdf normcdfinv tgamma", 5),
    **_everywhere("cyl_bessel_i0 cyl_bessel_i1", 6),
    **_gamma(6, -10.001, -2.264),
    **_bessel(9, 2.2e-6),
}

DOUBLE = {
    **_everywhere(_EXACT, 0),
    **_everywhere("rsqrt cbrt rcbrt rhypot rnorm3d rnorm4d exp exp2 exp10 expm1", 1),
    **_everywhere("log log2 log10 log1p cosh tanh", 1),
    **_everywhere("hypot norm3d norm4d sin cos tan sinpi cospi asin acos atan atan2", 2),
    **_everywhere("sinh atanh pow erf", 2),
    **_everywhere("asinh acosh", 3),
    **_everywhere("erfcx", 4),
    **_everywhere("erfc erfinv normcdf", 5),
    **_everywhere("erfcinv cyl_bessel_i0 cyl_bessel_i1", 6),
    **_everywhere("normcdfinv", 8),
    **_everywhere("tgamma", 10),
    **_gamma(4, -23.0001, -2.2637),
    **_bessel(7, 5e-12),
}


@dataclass(frozen=True)
class Intrinsic:
    """A fast single-precision intrinsic: within [low, high] its absolute error is at most
    `absolute`, and elsewhere (up to `limits`) its error at most `ulps` of the exact result.
    """

    exact: str
    limits: tuple[float, float]  # where the guide states a bound
    ulps: Callable[[np.ndarray], np.ndarray] | None = None
    absolute: float = 0.0
    within: tuple[float, float] | None = None
    note: str = ""


def _constant(ulps: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.full(len(x), ulps)


def _growing(slope: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: 2.0 + np.floor(np.abs(slope * x.astype(np.float64)))


_LARGEST = float(np.finfo(np.float32).max)
_SMALLEST = float(np.finfo(np.float32).tiny)
_PI = (-float(np.float32(np.pi)), float(np.float32(np.pi)))

INTRINSICS = {
    "fast_expf": Intrinsic("exp", (-87.3, 88.7), _growing(1.173), note="2 + ⌊\\|1.173 x\\|⌋"),
    "fast_exp10f": Intrinsic("exp10", (-37.9, 38.5), _growing(2.97), note="2 + ⌊\\|2.97 x\\|⌋"),
    "fast_logf": Intrinsic("log", (_SMALLEST, _LARGEST), _constant(3), 2**-21.41, (0.5, 2),
                           "2^-21.41 absolute in [0.5, 2], else 3"),
    "fast_log2f": Intrinsic("log2", (_SMALLEST, _LARGEST), _constant(2), 2**-22, (0.5, 2),
                            "2^-22 absolute in [0.5, 2], else 2"),
    "fast_log10f": Intrinsic("log10", (_SMALLEST, _LARGEST), _constant(3), 2**-24, (0.5, 2),
                             "2^-24 absolute in [0.5, 2], else 3"),
    "fast_sinf": Intrinsic("sin", _PI, None, 2**-21.41, _PI, "2^-21.41 absolute in [-π, π]"),
    "fast_cosf": Intrinsic("cos", _PI, None, 2**-21.19, _PI, "2^-21.19 absolute in [-π, π]"),
}  # fmt: skip
