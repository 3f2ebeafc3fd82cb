"""Matrix fragments of a warp: mma.sync and ldmatrix.

The lanes of a warp are eight groups of four. Of an m16n8 product, group g holds rows g and g + 8 of
A and of the result, and column g of B; within a group the lanes share out k, or the columns (PTX
ISA, "Matrix Fragments for mma"). So a lane reads A from the four lanes of its own group, and column
c of B from the lanes of group c. Products are added in the order of k, in the accumulator's type.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sampan.frontend.ptx.floating import bf16_to_float
from sampan.frontend.ptx.machine import OPCODES, Machine
from sampan.frontend.ptx.memory import pointer
from sampan.frontend.ptx.parse import Address, Operand, Statement, Vector
from sampan.ir.core import Value
from sampan.ir.types import FLOAT, HALF, I8, I16, I32

_ALL = 0xFFFFFFFF
_LANES_OF_GROUP = 4


@dataclass(frozen=True)
class _Element:
    """How the elements of A and B lie in 32-bit registers."""

    per_register: int
    widen: Callable[[Machine, Value], Value]  # the bits of one element, as the accumulator's type


def _half(m: Machine, bits: Value) -> Value:
    return m.e.inst("fpext", FLOAT, [m.e.inst("bitcast", HALF, [bits])])


def _tf32(m: Machine, bits: Value) -> Value:
    """The low 13 bits do not count."""
    return m.e.inst("bitcast", FLOAT, [m.e.binary("and", bits, 0xFFFFE000)])


def _signed_byte(m: Machine, bits: Value) -> Value:
    return m.e.inst("sext", I32, [bits])


def _unsigned_byte(m: Machine, bits: Value) -> Value:
    return m.e.inst("zext", I32, [bits])


_ELEMENTS = {
    "f16": _Element(2, _half),
    "bf16": _Element(2, bf16_to_float),
    "tf32": _Element(1, _tf32),
    "s8": _Element(4, _signed_byte),
    "u8": _Element(4, _unsigned_byte),
}
_WIDTHS = {1: I32, 2: I16, 4: I8}


def _mma(m: Machine, s: Statement) -> None:
    words = [x for x in s.modifiers if x not in ("sync", "aligned", "satfinite")]
    if len(words) != 7 or words[1:3] != ["row", "col"] or "satfinite" in s.modifiers:
        raise m.unknown()
    shape, _, _, d_type, a_type, b_type, c_type = words
    known = shape.startswith("m16n8k") and a_type in _ELEMENTS and b_type in _ELEMENTS
    if not known or d_type not in ("f32", "f16", "s32") or c_type != d_type:
        raise m.unknown()
    if (d_type == "s32") != (a_type in ("s8", "u8")):
        raise m.unknown()
    m.no_guard()
    depth = int(shape.removeprefix("m16n8k"))
    a_element, b_element = _ELEMENTS[a_type], _ELEMENTS[b_type]
    per_turn = _LANES_OF_GROUP * a_element.per_register  # values of k in one register of a group
    turns = depth // per_turn
    to, a, b, c = s.operands
    a_words, b_words = _words(m, a, 2 * turns), _words(m, b, turns)
    totals = _accumulators(m, c, d_type)

    e = m.e
    lane = e.sampan("sampan.laneid")
    own_group = e.binary("and", lane, 28)
    column = e.binary("shl", e.binary("and", lane, 3), 3)  # first lane of the group that holds it
    for turn in range(turns):
        for holder in range(_LANES_OF_GROUP):
            rows = [
                _elements(m, a_element, a_words[2 * turn + row], e.binary("or", own_group, holder))
                for row in range(2)
            ]
            columns = [
                _elements(m, b_element, b_words[turn], e.binary("or", column, 4 * number + holder))
                for number in range(2)
            ]
            for k in range(a_element.per_register):
                for row in range(2):
                    for number in range(2):
                        at = 2 * row + number
                        totals[at] = _add_product(m, totals[at], rows[row][k], columns[number][k])
    _give(m, to, totals, d_type)


def _words(m: Machine, operand: Operand, count: int) -> list[Value]:
    parts = operand.parts if isinstance(operand, Vector) else (operand,)
    if len(parts) != count:
        raise m.unknown(f"{count} registers were expected")
    return [m.read_as(part, I32) for part in parts]


def _elements(m: Machine, element: _Element, word: Value, lane: Value) -> list[Value]:
    """What a register of another lane holds."""
    e = m.e
    read = e.sampan("sampan.warp.read", e.integer(_ALL), word, lane)
    narrow = _WIDTHS[element.per_register]
    size = 32 // element.per_register
    bits = [
        e.cast("trunc", e.binary("lshr", read, size * index) if index else read, narrow)
        for index in range(element.per_register)
    ]
    return [element.widen(m, one) for one in bits]


def _add_product(m: Machine, total: Value, a: Value, b: Value) -> Value:
    if total.type is FLOAT:
        return m.e.intrinsic("fma", a, b, total)
    return m.e.binary("add", total, m.e.binary("mul", a, b))


def _accumulators(m: Machine, operand: Operand, kind: str) -> list[Value]:
    """Four values: (row g, columns 2t and 2t + 1), then row g + 8."""
    if kind == "f16":
        values: list[Value] = []
        for word in _words(m, operand, 2):
            for shift in (0, 16):
                bits = m.e.cast("trunc", m.e.binary("lshr", word, shift), I16)
                values.append(_half(m, bits))
        return values
    words = _words(m, operand, 4)
    return words if kind == "s32" else [m.coerce(word, FLOAT) for word in words]


def _give(m: Machine, to: Operand, totals: list[Value], kind: str) -> None:
    e = m.e
    if not isinstance(to, Vector):
        raise m.unknown()
    if kind == "f16":
        packed: list[Value] = []
        for low, high in (totals[:2], totals[2:]):
            bits = [m.coerce(e.inst("fptrunc", HALF, [x]), I16) for x in (low, high)]
            wide = [e.cast("zext", x, I32) for x in bits]
            packed.append(e.binary("or", wide[0], e.binary("shl", wide[1], 16)))
        totals = packed
    if len(to.parts) != len(totals):
        raise m.unknown()
    for part, value in zip(to.parts, totals, strict=True):
        m.write(part, value)


def _ldmatrix(m: Machine, s: Statement) -> None:
    """ldmatrix.sync.aligned.m8n8.x{1,2,4}{.trans}.shared.b16: lane i says where row i % 8 of matrix
    i / 8 lies; each lane gets two neighbours of a row of each matrix (.trans: of a column)."""
    counts = {"x1": 1, "x2": 2, "x4": 4}
    count = next((counts[x] for x in s.modifiers if x in counts), 0)
    if not count or "m8n8" not in s.modifiers or s.modifiers[-1] != "b16":
        raise m.unknown()
    m.no_guard()
    e = m.e
    to, address = s.operands
    parts = to.parts if isinstance(to, Vector) else (to,)
    if len(parts) != count or not isinstance(address, Address):
        raise m.unknown()
    offset = e.binary("add", m.read_as(address.base, I32), address.offset & _ALL)
    lane = e.sampan("sampan.laneid")
    group, member = e.binary("lshr", lane, 2), e.binary("and", lane, 3)

    def place(matrix: int, row: Value, column: Value) -> Value:
        """Of an element, its shared address: 2 bytes each."""
        holder = e.binary("add", row, 8 * matrix)
        start = e.sampan("sampan.warp.read", e.integer(_ALL), offset, holder)
        at = e.binary("add", start, e.binary("shl", column, 1))
        m.registers["ldmatrix"] = at
        return pointer(m, Address("ldmatrix"), "shared")

    for matrix, part in enumerate(parts):
        first = e.binary("shl", member, 1)
        if "trans" in s.modifiers:
            low = e.load(I16, place(matrix, first, group), 2)
            high = e.load(I16, place(matrix, e.binary("add", first, 1), group), 2)
            upper = e.binary("shl", e.cast("zext", high, I32), 16)
            value = e.binary("or", e.cast("zext", low, I32), upper)
        else:
            value = e.load(I32, place(matrix, group, first), 4)
        m.write(part, value)


def register() -> None:
    OPCODES["mma"] = _mma
    OPCODES["ldmatrix"] = _ldmatrix
