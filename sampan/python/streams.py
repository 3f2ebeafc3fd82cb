"""Streams and events, and the launches that have yet to end.

A launch without a stream runs to its end before it returns. A launch into a stream returns at
once; the arrays it uses are kept until the stream is synchronized, which also tells its failure.
"""

from __future__ import annotations

import ctypes
import threading
import weakref
from types import TracebackType
from typing import Self

from sampan.python import runtime
from sampan.python.errors import KernelError

_NON_BLOCKING = 1
_KEPT = 64  # launches that a stream remembers before it looks whether the first has ended


class Stream:
    """A queue of launches that run one after the other, beside those of other streams.

    As a context manager it is the stream of every launch inside that names none:

        with sampan.Stream() as stream:
            kernel(grid, block, args)
        stream.synchronize()

    `non_blocking`: it does not wait for the launches of the default stream, nor they for it.
    """

    def __init__(self, non_blocking: bool = False) -> None:
        handle = ctypes.c_void_p()
        flags = _NON_BLOCKING if non_blocking else 0
        runtime.check(
            runtime.library().cudaStreamCreateWithFlags(ctypes.byref(handle), flags),
            "no stream can be made",
        )
        self._handle: int | None = handle.value
        self._lock = threading.Lock()
        self._open: list[Launch] = []
        self._failure: KernelError | None = None
        self._library = runtime.library()  # which __del__ may not find any more
        _streams.add(self)

    @property
    def handle(self) -> int:
        """The cudaStream_t, for libraries that take one."""
        return self._handle or 0

    def synchronize(self) -> None:
        """Waits until everything in the stream has ended.

        Raises KernelError if a kernel failed; of several the first. Others are forgotten.
        """
        with self._lock:
            while self._open:
                self._finish(self._open.pop(0))
            failure, self._failure = self._failure, None
        code = runtime.library().cudaStreamSynchronize(self._handle)
        if failure is not None:
            raise failure
        runtime.check(code, "the stream cannot be synchronized")

    @property
    def done(self) -> bool:
        """Whether everything in the stream has ended. Does not wait."""
        return bool(runtime.library().cudaStreamQuery(self._handle) == 0)

    def record(self, event: Event | None = None) -> Event:
        """Puts a mark into the stream; makes an event for it if none is given."""
        event = event or Event()
        event.record(self)
        return event

    def wait_event(self, event: Event) -> None:
        """What comes later in this stream waits for the event."""
        runtime.check(
            runtime.library().cudaStreamWaitEvent(self._handle, event._handle, 0),
            "the stream cannot wait for the event",
        )

    def __enter__(self) -> Self:
        _current.stack.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _current.stack.pop()

    def __del__(self) -> None:
        handle, self._handle = getattr(self, "_handle", None), None
        if handle is None or not hasattr(self, "_library"):
            return
        for launch in self._open:  # the arrays must live until these have ended
            self._finish(launch)
        self._library.cudaStreamDestroy(handle)

    def _add(self, launch: Launch) -> None:
        with self._lock:
            self._open.append(launch)
            # A long queue must not keep all the arrays that it ever used.
            while len(self._open) > _KEPT and self._open[0].ended():
                self._finish(self._open.pop(0))

    def _finish(self, launch: Launch) -> None:
        try:
            launch.finish()
        except KernelError as error:
            self._failure = self._failure or error


class Event:
    """A mark in a stream: to wait for it, and to measure the time between two."""

    def __init__(self) -> None:
        handle = ctypes.c_void_p()
        runtime.check(
            runtime.library().cudaEventCreateWithFlags(ctypes.byref(handle), 0),
            "no event can be made",
        )
        self._handle: int | None = handle.value
        self._library = runtime.library()

    def record(self, stream: Stream | None = None) -> None:
        """Puts the mark into `stream`, else the current one."""
        chosen = stream or current()
        runtime.check(
            runtime.library().cudaEventRecord(self._handle, chosen._handle if chosen else 0),
            "the event cannot be recorded",
        )

    @property
    def done(self) -> bool:
        """Whether what was before the mark has ended."""
        return bool(runtime.library().cudaEventQuery(self._handle) == 0)

    def synchronize(self) -> None:
        """Waits for the mark."""
        runtime.check(
            runtime.library().cudaEventSynchronize(self._handle), "the event cannot be waited for"
        )

    def elapsed_ms(self, earlier: Event) -> float:
        """Milliseconds from `earlier` to this event; both must have been reached."""
        result = ctypes.c_float()
        runtime.check(
            runtime.library().cudaEventElapsedTime(
                ctypes.byref(result), earlier._handle, self._handle
            ),
            "the time between the events is not known (yet)",
        )
        return result.value

    def __del__(self) -> None:
        handle, self._handle = getattr(self, "_handle", None), None
        if handle is not None and hasattr(self, "_library"):
            self._library.cudaEventDestroy(handle)


class Launch:
    """A launch that was started and not waited for yet. `keep` must live until it has ended;
    `prints`: the kernel may call printf."""

    def __init__(self, handle: int, kernel: str, prints: bool, keep: object) -> None:
        self._library = runtime.library()
        self._handle = handle
        self._kernel = kernel
        self._prints = prints
        self._keep = keep
        _pending.add(1)

    def ended(self) -> bool:
        return bool(self._library.sampan_embed_ended(self._handle))

    def finish(self) -> None:
        """Waits; raises KernelError if the kernel failed. To be called once."""
        try:
            code = runtime.finish(self._handle)
        finally:
            _pending.add(-1)
            self._keep = None
        failure = runtime.launch_failure(code, self._kernel) if code else None
        if self._prints:
            runtime.show_output()
        if failure is not None:
            raise failure


class _Pending:
    """How many launches are on their way in streams."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self.count += count


class _Current(threading.local):
    """The streams that the thread is inside of, by `with`."""

    def __init__(self) -> None:
        self.stack: list[Stream] = []


_pending = _Pending()
_current = _Current()
_streams: weakref.WeakSet[Stream] = weakref.WeakSet()


def current() -> Stream | None:
    """The innermost stream that the calling thread is inside of, by `with`."""
    return _current.stack[-1] if _current.stack else None


def default_handle() -> int:
    """The cudaStream_t for launches that name no stream.

    Threads do not wait for each other's, but all wait for what is on its way in streams, as
    CUDA's default stream does.
    """
    return runtime.STREAM_LEGACY if _pending.count else runtime.STREAM_PER_THREAD


def synchronize() -> None:
    """Waits for everything that was launched. Raises the KernelError of a stream that has one."""
    failure: KernelError | None = None
    for stream in list(_streams):
        try:
            stream.synchronize()
        except KernelError as error:
            failure = failure or error
    if failure is not None:
        raise failure
    runtime.check(runtime.library().cudaDeviceSynchronize(), "the device cannot be synchronized")
