"""Moves, bits, shifts, comparisons and selections."""

from __future__ import annotations

from sampan.frontend.intrinsics_math import permute_bytes
from sampan.frontend.ptx.machine import OPCODES, PREDICATE, Handler, Machine
from sampan.frontend.ptx.parse import Statement, Vector
from sampan.frontend.ptx.types import PtxType, ptx_type
from sampan.ir.constants import const_float, const_int
from sampan.ir.core import ConstInt, Value
from sampan.ir.types import I32, I64, int_type


def _mov(m: Machine, s: Statement) -> None:
    t = m.type_of(s)
    to, source = s.operands
    if isinstance(to, Vector):
        _unpack(m, to, m.read(source, t), t)
    elif isinstance(source, Vector):
        m.write(to, _pack(m, source, t))
    else:
        m.write(to, m.read(source, t))


def _pack(m: Machine, source: Vector, t: PtxType) -> Value:
    """The first element goes to the low bits."""
    part = t.bits // len(source.parts)
    wide = int_type(t.bits)
    result: Value = const_int(wide, 0)
    for index, one in enumerate(source.parts):
        bits = m.e.cast("zext", m.read_as(one, int_type(part)), wide)
        result = m.e.binary("or", result, m.e.binary("shl", bits, part * index))
    return result


def _unpack(m: Machine, to: Vector, value: Value, t: PtxType) -> None:
    part = t.bits // len(to.parts)
    bits = m.coerce(value, int_type(t.bits))
    for index, one in enumerate(to.parts):
        m.write(one, m.e.cast("trunc", m.e.binary("lshr", bits, part * index), int_type(part)))


def _bitwise(op: str) -> Handler:
    def handle(m: Machine, s: Statement) -> None:
        t = m.type_of(s)
        m.write(s.operands[0], m.e.binary(op, m.read(s.operands[1], t), m.read(s.operands[2], t)))

    return handle


def _not(m: Machine, s: Statement) -> None:
    m.write(s.operands[0], m.e.binary("xor", m.read(s.operands[1], m.type_of(s)), -1))


def _cnot(m: Machine, s: Statement) -> None:
    t = m.type_of(s)
    zero = m.e.compare("eq", m.read(s.operands[1], t), 0)
    m.write(s.operands[0], m.e.cast("zext", zero, t.llvm))


def _lop3(m: Machine, s: Statement) -> None:
    """Any function of three bits: the table has the result for a=0xF0, b=0xCC, c=0xAA."""
    a, b, c = (m.read_as(x, I32) for x in s.operands[1:4])
    table = m.read_as(s.operands[4], I32)
    if not isinstance(table, ConstInt) or len(s.modifiers) != 1:
        raise m.unknown()
    e = m.e
    result: Value = e.integer(0)
    for index in range(8):
        if table.value >> index & 1:
            term = a if index & 4 else e.binary("xor", a, -1)
            term = e.binary("and", term, b if index & 2 else e.binary("xor", b, -1))
            term = e.binary("and", term, c if index & 1 else e.binary("xor", c, -1))
            result = e.binary("or", result, term)
    m.write(s.operands[0], result)


def _shift(left: bool) -> Handler:
    """An amount of the width or more shifts everything out."""

    def handle(m: Machine, s: Statement) -> None:
        t = m.type_of(s)
        value, amount = m.read(s.operands[1], t), m.read_as(s.operands[2], I32)
        e, last = m.e, t.bits - 1
        op = "shl" if left else "ashr" if t.signed else "lshr"
        inside = e.compare("ule", amount, last)
        if t.bits < 32:
            steps = e.cast("trunc", e.intrinsic("umin", amount, e.integer(last)), t.llvm)
        else:
            steps = e.cast("zext", e.intrinsic("umin", amount, e.integer(last)), t.llvm)
        shifted = e.binary(op, value, steps)
        if op != "ashr":
            shifted = e.select(inside, shifted, const_int(t.llvm, 0))
        m.write(s.operands[0], shifted)

    return handle


def _funnel_shift(m: Machine, s: Statement) -> None:
    """shf.{l,r}.{clamp,wrap}.b32 d, a, b, c: of b:a, the high word left or the low word right."""
    direction, mode, *_ = s.modifiers
    low, high, amount = (m.read_as(x, I32) for x in s.operands[1:4])
    e = m.e
    if mode == "wrap":
        steps = e.binary("and", amount, 31)
    else:
        steps = e.intrinsic("umin", amount, e.integer(32))
    wide = e.binary("or", e.cast("zext", low, I64), e.binary("shl", e.cast("zext", high, I64), 32))
    count = e.cast("zext", steps, I64)
    if direction == "l":
        wide = e.binary("lshr", e.binary("shl", wide, count), 32)
    else:
        wide = e.binary("lshr", wide, count)
    m.write(s.operands[0], e.cast("trunc", wide, I32))


def _prmt(m: Machine, s: Statement) -> None:
    if s.modifiers != ("b32",):
        raise m.unknown("its mode")
    low, high, selector = (m.read_as(x, I32) for x in s.operands[1:4])
    m.write(s.operands[0], permute_bytes(m.e, low, high, selector))


def _count(name: str) -> Handler:
    def handle(m: Machine, s: Statement) -> None:
        t = m.type_of(s)
        value, e = m.read(s.operands[1], t), m.e
        if name == "ctlz":
            false = e.boolean(False)
            counted = e.call_intrinsic("ctlz", value, false)
        else:
            counted = e.intrinsic(name, value)
        wanted = t.llvm if name == "bitreverse" else I32
        m.write(s.operands[0], e.cast("trunc", counted, wanted))

    return handle


def _bfind(m: Machine, s: Statement) -> None:
    """The position of the highest bit that is set (of a negative number: that is clear), or ~0."""
    t = m.type_of(s)
    value, e = m.read(s.operands[1], t), m.e
    if t.signed:
        value = e.binary("xor", value, e.binary("ashr", value, t.bits - 1))
    leading = e.cast("trunc", e.call_intrinsic("ctlz", value, e.boolean(False)), I32)
    none = e.compare("eq", value, 0)
    if "shiftamt" in s.modifiers:
        found: Value = leading
    else:
        found = e.binary("sub", e.integer(t.bits - 1), leading)
    m.write(s.operands[0], e.select(none, e.integer(0xFFFFFFFF), found))


def _bfe(m: Machine, s: Statement) -> None:
    """A bit field; beyond the top the sign (signed) or zeros."""
    t, e = m.type_of(s), m.e
    value = m.read(s.operands[1], t)
    start, length = (e.binary("and", m.read_as(x, I32), 0xFF) for x in s.operands[2:4])
    if t.signed:
        # From sign-extended 64 bits; the field's top bit, or the value's, is the sign.
        wide = int_type(2 * t.bits)
        extended = e.inst("sext", wide, [value])
        last = e.integer(t.bits - 1)
        end = e.intrinsic("umin", e.binary("add", start, length), e.integer(t.bits))
        first = e.intrinsic("umin", start, last)
        width = e.intrinsic("umax", e.binary("sub", end, first), e.integer(1))
        all_bits = e.integer(2 * t.bits)
        above = e.binary("sub", all_bits, e.binary("add", first, width))
        up = e.cast("zext", above, wide)
        down = e.cast("zext", e.binary("sub", all_bits, width), wide)
        field = e.cast("trunc", e.binary("ashr", e.binary("shl", extended, up), down), t.llvm)
        beyond = e.binary("ashr", value, t.bits - 1)
        field = e.select(e.compare("ugt", start, t.bits - 1), beyond, field)
        result = e.select(e.compare("eq", length, 0), const_int(t.llvm, 0), field)
    else:
        steps = _to_width(m, e.intrinsic("umin", start, e.integer(t.bits - 1)), t)
        shifted = e.binary("lshr", value, steps)
        shifted = e.select(e.compare("ugt", start, t.bits - 1), const_int(t.llvm, 0), shifted)
        result = e.binary("and", shifted, _low_mask(m, length, t))
    m.write(s.operands[0], result)


def _bfi(m: Machine, s: Statement) -> None:
    """bfi d, a, b, c, e: the low e bits of a at place c of b."""
    t, e = m.type_of(s), m.e
    field, into = m.read(s.operands[1], t), m.read(s.operands[2], t)
    start, length = (e.binary("and", m.read_as(x, I32), 0xFF) for x in s.operands[3:5])
    steps = _to_width(m, e.intrinsic("umin", start, e.integer(t.bits - 1)), t)
    outside = e.compare("ugt", start, t.bits - 1)
    mask = e.binary("shl", _low_mask(m, length, t), steps)
    mask = e.select(outside, const_int(t.llvm, 0), mask)
    placed = e.binary("and", e.binary("shl", field, steps), mask)
    kept = e.binary("and", into, e.binary("xor", mask, -1))
    m.write(s.operands[0], e.binary("or", placed, kept))


def _low_mask(m: Machine, length: Value, t: PtxType) -> Value:
    e = m.e
    steps = _to_width(m, e.intrinsic("umin", length, e.integer(t.bits - 1)), t)
    some = e.binary("sub", e.binary("shl", const_int(t.llvm, 1), steps), 1)
    return e.select(e.compare("uge", length, t.bits), const_int(t.llvm, (1 << t.bits) - 1), some)


def _to_width(m: Machine, value: Value, t: PtxType) -> Value:
    return m.e.cast("zext", value, t.llvm)


_INTEGER_ORDER = {"lt": "lt", "le": "le", "gt": "gt", "ge": "ge"}
_UNSIGNED_NAMES = {"lo": "ult", "ls": "ule", "hi": "ugt", "hs": "uge"}
_FLOAT_NAMES = {
    "eq": "oeq", "ne": "one", "lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge",
    "equ": "ueq", "neu": "une", "ltu": "ult", "leu": "ule", "gtu": "ugt", "geu": "uge",
    "num": "ord", "nan": "uno",
}  # fmt: skip


def comparison(m: Machine, name: str, t: PtxType, a: Value, b: Value) -> Value:
    if t.kind == "float":
        predicate = _FLOAT_NAMES.get(name)
    elif name in ("eq", "ne"):
        predicate = name
    elif name in _INTEGER_ORDER:
        predicate = ("s" if t.signed else "u") + name
    else:
        predicate = _UNSIGNED_NAMES.get(name)
    if predicate is None or t.kind in ("packed", "bf16"):
        raise m.unknown()
    return m.e.compare(predicate, a, b)


def _compared(m: Machine, s: Statement, t: PtxType) -> tuple[Value, Value | None]:
    """The comparison, and what .and, .or or .xor combine it with."""
    a, b = m.read(s.operands[1], t), m.read(s.operands[2], t)
    flag = comparison(m, s.modifiers[0], t, a, b)
    return flag, m.read(s.operands[3], PREDICATE) if len(s.operands) > 3 else None


def _combined(m: Machine, s: Statement, flag: Value, other: Value | None) -> Value:
    if other is None:
        return flag
    op = next((x for x in s.modifiers if x in ("and", "or", "xor")), "")
    if not op:
        raise m.unknown()
    return m.e.binary(op, flag, other)


def _setp(m: Machine, s: Statement) -> None:
    flag, other = _compared(m, s, m.type_of(s))
    m.write(s.operands[0], _combined(m, s, flag, other))
    if s.second:
        m.write(s.second, _combined(m, s, m.e.binary("xor", flag, 1), other))


def _set(m: Machine, s: Statement) -> None:
    types = [t for x in s.modifiers if (t := ptx_type(x))]
    if len(types) != 2:
        raise m.unknown()
    to, source = types
    flag = _combined(m, s, *_compared(m, s, source))
    if to.kind == "float":
        yes, no = const_float(to.llvm, 1.0), const_float(to.llvm, 0.0)
    else:
        yes, no = const_int(to.llvm, (1 << to.bits) - 1), const_int(to.llvm, 0)
    m.write(s.operands[0], m.e.select(flag, yes, no))


def _selp(m: Machine, s: Statement) -> None:
    t = m.type_of(s)
    a, b = m.read(s.operands[1], t), m.read(s.operands[2], t)
    m.write(s.operands[0], m.e.select(m.read(s.operands[3], PREDICATE), a, b))


def _slct(m: Machine, s: Statement) -> None:
    """a where c is not negative, else b."""
    types = [t for x in s.modifiers if (t := ptx_type(x))]
    if len(types) != 2:
        raise m.unknown()
    t, tested = types
    c = m.read(s.operands[3], tested)
    if tested.kind == "float":
        flag = m.e.compare("oge", c, const_float(tested.llvm, 0.0))
    else:
        flag = m.e.compare("sge", c, 0)
    a, b = m.read(s.operands[1], t), m.read(s.operands[2], t)
    m.write(s.operands[0], m.e.select(flag, a, b))


def register() -> None:
    OPCODES["mov"] = _mov
    for op in ("and", "or", "xor"):
        OPCODES[op] = _bitwise(op)
    OPCODES["not"] = _not
    OPCODES["cnot"] = _cnot
    OPCODES["lop3"] = _lop3
    OPCODES["shl"] = _shift(True)
    OPCODES["shr"] = _shift(False)
    OPCODES["shf"] = _funnel_shift
    OPCODES["prmt"] = _prmt
    OPCODES["popc"] = _count("ctpop")
    OPCODES["clz"] = _count("ctlz")
    OPCODES["brev"] = _count("bitreverse")
    OPCODES["bfind"] = _bfind
    OPCODES["bfe"] = _bfe
    OPCODES["bfi"] = _bfi
    OPCODES["setp"] = _setp
    OPCODES["set"] = _set
    OPCODES["selp"] = _selp
    OPCODES["slct"] = _slct
