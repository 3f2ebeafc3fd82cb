"""Reference values by mpmath: slow, and right to far more digits than a decision needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from mpmath.ctx_mp import MPContext
from nv_reference import Exact, reference

CACHE = Path(__file__).parents[2] / "build" / "ulp"

mp = MPContext()
mp.prec = 160
_SQRT_HALF = mp.sqrt(mp.mpf(1) / 2)


def _length(*parts: Any) -> Any:
    return mp.sqrt(sum(part * part for part in parts))


def _log_gamma(x: Any) -> Any:
    return mp.loggamma(x) if x > 0 else mp.log(abs(mp.gamma(x)))


def _erfcx(x: Any) -> Any:
    return mp.exp(x * x) * mp.erfc(x)


def _inverse_by_newton(start: Any, residual: Any) -> Any:
    """One step on erf or erfc from a value that is right to a hundred bits already."""
    return start - residual / (2 / mp.sqrt(mp.pi) * mp.exp(-start * start))


def _erfinv(x: Any, start: Any) -> Any:
    return _inverse_by_newton(start, mp.erf(start) - x)


def _erfcinv(y: Any, start: Any) -> Any:
    return _inverse_by_newton(start, y - mp.erfc(start))


def _normcdfinv(p: Any, start: Any) -> Any:
    return -_erfcinv(2 * p, -start * _SQRT_HALF) / _SQRT_HALF


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": mp.exp, "expm1": mp.expm1, "log": mp.log, "log1p": mp.log1p,
    "exp2": lambda x: mp.mpf(2) ** x, "exp10": lambda x: mp.mpf(10) ** x,
    "log2": lambda x: mp.log(x) / mp.ln2, "log10": lambda x: mp.log(x) / mp.ln10,
    "pow": lambda x, y: x**y,
    "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "sinpi": mp.sinpi, "cospi": mp.cospi,
    "asin": mp.asin, "acos": mp.acos, "atan": mp.atan, "atan2": mp.atan2,
    "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh,
    "asinh": mp.asinh, "acosh": mp.acosh, "atanh": mp.atanh,
    "sqrt": mp.sqrt, "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "rsqrt": lambda x: 1 / mp.sqrt(x), "rcbrt": lambda x: mp.sign(x) / mp.cbrt(abs(x)),
    "hypot": _length, "norm3d": _length, "norm4d": _length,
    "rhypot": lambda *x: 1 / _length(*x), "rnorm3d": lambda *x: 1 / _length(*x),
    "rnorm4d": lambda *x: 1 / _length(*x),
    "erf": mp.erf, "erfc": mp.erfc, "erfcx": _erfcx,
    "normcdf": lambda x: mp.erfc(-x * _SQRT_HALF) / 2,
    "tgamma": mp.gamma, "lgamma": _log_gamma,
    "j0": lambda x: mp.besselj(0, x), "j1": lambda x: mp.besselj(1, x),
    "y0": lambda x: mp.bessely(0, x), "y1": lambda x: mp.bessely(1, x),
    "cyl_bessel_i0": lambda x: mp.besseli(0, x), "cyl_bessel_i1": lambda x: mp.besseli(1, x),
}  # fmt: skip
# These start from the value in quadruple precision.
INVERSES = {"erfinv": _erfinv, "erfcinv": _erfcinv, "normcdfinv": _normcdfinv}

# Beyond these mpmath's series are no match for the asymptotic expansion in quadruple precision.
_LIMIT = {"erfcx": 1e3, "lgamma": 1e30, "cyl_bessel_i0": 1e3, "cyl_bessel_i1": 1e3,
          "j0": 1e5, "j1": 1e5, "y0": 1e5, "y1": 1e5}  # fmt: skip


def decided(name: str, *inputs: np.ndarray) -> Exact:
    """As `nv_reference.reference`, with every finite value by mpmath."""
    hi, rest = (part.copy() for part in reference(name, *inputs))
    if name not in FUNCTIONS and name not in INVERSES:
        return hi, rest  # exact in quadruple precision
    columns = [np.asarray(column, dtype=np.float64) for column in inputs]
    ordinary = np.isfinite(hi) & (hi != 0)
    for column in columns:
        ordinary &= np.isfinite(column) & (np.abs(column) <= _LIMIT.get(name, np.inf))
        if name == "atan2":  # mpmath has no -0
            ordinary &= column != 0
    for i in np.nonzero(ordinary)[0]:
        arguments = [mp.mpf(float(column[i])) for column in columns]
        _, exponent = np.frexp(hi[i])
        unit = max(int(exponent), -1021) - 53
        if name in INVERSES:
            start = mp.mpf(float(hi[i])) + mp.ldexp(mp.mpf(float(rest[i])), unit)
            value = INVERSES[name](*arguments, start)
        else:
            value = FUNCTIONS[name](*arguments)
        rest[i] = float(mp.ldexp(value - mp.mpf(float(hi[i])), -unit))
    return hi, rest


def decided_once(name: str, *inputs: np.ndarray) -> Exact:
    """`decided`, kept in build/ulp between runs."""
    digest = hashlib.sha256(Path(__file__).read_bytes() + name.encode())
    digest.update(Path(__file__).with_name("nv_reference.c").read_bytes())
    for column in inputs:
        digest.update(np.ascontiguousarray(column).tobytes())
    path = CACHE / f"{name}-{digest.hexdigest()[:24]}.npz"
    if path.exists():
        stored = np.load(path)
        return stored["hi"], stored["rest"]
    hi, rest = decided(name, *inputs)
    CACHE.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part.npz")
    np.savez(partial, hi=hi, rest=rest)
    partial.replace(path)
    return hi, rest
