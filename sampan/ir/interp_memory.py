"""Memory of the interpreter: regions of bytes at flat 64-bit addresses, every access checked.

The high half of an address names a region, the low half is an offset into it, so pointer
arithmetic that leaves an object never lands in another one.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sampan.ir.interp_errors import MemoryFault
from sampan.ir.interp_values import from_bits, to_bits
from sampan.ir.types import (
    ArrayType,
    FloatType,
    IntType,
    PointerType,
    StructType,
    Type,
    VectorType,
    bit_size,
    size_of,
    struct_offset,
)

if TYPE_CHECKING:
    import numpy as np

REGION_SHIFT = 32
OFFSET_MASK = (1 << REGION_SHIFT) - 1

Buffer = Any  # bytearray or a byte memoryview


class Memory:
    """`regions` maps a region's number to its bytes. Number 0 is never used: null faults.

    With `foreign` there are other addresses than those of regions: generated code then asks `at`,
    which a subclass overrides.
    """

    foreign = False

    def __init__(self, first: int = 1) -> None:
        self.regions: dict[int, Buffer] = {}
        self._numbers = itertools.count(first)
        self._bound: list[np.ndarray] = []  # keeps host arrays alive

    def alloc(self, size: int, data: bytes = b"") -> int:
        """A new zeroed object, beginning with `data`; its address."""
        number = next(self._numbers)
        buffer = bytearray(size)
        if data:
            buffer[: len(data)] = data
        self.regions[number] = buffer
        return number << REGION_SHIFT

    def malloc(self, size: int) -> int:
        """Memory for a kernel that asks for it; 0 where no region is as large."""
        return self.alloc(size) if size <= OFFSET_MASK else 0

    def bind(self, array: np.ndarray) -> int:
        """Makes a contiguous host array visible to kernels, without a copy; its address."""
        if not array.flags.c_contiguous:
            raise ValueError("only contiguous arrays can be bound")
        number = next(self._numbers)
        self._bound.append(array)
        self.regions[number] = memoryview(array.reshape(-1)).cast("B")
        return number << REGION_SHIFT

    def free(self, address: int) -> None:
        if address:
            if address & OFFSET_MASK or address >> REGION_SHIFT not in self.regions:
                raise MemoryFault(f"free of {address:#x}, which is no object's start")
            del self.regions[address >> REGION_SHIFT]

    def at(self, address: int, size: int) -> tuple[Buffer, int]:
        """Buffer and offset of an access; generated code checks the end of a region's itself."""
        return self.place(address, size)

    def place(self, address: int, size: int) -> tuple[Buffer, int]:
        """Buffer and offset of an access."""
        buffer = self.regions.get(address >> REGION_SHIFT)
        offset = address & OFFSET_MASK
        if buffer is None or offset + size > len(buffer):
            raise MemoryFault(f"access of {size} bytes at {address:#x}: {self.describe(address)}")
        return buffer, offset

    def describe(self, address: int) -> str:
        buffer = self.regions.get(address >> REGION_SHIFT)
        if buffer is None:
            return "no such object" if address >> REGION_SHIFT else "null pointer"
        return f"offset {address & OFFSET_MASK} of an object of {len(buffer)} bytes"

    def read(self, address: int, size: int) -> bytes:
        buffer, offset = self.place(address, size)
        return bytes(buffer[offset : offset + size])

    def write(self, address: int, data: bytes) -> None:
        buffer, offset = self.place(address, len(data))
        buffer[offset : offset + len(data)] = data

    def copy(self, target: int, source: int, size: int) -> None:
        if size:
            data = self.read(source, size)
            self.write(target, data)

    def fill(self, target: int, byte: int, size: int) -> None:
        if size:
            self.write(target, bytes([byte & 0xFF]) * size)

    def string(self, address: int) -> str:
        """A C string."""
        buffer, offset = self.place(address, 1)
        data = b""
        while (end := data.find(b"\0")) < 0:
            more = bytes(buffer[offset + len(data) : offset + len(data) + 256])
            if not more:
                raise MemoryFault(f"string at {address:#x} has no end")
            data += more
        return data[:end].decode("utf-8", "surrogateescape")


# ---- Values in memory ----------------------------------------------------------------------------

Load = Callable[[Buffer, int], Any]
Store = Callable[[Buffer, int, Any], None]
_FORMATS = {1: "<B", 2: "<H", 4: "<I", 8: "<Q"}


def accessors(type: Type) -> tuple[Load, Store]:
    """Functions that read and write a value of the type at (buffer, offset)."""
    found = _CACHE.get(type)
    if found is None:
        found = _CACHE[type] = _make(type)
    return found


_CACHE: dict[Type, tuple[Load, Store]] = {}


def _make(type: Type) -> tuple[Load, Store]:
    if isinstance(type, PointerType):
        return _integer(64)
    if isinstance(type, IntType):
        return _integer(type.bits)
    if isinstance(type, FloatType):
        return _float(type.kind, type.bits)
    if isinstance(type, VectorType):
        width = bit_size(type.element)
        if width % 8:
            return _packed_bits(type.count, width)
        return _sequence([(i * width // 8, type.element) for i in range(type.count)])
    if isinstance(type, ArrayType):
        step = size_of(type.element)
        return _sequence([(i * step, type.element) for i in range(type.count)])
    if isinstance(type, StructType):
        elements = type.elements or ()
        return _sequence([(struct_offset(type, i), e) for i, e in enumerate(elements)])
    raise TypeError(f"no value of type {type} in memory")


def _integer(bits: int) -> tuple[Load, Store]:
    mask = (1 << bits) - 1
    size = (bits + 7) // 8
    code = _FORMATS.get(size)
    if code is not None:
        unpack, pack = struct.Struct(code).unpack_from, struct.Struct(code).pack_into
        return (
            lambda b, o: unpack(b, o)[0] & mask,
            lambda b, o, v: pack(b, o, v),
        )

    def load(b: Buffer, o: int) -> int:
        return int.from_bytes(b[o : o + size], "little") & mask

    def store(b: Buffer, o: int, v: int) -> None:
        b[o : o + size] = int(v).to_bytes(size, "little")

    return load, store


def _float(kind: str, bits: int) -> tuple[Load, Store]:
    load_bits, store_bits = _integer(bits)
    return (
        lambda b, o: from_bits(kind, load_bits(b, o)),
        lambda b, o, v: store_bits(b, o, to_bits(kind, v)),
    )


def _packed_bits(count: int, width: int) -> tuple[Load, Store]:
    """Vectors of elements that are no whole bytes lie packed, lowest element first."""
    size = (count * width + 7) // 8
    mask = (1 << width) - 1

    def load(b: Buffer, o: int) -> tuple[int, ...]:
        whole = int.from_bytes(b[o : o + size], "little")
        return tuple(whole >> (i * width) & mask for i in range(count))

    def store(b: Buffer, o: int, v: tuple[int, ...]) -> None:
        whole = sum(int(e) << (i * width) for i, e in enumerate(v))
        b[o : o + size] = whole.to_bytes(size, "little")

    return load, store


def _sequence(parts: list[tuple[int, Type]]) -> tuple[Load, Store]:
    pieces = [(offset, *accessors(type)) for offset, type in parts]

    def load(b: Buffer, o: int) -> tuple[Any, ...]:
        return tuple(get(b, o + offset) for offset, get, _ in pieces)

    def store(b: Buffer, o: int, v: tuple[Any, ...]) -> None:
        for (offset, _, put), element in zip(pieces, v, strict=True):
            put(b, o + offset, element)

    return load, store


def store_size(type: Type) -> int:
    """Bytes that a load or store of the type touches."""
    if isinstance(type, (IntType, FloatType, VectorType, PointerType)):
        return (bit_size(type) + 7) // 8
    return size_of(type)


def bitcast(source: Type, target: Type, value: Any) -> Any:
    """Reinterprets a value of equal size."""
    scratch = bytearray(max(store_size(source), store_size(target)))
    accessors(source)[1](scratch, 0, value)
    return accessors(target)[0](scratch, 0)
