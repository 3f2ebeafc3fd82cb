"""Arrays of any library as memory: where the numbers lie, of which type, in which order."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sampan.python import dlpack
from sampan.python.errors import ArgumentError
from sampan.python.layout import DType


@dataclass(frozen=True)
class View:
    """An array in memory. `dtype` is None for a type that NumPy lacks (its name is `type_name`).

    `strides` are in bytes, None where the array is C-contiguous. `owner` keeps the memory alive.
    """

    address: int
    dtype: DType | None
    type_name: str
    shape: tuple[int, ...]
    strides: tuple[int, ...] | None
    itemsize: int
    read_only: bool
    owner: object

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.itemsize

    @property
    def contiguous(self) -> bool:
        """In C's order, without gaps."""
        if self.strides is None or 0 in self.shape:
            return True
        expected = self.itemsize
        for extent, stride in zip(reversed(self.shape), reversed(self.strides), strict=True):
            if extent != 1 and stride != expected:
                return False
            expected *= extent
        return True


def view(value: Any) -> View | None:
    """`value` as memory; None where it is no array. Never copies.

    Raises ArgumentError for an array that is not in memory that the CPU sees.
    """
    if isinstance(value, np.ndarray):
        return _of_numpy(value, value)
    if isinstance(value, (np.generic, int, float, complex, str)):
        return None
    interface = getattr(value, "__cuda_array_interface__", None)
    if isinstance(interface, dict):
        return _of_interface(interface, value)
    if isinstance(getattr(value, "__array_interface__", None), dict):
        return _of_numpy(np.asarray(value), value)
    if hasattr(value, "__dlpack__") and hasattr(value, "__dlpack_device__"):
        return _of_dlpack(value)
    try:
        buffer = memoryview(value)
    except TypeError:
        return None
    return _of_numpy(np.asarray(buffer), buffer)


def _of_numpy(array: np.ndarray[Any, Any], owner: object) -> View:
    address, read_only = array.__array_interface__["data"]
    return View(
        address,
        array.dtype,
        str(array.dtype),
        array.shape,
        None if array.flags.c_contiguous else array.strides,
        array.dtype.itemsize,
        read_only,
        (array, owner),
    )


def _of_interface(interface: dict[str, Any], owner: object) -> View:
    """`__cuda_array_interface__`, of a library whose device memory is the host's."""
    try:
        address, read_only = interface["data"]
        dtype = np.dtype(interface["typestr"])
        if dtype.kind == "V" and len(interface.get("descr", ())) > 1:
            dtype = np.dtype(interface["descr"])
        shape = tuple(int(extent) for extent in interface["shape"])
        strides = interface.get("strides")
    except (KeyError, TypeError, ValueError) as error:
        raise ArgumentError(
            f"a {type(owner).__name__} whose __cuda_array_interface__ is malformed ({error})"
        ) from None
    return View(
        int(address or 0),
        dtype,
        str(dtype),
        shape,
        None if strides is None else tuple(strides),
        dtype.itemsize,
        bool(read_only),
        owner,
    )


def _of_dlpack(value: Any) -> View:
    try:
        exported = dlpack.export(value)
    except ArgumentError:
        raise
    except (BufferError, RuntimeError, ValueError, TypeError) as error:
        raise ArgumentError(
            f"a {type(value).__name__} that cannot be exported by DLPack: {error}"
        ) from None
    codes = {"int": "i", "uint": "u", "float": "f", "complex": "c"}
    dtype: DType | None = None
    name = f"{exported.kind}{8 * exported.itemsize}"
    if exported.kind == "bool" and exported.itemsize == 1:
        dtype = np.dtype(np.bool_)
    elif exported.kind in codes and exported.itemsize in (1, 2, 4, 8, 16):
        try:
            dtype = np.dtype(f"{codes[exported.kind]}{exported.itemsize}")
        except TypeError:
            dtype = None
    size = exported.itemsize
    strides = exported.strides
    return View(
        exported.address,
        dtype,
        str(dtype) if dtype is not None else name,
        exported.shape,
        None if strides is None else tuple(stride * size for stride in strides),
        size,
        exported.read_only,
        (exported.owner, value),
    )


def null_or_pointer(value: Any) -> int | None:
    """The address that None or a ctypes pointer stands for; None for anything else."""
    if value is None:
        return 0
    if isinstance(value, ctypes.c_void_p):
        return value.value or 0
    if isinstance(value, ctypes._Pointer):
        return ctypes.cast(value, ctypes.c_void_p).value or 0
    return None
