"""What interpreted kernels ask of the runtime: launches of other kernels, streams, copies."""

from __future__ import annotations

import ctypes

from sampan.interpret import structures as S
from sampan.ir.interp_schedule import Thread


class DeviceRuntime:
    """`Interpreter.device` of a program: passes the calls on to the runtime that is loaded."""

    def __init__(self, runtime: ctypes.CDLL) -> None:
        self._buffer = runtime.sampan_launch_buffer
        self._buffer.restype = ctypes.c_void_p
        self._buffer.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64]
        self._call = runtime.sampan_device_runtime
        self._call.restype = ctypes.c_uint64
        self._call.argtypes = [
            ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32, *[ctypes.c_uint64] * 7
        ]  # fmt: skip

    def buffer(self, thread: Thread, alignment: int, size: int) -> int:
        return self._buffer(None, alignment, size) or 0

    def call(self, thread: Thread, number: int, what: int, arguments: tuple[int, ...]) -> int:
        me = S.Thread()
        me.ctaid[:] = thread.ctaid_x, thread.ctaid_y, thread.ctaid_z
        me.launch = thread.launch
        return self._call(ctypes.addressof(me), number, what, *arguments)
