"""A small part of CuPy over NumPy and Sampan, for code whose kernels are RawKernels and RawModules.

`pytest --sampan` puts it on the path where CuPy is not installed. Arrays are NumPy's, in the CPU's
memory; what moves between host and device copies, as CuPy does. Functions that CuPy shares with
NumPy are NumPy's. What is not here raises an AttributeError that says so.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as _np

from sampan.cupy_subset import cuda
from sampan.cupy_subset.arrays import asnumpy, ndarray, on_device
from sampan.cupy_subset.kernels import RawKernel, RawModule

__version__ = "13.0.0+sampan"
__all__ = ["RawKernel", "RawModule", "array", "asarray", "asnumpy", "cuda", "ndarray"]

newaxis, pi, e, inf, nan = _np.newaxis, _np.pi, _np.e, _np.inf, _np.nan


def array(object: Any, dtype: Any = None, copy: bool = True, order: Any = "K") -> Any:
    """A copy on the device."""
    return on_device(_np.array(object, dtype=dtype, copy=True, order=order))


def asarray(a: Any, dtype: Any = None, order: Any = None) -> Any:
    """`a` itself if it is on the device and fits, else a copy."""
    if isinstance(a, ndarray):
        return on_device(_np.asarray(a, dtype=dtype, order=order))
    return on_device(_np.array(a, dtype=dtype, copy=True, order=order or "K"))


def ascontiguousarray(a: Any, dtype: Any = None) -> Any:
    """As asarray, in C's order."""
    return asarray(a, dtype, "C")


def get_array_module(*args: Any) -> Any:
    """This module if an argument is on the device, else NumPy."""
    return sys.modules[__name__] if any(isinstance(arg, ndarray) for arg in args) else _np


def get_default_memory_pool() -> Any:
    return cuda.MemoryPool()


get_default_pinned_memory_pool = get_default_memory_pool


def _wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **more: Any) -> Any:
        return on_device(function(*args, **more))

    return call


class _Part:
    """A submodule that is NumPy's, with results on the device."""

    def __init__(self, name: str, of: Any) -> None:
        self._name, self._of = name, of

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or not hasattr(self._of, name):
            raise AttributeError(_missing(f"{self._name}.{name}"))
        value = getattr(self._of, name)
        return _wrapped(value) if callable(value) and not isinstance(value, type) else value


class _Testing(_Part):
    """Assertions: those of numpy.testing."""

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("assert") or not hasattr(_np.testing, name):
            raise AttributeError(_missing(f"testing.{name}"))
        return getattr(_np.testing, name)


random = _Part("random", _np.random)
linalg = _Part("linalg", _np.linalg)
fft = _Part("fft", _np.fft)
testing = _Testing("testing", _np.testing)


def _missing(name: str) -> str:
    return (
        f"Sampan's cupy, a small part over NumPy for tests of RawKernels, has no cupy.{name}; "
        "install CuPy for all of it"
    )


def __getattr__(name: str) -> Any:
    if name.startswith("__") or not hasattr(_np, name):
        raise AttributeError(_missing(name))
    value = getattr(_np, name)
    if callable(value) and not isinstance(value, type):
        return _wrapped(value)
    return value
