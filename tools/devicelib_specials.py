"""Polynomials of the error, gamma and Bessel functions (see devicelib_coefficients.py)."""

from __future__ import annotations

import mpmath as mp
from spec import Real, Spec


def root(function: Real) -> Real:
    return lambda z: function(mp.sqrt(z))


SPECIAL_SPECS: list[Spec] = [
    Spec("ERF_F32", "float", "erf(x) = x + x P(z), z = x^2",
         root(lambda x: mp.erf(x) / x - 1), mp.mpf(0), mp.mpf("0.85"), 7),
    Spec("ERF", "double", "erf(x) = x + x P(z), z = x^2",
         root(lambda x: mp.erf(x) / x - 1), mp.mpf(0), mp.mpf(1), 13),
    Spec("ERF_TAIL_F32", "float", "erf(x) = 1 - exp(P(x))", lambda x: mp.log(mp.erfc(x)),
         mp.sqrt(0.85), mp.mpf(4), 9, mp.erfc),
    Spec("ERF_TAIL", "double", "erf(x) = 1 - exp(P(x - 1))", lambda t: mp.log(mp.erfc(t + 1)),
         mp.mpf(0), mp.mpf(5), 22, lambda t: mp.erfc(t + 1)),
]
