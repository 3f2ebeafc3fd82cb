"""Polynomials of the error and gamma functions (see devicelib_coefficients.py)."""

from __future__ import annotations

import mpmath as mp
from devicelib_bessel import BESSEL_SPECS
from devicelib_spec import Real, Spec, root


def scaled_erfc(t: mp.mpf) -> mp.mpf:
    """(1 + 2 x) e^(x^2) erfc(x) at t = (x - 4) / (x + 4)."""
    x = 4 * (1 + t) / (1 - t)
    return (1 + 2 * x) * mp.erfc(x) * mp.exp(x * x)


def erfinv_of_log(w: mp.mpf) -> mp.mpf:
    """erfinv(x) / x as a function of w = -log(1 - x^2)."""
    x = mp.sqrt(1 - mp.exp(-w))
    return mp.erfinv(x) / x


def erfcinv_of_root(s: mp.mpf) -> mp.mpf:
    """r of erfc(r) = e^(-s^2), by Newton's method on the logarithm."""
    r = s
    for _ in range(60):
        slope = 2 / mp.sqrt(mp.pi) * mp.exp(-r * r) / mp.erfc(r)
        step = (mp.log(mp.erfc(r)) + s * s) / slope
        r += step
        if abs(step) < mp.mpf(10) ** -40 * r:
            break
    return r


def erfcinv_tail(t: mp.mpf) -> mp.mpf:
    s = 8 * (1 + t) / (1 - t)
    return erfcinv_of_root(s) / s


def stirling(z: mp.mpf) -> mp.mpf:
    x = 1 / mp.sqrt(z)
    tail = mp.loggamma(x) - (x - mp.mpf("0.5")) * mp.log(x) + x - mp.log(2 * mp.pi) / 2
    return x * tail


def inverse(function: Real) -> Real:
    return lambda x: 1 / function(x)


HALF = mp.mpf("0.5")
TAIL_LOW, TAIL_HIGH = mp.mpf("2.3"), mp.mpf("27.4")  # sqrt(-log(y)) for y from e^-5.4 to 2^-1074

SPECIAL_SPECS: list[Spec] = [
    Spec("ERF_F32", "float", "erf(x) = x + x P(z), z = x^2",
         root(lambda x: mp.erf(x) / x - 1), mp.mpf(0), mp.mpf("0.85"), 7),
    Spec("ERF", "double", "erf(x) = x + x P(z), z = x^2",
         root(lambda x: mp.erf(x) / x - 1), mp.mpf(0), mp.mpf(1), 13),
    Spec("ERF_TAIL_F32", "float", "erf(x) = 1 - exp(P(x))", lambda x: mp.log(mp.erfc(x)),
         mp.sqrt(0.85), mp.mpf(4), 9, mp.erfc),
    Spec("ERF_TAIL", "double", "erf(x) = 1 - exp(P(x - 1))", lambda t: mp.log(mp.erfc(t + 1)),
         mp.mpf(0), mp.mpf(5), 22, lambda t: mp.erfc(t + 1)),
    Spec("ERFCXF", "double", "(1 + 2 x) e^(x^2) erfc(x) = P(t), t = (x - 4) / (x + 4)",
         scaled_erfc, mp.mpf(-1), mp.mpf(1), 13, inverse(scaled_erfc)),
    Spec("ERFCX", "double", "(1 + 2 x) e^(x^2) erfc(x) = P(t), t = (x - 4) / (x + 4)",
         scaled_erfc, mp.mpf(-1), mp.mpf(1), 24, inverse(scaled_erfc)),
    Spec("ERFINV", "double", "erfinv(x) = x P(w - 5/2), w = -log(1 - x^2)",
         lambda t: erfinv_of_log(t + 2.5), mp.mpf("-2.5"), mp.mpf("2.5"), 22,
         lambda t: 1 / erfinv_of_log(t + 2.5)),
    Spec("ERFCINV", "double", "erfcinv(e^(-s^2)) = s P(t), t = (s - 8) / (s + 8): a start value",
         erfcinv_tail, (TAIL_LOW - 8) / (TAIL_LOW + 8), (TAIL_HIGH - 8) / (TAIL_HIGH + 8), 14,
         inverse(erfcinv_tail)),
    Spec("GAMMA", "double", "gamma(2 + d) = P(d)", lambda d: mp.gamma(2 + d), -HALF, HALF, 19,
         lambda d: 1 / mp.gamma(2 + d)),
    Spec("LGAMMA", "double", "log(gamma(2 + d)) = d P(d)", lambda d: mp.loggamma(2 + d) / d,
         -HALF, HALF, 18, lambda d: d / mp.loggamma(2 + d)),
    Spec("STIRLING", "double",
         "log(gamma(x)) = (x - 1/2) log(x) - x + log(2 pi) / 2 + P(z) / x, z = 1 / x^2; absolute",
         stirling, mp.mpf("1e-9"), 1 / mp.mpf("7.5") ** 2, 7),
    *BESSEL_SPECS,
]
