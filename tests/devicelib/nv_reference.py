"""Reference values (tests/devicelib/nv_reference.c) and errors in ULP against them."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

# The value is the first plus the second times the first's last place (as a double).
Exact = tuple[np.ndarray, np.ndarray]

QUADRUPLE, EXTENDED, BINARY64 = 113, 64, 53


@cache
def _library(precision: int) -> ctypes.CDLL | None:
    source = Path(__file__).with_name("nv_reference.c")
    with tempfile.TemporaryDirectory() as scratch:
        shared = Path(scratch, "reference.so")
        command = ["cc", "-O2", f"-DPRECISION={precision}", "-fPIC", "-shared", str(source)]
        try:
            subprocess.run(
                [*command, "-o", str(shared), "-lquadmath", "-lm"], check=True, capture_output=True
            )
        except (OSError, subprocess.CalledProcessError):
            return None
        return ctypes.CDLL(str(shared))


def available() -> bool:
    """Needs a C compiler with libquadmath."""
    return _library(QUADRUPLE) is not None


def reference(name: str, *inputs: np.ndarray, precision: int = QUADRUPLE) -> Exact:
    library = _library(precision)
    assert library is not None
    with np.errstate(invalid="ignore"):  # signalling patterns
        arrays = [np.ascontiguousarray(a, dtype=np.float64) for a in inputs]
    while len(arrays) < 4:
        arrays.append(arrays[0])
    hi, rest = np.empty(len(arrays[0])), np.empty(len(arrays[0]))
    pointers = (ctypes.c_void_p * 4)(*(a.ctypes.data for a in arrays))
    getattr(library, f"ref_{name}")(
        pointers,
        ctypes.c_void_p(hi.ctypes.data),
        ctypes.c_void_p(rest.ctypes.data),
        ctypes.c_long(len(hi)),
    )
    return hi, rest


def last_place(x: np.ndarray, fraction: int, lowest: int) -> np.ndarray:
    """The unit of the last place of each number, of the smallest for zero."""
    _, exponent = np.frexp(x)
    exponent = np.where(x == 0, lowest, exponent - 1)
    return np.ldexp(1.0, np.maximum(exponent, lowest) - fraction)


def ulp_error(result: np.ndarray, exact: Exact) -> np.ndarray:
    """|result - exact| in units of the last place of the format of `result`.

    NaN must meet NaN; an infinity may stand for a value beyond the largest number, and counts as
    the number one step beyond it.
    """
    single = result.dtype == np.float32
    fraction, lowest, top = (23, -126, 128) if single else (52, -1022, 1024)
    hi, rest = exact
    with np.errstate(all="ignore"):
        got = result.astype(np.float64)
        ulp = last_place(hi, fraction, lowest)
        share = last_place(hi, 52, -1022) / ulp if single else 1.0
        error = np.abs((got - hi) / ulp - rest * share)
        # Overflow: compare in units scaled down, with 2^top in place of infinity.
        beyond = np.isinf(got) | (np.abs(hi) >= np.ldexp(1.0, top - 1) * 2)
        scaled_got = np.where(np.isinf(got), np.sign(got) * 2.0, got * 2.0 ** -(top - 1))
        scaled_hi = np.clip(hi * 2.0 ** -(top - 1), -2.0, 2.0)
        error = np.where(beyond, np.abs(scaled_got - scaled_hi) * 2.0**fraction, error)
        same = (got == hi) & (rest == 0)
        error = np.where(same, 0.0, error)
        nan_got, nan_exact = np.isnan(got), np.isnan(hi)
        error = np.where(nan_got & nan_exact, 0.0, error)
        error = np.where(nan_got != nan_exact, np.inf, error)
    return error
