"""Reference values (tests/devicelib/nv_reference.c) and errors in ULP against them."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

Exact = tuple[np.ndarray, np.ndarray]  # the value is the sum


@cache
def _library() -> ctypes.CDLL | None:
    source = Path(__file__).with_name("nv_reference.c")
    with tempfile.TemporaryDirectory() as scratch:
        shared = Path(scratch, "reference.so")
        command = ["cc", "-O2", "-fPIC", "-shared", str(source), "-o", str(shared), "-lquadmath"]
        try:
            subprocess.run([*command, "-lm"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        return ctypes.CDLL(str(shared))


def available() -> bool:
    """Needs a C compiler with libquadmath."""
    return _library() is not None


def reference(name: str, *inputs: np.ndarray) -> Exact:
    library = _library()
    assert library is not None
    arrays = [np.ascontiguousarray(a, dtype=np.float64) for a in inputs]
    while len(arrays) < 4:
        arrays.append(arrays[0])
    hi, lo = np.empty(len(arrays[0])), np.empty(len(arrays[0]))
    pointers = (ctypes.c_void_p * 4)(*(a.ctypes.data for a in arrays))
    getattr(library, f"ref_{name}")(
        pointers, ctypes.c_void_p(hi.ctypes.data), ctypes.c_void_p(lo.ctypes.data),
        ctypes.c_long(len(hi)),
    )
    return hi, lo


def ulp_error(result: np.ndarray, exact: Exact) -> np.ndarray:
    """|result - exact| in units of the last place of the format of `result`.

    NaN must meet NaN; an infinity may stand for a value beyond the largest number, and counts as
    the number one step beyond it. Where a double result is denormal the reference is rounded to
    whole units, so that up to 1/2 is added.
    """
    fraction, lowest, top = (23, -126, 128) if result.dtype == np.float32 else (52, -1022, 1024)
    hi, lo = exact
    got = result.astype(np.float64)
    with np.errstate(all="ignore"):
        _, exponent = np.frexp(hi)
        ulp = np.ldexp(1.0, np.maximum(exponent - 1, lowest) - fraction)
        error = np.abs((got - hi) - lo) / ulp
        # Overflow: compare in units scaled down, with 2^top in place of infinity.
        beyond = np.isinf(got) | (np.abs(hi) >= np.ldexp(1.0, top - 1) * 2)
        scaled_got = np.where(np.isinf(got), np.sign(got) * 2.0, got * 2.0 ** -(top - 1))
        scaled_hi = np.clip(hi * 2.0 ** -(top - 1), -2.0, 2.0)
        error = np.where(beyond, np.abs(scaled_got - scaled_hi) * 2.0**fraction, error)
        same = (got == hi) & (lo == 0)
        error = np.where(same, 0.0, error)
        nan_got, nan_exact = np.isnan(got), np.isnan(hi)
        error = np.where(nan_got & nan_exact, 0.0, error)
        error = np.where(nan_got != nan_exact, np.inf, error)
    return error
