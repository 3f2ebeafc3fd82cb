"""Gathers of bytes and halves, which no x86 has, as gathers of the aligned words they lie in.

LLVM takes a masked gather of narrow elements apart, with a branch for each lane. The word that an
aligned element lies in never reaches into another page, so reading it faults only where the element
would; what the neighbours hold meanwhile does not matter.
"""

from __future__ import annotations

from sampan.ir.constants import const_int
from sampan.ir.core import ConstSplat, Instruction, Value
from sampan.ir.types import I8, I32, I64, IntType, Type, int_type, size_of, vector_type
from sampan.vectorize.emit import Emitter, type_suffix

_WORD = 4


def applies(e: Emitter, inst: Instruction, align: int) -> bool:
    """Whether a gather of `inst`'s type is made of words on this target."""
    size = size_of(inst.type)
    direct = e.hooks.gathers
    return size in (1, 2) and align >= size and size not in direct and _WORD in direct


def gather_words(e: Emitter, inst: Instruction, addresses: Value) -> tuple[Value, Instruction]:
    """The lanes' elements, and the gather, for its metadata."""
    width = e.width
    numbers = e.emit("ptrtoint", vector_type(width, I64), [addresses])
    inside = e.emit("and", numbers.type, [numbers, _splat(e, I64, _WORD - 1)])
    back = e.emit("sub", numbers.type, [e.zero(numbers.type), inside])
    aligned = e.emit("getelementptr", addresses.type, [addresses, back], source_type=I8)
    words_type = vector_type(width, I32)
    words = e.call(
        f"llvm.masked.gather.{type_suffix(words_type)}.{type_suffix(addresses.type)}",
        words_type,
        [aligned, e.mask_or_all(), e.poison(words_type)],
        param_attrs=(f"align {_WORD}", "", ""),
    )
    bits = e.emit("trunc", words_type, [inside])
    bits = e.emit("shl", words_type, [bits, _splat(e, I32, 3)])
    shifted = e.emit("lshr", words_type, [words, bits])
    narrow = e.emit("trunc", vector_type(width, int_type(8 * size_of(inst.type))), [shifted])
    if isinstance(inst.type, IntType):
        return narrow, words
    return e.emit("bitcast", vector_type(width, inst.type), [narrow]), words


def _splat(e: Emitter, t: Type, value: int) -> Value:
    return ConstSplat(vector_type(e.width, t), [const_int(t, value)])
