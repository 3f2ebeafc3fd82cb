"""Memory of the interpreter inside a process: its own regions, and what the program allocated.

Addresses of regions lie above those that a process can have, so the two never meet. Every access
to the process's memory must lie within one allocation, registered range or variable.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_right
from collections.abc import Callable

from sampan.ir.interp_memory import (
    OFFSET_MASK,
    REGION_SHIFT,
    Buffer,
    Memory,
    MemoryFault,
)

# User addresses have at most 56 bits on the systems we know.
FIRST_REGION = 1 << (56 - REGION_SHIFT)
Bounds = tuple[int, int]  # address, bytes
_WRITABLE = 0x200  # PyBUF_WRITE

_view = ctypes.pythonapi.PyMemoryView_FromMemory
_view.restype = ctypes.py_object
_view.argtypes = [ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int]


class ProcessMemory(Memory):
    """`find` gives the bounds of the allocation that an address lies in now, or None."""

    foreign = True

    def __init__(self, find: Callable[[int], Bounds | None]) -> None:
        super().__init__(FIRST_REGION)
        self._find = find
        # Ranges used lately, by start. Replaced as one, as other threads may be reading.
        self._known: tuple[list[int], list[tuple[int, int, Buffer]]] = ([], [])
        self._fixed: list[Bounds] = []

    def add_fixed(self, start: int, size: int) -> None:
        """A range that stays for good: a variable of a module."""
        self._fixed.append((start, size))
        self._fixed.sort()

    def forget(self) -> None:
        """Allocations may have changed."""
        self._known = ([], [])

    def at(self, address: int, size: int) -> tuple[Buffer, int]:
        buffer = self.regions.get(address >> REGION_SHIFT)
        if buffer is not None:
            return buffer, address & OFFSET_MASK
        starts, ranges = self._known
        index = bisect_right(starts, address) - 1
        if index >= 0:
            start, end, view = ranges[index]
            if address + size <= end:
                return view, address - start
        return self._look_up(address, size)

    def place(self, address: int, size: int) -> tuple[Buffer, int]:
        if address >> REGION_SHIFT >= FIRST_REGION:
            return super().place(address, size)
        return self.at(address, size)

    def describe(self, address: int) -> str:
        if address >> REGION_SHIFT >= FIRST_REGION:
            return super().describe(address)
        bounds = self._bounds(address)
        if bounds is None:
            return "no memory of the device's" if address >= 4096 else "null pointer"
        return f"offset {address - bounds[0]} of an object of {bounds[1]} bytes"

    def _look_up(self, address: int, size: int) -> tuple[Buffer, int]:
        bounds = self._bounds(address)
        if bounds is None or address + size > bounds[0] + bounds[1]:
            raise MemoryFault(f"access of {size} bytes at {address:#x}: {self.describe(address)}")
        start, length = bounds
        view = _view(start, length, _WRITABLE)
        ranges = [r for r in self._known[1] if r[1] <= start or r[0] >= start + length]
        ranges = sorted([*ranges, (start, start + length, view)], key=lambda r: r[0])
        self._known = ([r[0] for r in ranges], ranges)
        return view, address - start

    def _bounds(self, address: int) -> Bounds | None:
        index = bisect_right(self._fixed, (address, 1 << 64)) - 1
        if index >= 0:
            start, size = self._fixed[index]
            if address < start + size:
                return start, size
        return self._find(address)
