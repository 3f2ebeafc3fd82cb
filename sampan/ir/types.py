"""LLVM types as interned, immutable objects: two equal types are the same object."""

from __future__ import annotations

from functools import cache
from typing import ClassVar


class Type:
    """Base of all types. Types compare by identity because they are interned."""

    __slots__ = ()

    @property
    def is_vector(self) -> bool:
        return isinstance(self, VectorType)

    @property
    def is_pointer(self) -> bool:
        return isinstance(self, PointerType)

    @property
    def is_integer(self) -> bool:
        return isinstance(self, IntType)

    @property
    def is_float(self) -> bool:
        return isinstance(self, FloatType)

    @property
    def is_aggregate(self) -> bool:
        return isinstance(self, (ArrayType, StructType))

    @property
    def scalar(self) -> Type:
        """Element type of a vector; the type itself otherwise."""
        return self.element if isinstance(self, VectorType) else self

    def __repr__(self) -> str:
        return str(self)


class VoidType(Type):
    __slots__ = ()

    def __str__(self) -> str:
        return "void"


class LabelType(Type):
    __slots__ = ()

    def __str__(self) -> str:
        return "label"


class MetadataType(Type):
    __slots__ = ()

    def __str__(self) -> str:
        return "metadata"


class TokenType(Type):
    __slots__ = ()

    def __str__(self) -> str:
        return "token"


class IntType(Type):
    __slots__ = ("bits",)

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __str__(self) -> str:
        return f"i{self.bits}"


class FloatType(Type):
    """`kind` is LLVM's keyword: half, bfloat, float, double, fp128, x86_fp80."""

    __slots__ = ("kind",)
    BITS: ClassVar = {
        "half": 16,
        "bfloat": 16,
        "float": 32,
        "double": 64,
        "x86_fp80": 80,
        "fp128": 128,
    }

    def __init__(self, kind: str) -> None:
        self.kind = kind

    @property
    def bits(self) -> int:
        return self.BITS[self.kind]

    def __str__(self) -> str:
        return self.kind


class PointerType(Type):
    __slots__ = ("addrspace",)

    def __init__(self, addrspace: int) -> None:
        self.addrspace = addrspace

    def __str__(self) -> str:
        return f"ptr addrspace({self.addrspace})" if self.addrspace else "ptr"


class VectorType(Type):
    __slots__ = ("count", "element")

    def __init__(self, count: int, element: Type) -> None:
        self.count = count
        self.element = element

    def __str__(self) -> str:
        return f"<{self.count} x {self.element}>"


class ArrayType(Type):
    __slots__ = ("count", "element")

    def __init__(self, count: int, element: Type) -> None:
        self.count = count
        self.element = element

    def __str__(self) -> str:
        return f"[{self.count} x {self.element}]"


class StructType(Type):
    """A literal struct, or a named one when `name` is set (then elements may be None: opaque).

    Named structs are unique per module and not interned globally: the reader makes them.
    """

    __slots__ = ("elements", "name", "packed")

    def __init__(self, elements: tuple[Type, ...] | None, packed: bool, name: str | None) -> None:
        self.elements = elements
        self.packed = packed
        self.name = name

    @property
    def body(self) -> str:
        if self.elements is None:
            return "opaque"
        inner = ", ".join(map(str, self.elements))
        text = f"{{ {inner} }}" if inner else "{}"
        return f"<{text}>" if self.packed else text

    def __str__(self) -> str:
        return f"%{self.name}" if self.name is not None else self.body


class FunctionType(Type):
    __slots__ = ("params", "result", "vararg")

    def __init__(self, result: Type, params: tuple[Type, ...], vararg: bool) -> None:
        self.result = result
        self.params = params
        self.vararg = vararg

    def __str__(self) -> str:
        parts = [str(p) for p in self.params] + (["..."] if self.vararg else [])
        return f"{self.result} ({', '.join(parts)})"


VOID = VoidType()
LABEL = LabelType()
METADATA = MetadataType()
TOKEN = TokenType()


@cache
def int_type(bits: int) -> IntType:
    return IntType(bits)


@cache
def float_type(kind: str) -> FloatType:
    return FloatType(kind)


# The caches key on positional arguments alone, so defaults are filled in before them: otherwise
# `f(x)` and `f(x, False)` would be two types.


@cache
def _pointer_type(addrspace: int) -> PointerType:
    return PointerType(addrspace)


def pointer_type(addrspace: int = 0) -> PointerType:
    return _pointer_type(addrspace)


@cache
def vector_type(count: int, element: Type) -> VectorType:
    return VectorType(count, element)


@cache
def array_type(count: int, element: Type) -> ArrayType:
    return ArrayType(count, element)


@cache
def _struct_type(elements: tuple[Type, ...], packed: bool) -> StructType:
    return StructType(elements, packed, None)


def struct_type(elements: tuple[Type, ...], packed: bool = False) -> StructType:
    """A literal (unnamed) struct."""
    return _struct_type(elements, packed)


@cache
def _function_type(result: Type, params: tuple[Type, ...], vararg: bool) -> FunctionType:
    return FunctionType(result, params, vararg)


def function_type(result: Type, params: tuple[Type, ...], vararg: bool = False) -> FunctionType:
    return _function_type(result, params, vararg)


I1, I8, I16, I32, I64 = (int_type(b) for b in (1, 8, 16, 32, 64))
HALF, BFLOAT, FLOAT, DOUBLE = (float_type(k) for k in ("half", "bfloat", "float", "double"))
PTR = pointer_type(0)


def align_of(t: Type) -> int:
    """ABI alignment in bytes, the same on nvptx64 and the 64-bit CPU targets."""
    if isinstance(t, IntType):
        return min(1 << max(0, (t.bits - 1).bit_length() - 3), 16)
    if isinstance(t, FloatType):
        return 16 if t.bits > 64 else t.bits // 8
    if isinstance(t, PointerType):
        return 8
    if isinstance(t, VectorType):
        size = (bit_size(t) + 7) // 8
        return 1 << max(0, (size - 1).bit_length())
    if isinstance(t, ArrayType):
        return align_of(t.element)
    if isinstance(t, StructType):
        return 1 if t.packed else max((align_of(e) for e in t.elements or ()), default=1)
    raise TypeError(f"type {t} has no alignment")


def bit_size(t: Type) -> int:
    """Size of a value in bits, without padding, for first-class scalars and vectors."""
    if isinstance(t, (IntType, FloatType)):
        return t.bits
    if isinstance(t, PointerType):
        return 64
    if isinstance(t, VectorType):
        return t.count * bit_size(t.element)
    return 8 * size_of(t)


def size_of(t: Type) -> int:
    """Allocation size in bytes: store size rounded up to the ABI alignment."""
    if isinstance(t, ArrayType):
        return t.count * size_of(t.element)
    if isinstance(t, StructType):
        end = 0
        for e in t.elements or ():
            if not t.packed:
                end = -(-end // align_of(e)) * align_of(e)
            end += size_of(e)
        return -(-end // align_of(t)) * align_of(t)
    size = (bit_size(t) + 7) // 8
    return -(-size // align_of(t)) * align_of(t)


def struct_offset(t: StructType, index: int) -> int:
    """Byte offset of element `index` of a struct."""
    end = 0
    for i, e in enumerate(t.elements or ()):
        if not t.packed:
            end = -(-end // align_of(e)) * align_of(e)
        if i == index:
            return end
        end += size_of(e)
    raise IndexError(index)
