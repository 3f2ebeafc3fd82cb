"""Reads DLPack exports (`__dlpack__`): where a tensor of another library lies, without a copy.

The structures are those of the DLPack specification, dlpack.h version 1.0:
https://dmlc.github.io/dlpack/latest/c_api.html
"""

from __future__ import annotations

import ctypes
from ctypes import c_int32, c_int64, c_size_t, c_uint8, c_uint16, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass
from typing import Any

from sampan.python.errors import ArgumentError

_CPU, _CUDA_HOST, _ROCM_HOST, _CUDA_MANAGED = 1, 3, 11, 13
HOST_DEVICES = (_CPU, _CUDA_HOST, _ROCM_HOST, _CUDA_MANAGED)
_READ_ONLY = 1
_KINDS = {0: "int", 1: "uint", 2: "float", 4: "bfloat", 5: "complex", 6: "bool"}


class _Tensor(ctypes.Structure):
    _fields_ = (
        ("data", c_void_p),
        ("device_type", c_int32),
        ("device_id", c_int32),
        ("ndim", c_int32),
        ("type_code", c_uint8),
        ("type_bits", c_uint8),
        ("type_lanes", c_uint16),
        ("shape", ctypes.POINTER(c_int64)),
        ("strides", ctypes.POINTER(c_int64)),
        ("byte_offset", c_uint64),
    )


class _Versioned(ctypes.Structure):
    _fields_ = (
        ("major", c_uint32),
        ("minor", c_uint32),
        ("manager", c_void_p),
        ("deleter", c_void_p),
        ("flags", c_uint64),
        ("tensor", _Tensor),
    )


@dataclass(frozen=True)
class Exported:
    """A tensor in host memory. `kind` is int, uint, float, bfloat, complex or bool; `itemsize` in
    bytes, `strides` in elements, None where the tensor is C-contiguous. `owner` keeps it alive."""

    address: int
    kind: str
    itemsize: int
    shape: tuple[int, ...]
    strides: tuple[int, ...] | None
    read_only: bool
    owner: object


def export(tensor: Any) -> Exported:
    """Asks `tensor` for its memory. Raises ArgumentError where that is not the host's."""
    device = tensor.__dlpack_device__()
    if int(device[0]) not in HOST_DEVICES:
        raise ArgumentError(
            f"a {type(tensor).__name__} on another device (DLPack device {device})",
            hint="kernels run on the CPU here: move it there first, as by tensor.cpu()",
        )
    try:
        capsule = tensor.__dlpack__(max_version=(1, 0))
    except TypeError:  # an exporter from before version 1.0
        capsule = tensor.__dlpack__()
    name = _capsule_name(capsule)
    pointer = _api("PyCapsule_GetPointer", c_void_p, ctypes.py_object, ctypes.c_char_p)(
        capsule, name
    )
    read_only = False
    if name == b"dltensor_versioned":
        versioned = _Versioned.from_address(pointer)
        if versioned.major != 1:
            raise ArgumentError(f"version {versioned.major} of DLPack is not known here")
        read_only = bool(versioned.flags & _READ_ONLY)
        held = versioned.tensor
    elif name == b"dltensor":
        held = _Tensor.from_address(pointer)
    else:
        raise ArgumentError(f"a {type(tensor).__name__} whose DLPack capsule is used or unknown")
    shape = tuple(held.shape[i] for i in range(held.ndim))
    strides = tuple(held.strides[i] for i in range(held.ndim)) if held.strides else None
    return Exported(
        (held.data or 0) + held.byte_offset,
        _KINDS.get(held.type_code, f"type {held.type_code}"),
        held.type_bits * held.type_lanes // 8,
        shape,
        strides,
        read_only,
        capsule,  # not renamed to "used_…", so its own destructor frees the tensor
    )


def _capsule_name(capsule: object) -> bytes:
    name: bytes | None = _api("PyCapsule_GetName", ctypes.c_char_p, ctypes.py_object)(capsule)
    return name or b""


def _api(name: str, result: Any, *arguments: Any) -> Any:
    """A function of Python's own C API."""
    prototype = ctypes.PYFUNCTYPE(result, *arguments)
    return prototype((name, ctypes.pythonapi))


assert ctypes.sizeof(_Tensor) == 48 and ctypes.sizeof(c_size_t) == 8
