"""The structures of runtime/include/sampan_abi.h that an executor reads, for ctypes."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char_p, c_int32, c_uint32, c_uint64, c_void_p


class Launch(ctypes.Structure):
    _fields_ = [
        ("grid", c_uint32 * 3),
        ("block", c_uint32 * 3),
        ("block_threads", c_uint32),
        ("dynamic_shared", c_uint32),
        ("params", c_void_p),
        ("grid_blocks", c_uint64),
        ("meeting", c_void_p),
        ("cluster", c_uint32 * 3),
        ("cluster_named", c_uint32),
        ("handle", c_void_p),
        ("uncached", c_uint64),
    ]


class Thread(ctypes.Structure):
    _fields_ = [
        ("tid", c_uint32 * 3),
        ("ctaid", c_uint32 * 3),
        ("linear_tid", c_uint32),
        ("shared_stride", c_uint32),
        ("launch", c_void_p),
        ("shared", c_void_p),
        ("scratch", c_void_p),
        ("runtime", c_void_p),
    ]


class Kernel(ctypes.Structure):
    _fields_ = [
        ("name", c_char_p),
        ("param_count", c_uint32),
        ("param_bytes", c_uint32),
        ("param_offsets", POINTER(c_uint32)),
        ("param_sizes", POINTER(c_uint32)),
        ("static_shared", c_uint32),
        ("local_bytes", c_uint32),
        ("max_threads", c_uint32),
        ("variant_count", c_uint32),
        ("variants", c_void_p),
        ("fallback_reason", c_char_p),
        ("thread_axes", c_uint32),
        ("cluster_x", c_uint32),
        ("cluster_y", c_uint32),
        ("cluster_z", c_uint32),
    ]


class Variable(ctypes.Structure):
    _fields_ = [
        ("name", c_char_p),
        ("address", c_void_p),
        ("size", c_uint64),
        ("flags", c_uint32),
        ("reserved", c_uint32),
    ]


class Code(ctypes.Structure):
    _fields_ = [
        ("text", c_void_p),
        ("size", c_uint64),
        ("variables", POINTER(Variable)),
        ("variable_count", c_uint64),
    ]


class Grid(ctypes.Structure):
    _fields_ = [
        ("kernel", POINTER(Kernel)),
        ("code", POINTER(Code)),
        ("launch", POINTER(Launch)),
        ("cooperative", c_uint32),
        ("error", c_int32),
    ]


EXECUTOR = ctypes.CFUNCTYPE(None, POINTER(Grid))
