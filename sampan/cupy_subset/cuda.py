"""`cupy.cuda`: one device, streams and events."""

from __future__ import annotations

from types import SimpleNamespace, TracebackType
from typing import Any, Self

import sampan
from sampan.cupy_subset.arrays import MemoryPointer, ndarray
from sampan.cupy_subset.kernels import RawKernel, RawModule

__all__ = ["Device", "Event", "MemoryPointer", "RawKernel", "RawModule", "Stream"]


def is_available() -> bool:
    return True


def get_device_id() -> int:
    return 0


class Device:
    """The only device, this machine's CPU. As a context manager it changes nothing."""

    def __init__(self, device: int | None = None) -> None:
        if device not in (None, 0):
            raise ValueError(f"there is no device {device}: Sampan has device 0 alone")
        self.id = 0
        self.compute_capability = "80"

    def use(self) -> None:
        pass

    def synchronize(self) -> None:
        sampan.synchronize()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __int__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device)

    def __hash__(self) -> int:
        return hash(Device)


class Stream:
    """A stream. `null` is the default one, which runs every launch to its end."""

    null: Stream

    def __init__(self, null: bool = False, non_blocking: bool = False, ptds: bool = False) -> None:
        self._stream = None if null or ptds else sampan.Stream(non_blocking)

    @property
    def ptr(self) -> int:
        return self._stream.handle if self._stream else 0

    @property
    def done(self) -> bool:
        return self._stream.done if self._stream else True

    def synchronize(self) -> None:
        (self._stream or sampan).synchronize()

    def record(self, event: Event | None = None) -> Event:
        event = event or Event()
        event.record(self)
        return event

    def wait_event(self, event: Event) -> None:
        if self._stream:
            self._stream.wait_event(event._event)
        else:
            event.synchronize()

    def use(self) -> Self:
        _streams[-1] = self
        return self

    def __enter__(self) -> Self:
        _streams.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _streams.pop()


class Event:
    """A mark in a stream."""

    def __init__(
        self, block: bool = False, disable_timing: bool = False, interprocess: bool = False
    ) -> None:
        self._event = sampan.Event()

    @property
    def done(self) -> bool:
        return self._event.done

    def record(self, stream: Stream | None = None) -> None:
        self._event.record((stream or get_current_stream())._stream)

    def synchronize(self) -> None:
        self._event.synchronize()


def get_elapsed_time(start: Event, end: Event) -> float:
    """Milliseconds."""
    return end._event.elapsed_ms(start._event)


Stream.null = Stream(null=True)
_streams = [Stream.null]


def get_current_stream() -> Stream:
    return _streams[-1]


def current_sampan_stream() -> sampan.Stream | None:
    return _streams[-1]._stream


class MemoryPool:
    """The memory is NumPy's: there is no pool."""

    def free_all_blocks(self) -> None:
        pass

    def used_bytes(self) -> int:
        return 0

    def total_bytes(self) -> int:
        return 0


def alloc(size: int) -> MemoryPointer:
    """Memory of `size` bytes."""
    return ndarray(size, "u1").data


def _device_synchronize() -> None:
    sampan.synchronize()


runtime: Any = SimpleNamespace(
    getDeviceCount=lambda: 1,
    getDevice=lambda: 0,
    setDevice=lambda device: Device(device) and None,
    deviceSynchronize=_device_synchronize,
    runtimeGetVersion=lambda: 12080,
    driverGetVersion=lambda: 12080,
    CUDARuntimeError=sampan.KernelError,
)
driver: Any = SimpleNamespace(CUDADriverError=sampan.SampanError)
compiler: Any = SimpleNamespace(CompileException=sampan.CompileError)
