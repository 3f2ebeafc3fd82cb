"""`cupy.ndarray`: a NumPy array that has what CuPy's arrays have beyond NumPy's."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np


class MemoryPointer:
    """Where an array or a device variable lies; `owner` keeps it alive."""

    def __init__(self, address: int, size: int, owner: object) -> None:
        self.ptr = address
        self.size = size
        self.owner = owner

    def __int__(self) -> int:
        return self.ptr

    def __add__(self, offset: int) -> MemoryPointer:
        return MemoryPointer(self.ptr + offset, self.size - offset, self.owner)


class ndarray(np.ndarray[Any, Any]):
    """An array "on the device". `memptr`: the memory it shall use, instead of its own."""

    def __new__(
        cls,
        shape: Any,
        dtype: Any = float,
        memptr: MemoryPointer | None = None,
        strides: Any = None,
        order: Any = "C",
    ) -> ndarray:
        if memptr is None:
            return super().__new__(cls, shape, dtype, strides=strides, order=order)
        memory: Any = (ctypes.c_uint8 * memptr.size).from_address(memptr.ptr)
        result = super().__new__(cls, shape, dtype, memory, 0, strides, order)
        result._owner = memptr
        return result

    def __array_finalize__(self, parent: Any) -> None:
        self._owner = getattr(parent, "_owner", None)

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        return np.asarray(array).view(ndarray)  # a reduction to one number stays on the device

    def __getitem__(self, index: Any) -> Any:
        return on_device(super().__getitem__(index))

    def get(self, stream: Any = None, order: Any = "C", out: Any = None) -> Any:
        """A copy in the host's memory."""
        if out is not None:
            out[...] = self
            return out
        return np.array(self, copy=True, order=order, subok=False)

    def set(self, array: Any, stream: Any = None) -> None:
        """Copies an array of the host here."""
        self[...] = np.asarray(array)

    @property
    def data(self) -> MemoryPointer:  # type: ignore[override]
        return MemoryPointer(self.__array_interface__["data"][0], self.nbytes, self)

    @property
    def device(self) -> Any:
        from sampan.cupy_subset import cuda

        return cuda.Device(0)


def on_device(value: Any) -> Any:
    """Arrays and NumPy's numbers, also inside tuples and lists, as cupy.ndarray."""
    if isinstance(value, ndarray):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return np.asarray(value).view(ndarray)
    if isinstance(value, (tuple, list)) and any(isinstance(v, np.ndarray) for v in value):
        return type(value)(on_device(v) for v in value)
    return value


def asnumpy(a: Any, stream: Any = None, order: Any = "C", out: Any = None) -> Any:
    """A copy in the host's memory; an array of the host as it is."""
    return a.get(stream, order, out) if isinstance(a, ndarray) else np.asarray(a, order=order)
