"""The runtime library by ctypes: the functions of runtime/include/sampan_embed.h, and the few of
CUDA's API that streams and events need."""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, c_char_p, c_float, c_int, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass
from functools import cache

from sampan.diagnostics import SampanError
from sampan.python.errors import KernelError

EMBED_VERSION = 1
UNFINISHED = -1
STREAM_LEGACY = 0
STREAM_PER_THREAD = 2


class _Limits(ctypes.Structure):
    _fields_ = (
        ("version", c_uint32),
        ("grid", c_uint32 * 3),
        ("block", c_uint32 * 3),
        ("block_threads", c_uint32),
        ("shared_default", c_uint32),
        ("shared_optin", c_uint32),
    )


class KernelDescription(ctypes.Structure):
    """SampanEmbedKernel."""

    _fields_ = (
        ("param_bytes", c_uint32),
        ("static_shared", c_uint32),
        ("local_bytes", c_uint32),
        ("constant_bytes", c_uint32),
        ("max_threads", c_uint32),
        ("vector", c_uint32),
        ("reason", c_char_p),
    )


@dataclass(frozen=True)
class Limits:
    """What a launch may ask for; shared memory in bytes."""

    grid: tuple[int, int, int]
    block: tuple[int, int, int]
    block_threads: int
    shared_default: int
    shared_optin: int


# name -> (result, arguments)
_FUNCTIONS: dict[str, tuple[object, tuple[object, ...]]] = {
    "sampan_embed_limits": (None, (POINTER(_Limits),)),
    "sampan_embed_module": (c_void_p, (c_char_p,)),
    "sampan_embed_kernel": (c_void_p, (c_void_p, c_char_p)),
    "sampan_embed_describe": (None, (c_void_p, POINTER(KernelDescription))),
    "sampan_embed_variable": (c_void_p, (c_void_p, c_char_p, POINTER(c_uint64))),
    "sampan_embed_run": (c_int, (c_void_p, c_char_p, c_char_p, c_void_p, POINTER(c_void_p))),
    "sampan_embed_start": (c_int, (c_void_p, c_char_p, c_char_p, c_void_p, POINTER(c_void_p))),
    "sampan_embed_ended": (c_int, (c_void_p,)),
    "sampan_embed_finish": (c_int, (c_void_p,)),
    "sampan_embed_cancel": (None, (c_void_p,)),
    "sampan_embed_message": (c_char_p, ()),
    "sampan_embed_take_output": (c_void_p, (POINTER(c_uint64),)),
    "cudaFuncSetAttribute": (c_int, (c_void_p, c_int, c_int)),
    "cudaGetErrorName": (c_char_p, (c_int,)),
    "cudaGetErrorString": (c_char_p, (c_int,)),
    "cudaStreamCreateWithFlags": (c_int, (POINTER(c_void_p), ctypes.c_uint)),
    "cudaStreamDestroy": (c_int, (c_void_p,)),
    "cudaStreamSynchronize": (c_int, (c_void_p,)),
    "cudaStreamQuery": (c_int, (c_void_p,)),
    "cudaStreamWaitEvent": (c_int, (c_void_p, c_void_p, ctypes.c_uint)),
    "cudaDeviceSynchronize": (c_int, ()),
    "cudaEventCreateWithFlags": (c_int, (POINTER(c_void_p), ctypes.c_uint)),
    "cudaEventDestroy": (c_int, (c_void_p,)),
    "cudaEventRecord": (c_int, (c_void_p, c_void_p)),
    "cudaEventQuery": (c_int, (c_void_p,)),
    "cudaEventSynchronize": (c_int, (c_void_p,)),
    "cudaEventElapsedTime": (c_int, (POINTER(c_float), c_void_p, c_void_p)),
}

_HINTS = {
    "cudaErrorInitializationError": "a process made by fork cannot use what its parent used: "
    "start it with multiprocessing's spawn method",
}


@cache
def library() -> ctypes.CDLL:
    """The runtime, loaded; built first if need be."""
    from sampan import support

    loaded = ctypes.CDLL(str(support.runtime_library()))
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded


@cache
def limits() -> Limits:
    told = _Limits()
    library().sampan_embed_limits(ctypes.byref(told))
    if told.version != EMBED_VERSION:
        raise SampanError(f"the runtime has version {told.version} of the interface for Python")
    grid, block = tuple(told.grid), tuple(told.block)
    return Limits(
        (grid[0], grid[1], grid[2]),
        (block[0], block[1], block[2]),
        told.block_threads,
        told.shared_default,
        told.shared_optin,
    )


def finish(launch: int | None) -> int:
    """Waits for a launch and forgets it; returns its error code.

    Python looks for signals now and then: an exception by one, such as KeyboardInterrupt, ends the
    kernel.
    """
    loaded = library()
    try:
        while (code := loaded.sampan_embed_finish(launch)) == UNFINISHED:
            pass
    except BaseException:
        loaded.sampan_embed_cancel(launch)
        while loaded.sampan_embed_finish(launch) == UNFINISHED:
            pass
        raise
    return int(code)


def show_output() -> None:
    """Writes what kernels printed to sys.stdout."""
    size = c_uint64()
    text = library().sampan_embed_take_output(ctypes.byref(size))
    if size.value:
        sys.stdout.write(ctypes.string_at(text, size.value).decode("utf-8", "replace"))


def launch_failure(code: int, kernel: str) -> KernelError:
    """The exception for what a function that launches or waits returned, with its message.

    Must be called in the thread that made the call, before another one.
    """
    said = (library().sampan_embed_message() or b"").decode("utf-8", "replace")
    return _failure(code, said or f"kernel {kernel} cannot run")


def check(code: int, what: str) -> None:
    """Raises KernelError for the error code of a function of CUDA's API."""
    if code:
        raise _failure(code, what)


def _failure(code: int, said: str) -> KernelError:
    name = (library().cudaGetErrorName(code) or b"").decode()
    text = (library().cudaGetErrorString(code) or b"").decode()
    return KernelError(f"{said} ({name}: {text})", code=code, name=name, hint=_HINTS.get(name, ""))
