"""C++ types beside NumPy's: which dtype a parameter wants, and whether another one is the same.

Two types are the same if they consist of the same numbers at the same offsets; names do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sampan.frontend.debug_types import CType

DType = np.dtype[Any]
# (offset in bytes, kind as in CType, size in bytes)
Leaf = tuple[int, str, int]

_KINDS = {"i": "int", "u": "uint", "f": "float", "b": "bool"}
# Classes that stand for one number; their only member is an integer.
_HALF = ("__half", "half", "__half_raw")
_BFLOAT = ("__nv_bfloat16", "nv_bfloat16", "__nv_bfloat16_raw")
_PLAIN_CHAR = "char"
_MAX_LEAVES = 4096


def is_half(type: CType) -> bool:
    """Whether it is CUDA's class of half precision."""
    return type.kind == "struct" and type.name.removeprefix("const ") in _HALF


def is_bfloat(type: CType) -> bool:
    """Whether it is CUDA's class of bfloat16. NumPy has no dtype for it: uint16 holds its bits."""
    return type.kind == "struct" and type.name.removeprefix("const ") in _BFLOAT


def dtype_of(type: CType) -> DType | None:
    """The NumPy dtype of a C++ type; None where it has none."""
    if is_half(type):
        return np.dtype(np.float16)
    if is_bfloat(type):
        return np.dtype(np.uint16)
    if type.kind in ("int", "uint", "float", "bool"):
        code = {"int": "i", "uint": "u", "float": "f", "bool": "?"}[type.kind]
        if (type.kind == "float" and type.size not in (2, 4, 8)) or type.size > 8:
            return None
        return np.dtype(code if code == "?" else f"{code}{type.size}")
    if type.kind == "pointer":
        return np.dtype(np.uintp)
    if type.kind == "array" and type.element is not None:
        element = dtype_of(type.element)
        return None if element is None else np.dtype((element, (type.count,)))
    if type.kind == "struct" and type.members:
        # Not `None in formats`: NumPy's float64 equals None.
        formats = [dtype_of(member.type) for member in type.members]
        names = [member.name for member in type.members]
        if any(one is None for one in formats) or len(set(names)) != len(names):
            return None
        offsets = [member.offset for member in type.members]
        return np.dtype(
            {"names": names, "formats": formats, "offsets": offsets, "itemsize": type.size}
        )
    return None


def leaves_of(type: CType, offset: int = 0) -> Iterator[Leaf]:
    """The numbers that a C++ type consists of."""
    if is_half(type):
        yield offset, "float", 2
    elif is_bfloat(type):
        yield offset, "bfloat", 2
    elif type.kind == "struct":
        for member in type.members:
            yield from leaves_of(member.type, offset + member.offset)
    elif type.kind == "array" and type.element is not None:
        for position in range(type.count):
            yield from leaves_of(type.element, offset + position * type.element.size)
    else:
        yield offset, "uint" if type.kind == "pointer" else type.kind, type.size


def leaves_of_dtype(dtype: DType, offset: int = 0) -> Iterator[Leaf]:
    """The numbers that a NumPy dtype consists of."""
    if dtype.subdtype is not None:
        element, shape = dtype.subdtype
        for position in range(int(np.prod(shape))):
            yield from leaves_of_dtype(element, offset + position * element.itemsize)
    elif dtype.fields is not None:
        for name in dtype.names or ():
            field = dtype.fields[name]
            yield from leaves_of_dtype(field[0], offset + field[1])
    elif dtype.name == "bfloat16":
        yield offset, "bfloat", 2
    elif dtype.kind == "c":
        half = dtype.itemsize // 2
        yield offset, "float", half
        yield offset + half, "float", half
    elif not dtype.isnative:
        yield offset, "swapped", dtype.itemsize
    else:
        yield offset, _KINDS.get(dtype.kind, dtype.kind), dtype.itemsize


def alignment_of(type: CType) -> int:
    """What the address of an object of this type is a multiple of, in bytes."""
    if type.align:
        return type.align
    if type.kind == "struct":
        return max((alignment_of(member.type) for member in type.members), default=1)
    if type.kind == "array" and type.element is not None:
        return alignment_of(type.element)
    return max(type.size, 1) if type.size in (1, 2, 4, 8, 16) else 1


def same(type: CType, dtype: DType) -> bool:
    """Whether an object of `dtype` is one of `type`."""
    if type.kind == "opaque":
        return dtype.kind == "V" and type.size == dtype.itemsize
    if type.size != dtype.itemsize or type.size > 8 * _MAX_LEAVES:
        return False
    return _comparable(leaves_of(type), type) == _comparable(leaves_of_dtype(dtype), type)


def pointee_fits(element: CType, dtype: DType) -> bool:
    """Whether memory that holds numbers of `dtype` holds objects of type `element`.

    Several numbers may make one object: float32 for float4, complex64 for a class of two floats.
    """
    if element.kind == "void":
        return True
    if element.name.removeprefix("const ") == _PLAIN_CHAR:
        return dtype.str in ("|i1", "|u1", "|S1")
    if same(element, dtype):
        return True
    if element.kind not in ("struct", "array") or not dtype.itemsize or not element.size:
        return False
    if element.size % dtype.itemsize or element.size > 8 * _MAX_LEAVES:
        return False
    repeated = np.dtype((dtype, (element.size // dtype.itemsize,)))
    return _comparable(leaves_of(element), element) == _comparable(
        leaves_of_dtype(repeated), element
    )


def _comparable(leaves: Iterator[Leaf], type: CType) -> list[Leaf]:
    """Addresses come as any 64-bit integer, bfloat16 may come as its bits; the order of union
    members does not matter."""
    result = set()
    for offset, kind, size in leaves:
        if kind == "bfloat" and type.kind == "struct":
            kind = "uint"
        if size == 8 and kind == "int" and _has_pointer(type):
            kind = "uint"
        result.add((offset, kind, size))
    return sorted(result)


def _has_pointer(type: CType) -> bool:
    if type.kind == "array" and type.element is not None:
        return _has_pointer(type.element)
    return type.kind == "pointer" or any(_has_pointer(member.type) for member in type.members)


def describe(type: CType) -> str:
    """What to pass for a type, in NumPy's terms, for a message."""
    dtype = dtype_of(type)
    if dtype is None:
        return f"{type.size} bytes" if type.size else "memory"
    return str(dtype)
