"""Integer arithmetic, with and without carry. What add and its kin do with floats: floating."""

from __future__ import annotations

from sampan.frontend.ptx import floating
from sampan.frontend.ptx.machine import OPCODES, Handler, Machine
from sampan.frontend.ptx.parse import Statement
from sampan.frontend.ptx.types import PtxType
from sampan.ir.constants import const_int
from sampan.ir.core import Value
from sampan.ir.types import I8, I16, I32, I64, int_type


def by_kind(integers: Handler, floats: Handler) -> Handler:
    """Chooses by the statement's type."""

    def handle(m: Machine, s: Statement) -> None:
        (integers if m.type_of(s).is_integer else floats)(m, s)

    return handle


def _operands(m: Machine, s: Statement, t: PtxType) -> list[Value]:
    return [m.read(x, t) for x in s.operands[1:]]


# ---- Sums, with a carry in and out ---------------------------------------------------------------


def _sum(subtract: bool, takes_carry: bool) -> Handler:
    def handle(m: Machine, s: Statement) -> None:
        t = m.type_of(s)
        a, b = _operands(m, s, t)
        if "sat" in s.modifiers:
            m.write(s.operands[0], m.e.intrinsic("ssub.sat" if subtract else "sadd.sat", a, b))
            return
        m.write(s.operands[0], _with_carry(m, s, t, a, b, subtract, takes_carry))

    return handle


def _with_carry(
    m: Machine, s: Statement, t: PtxType, a: Value, b: Value, subtract: bool, takes_carry: bool
) -> Value:
    e = m.e
    result = e.binary("sub" if subtract else "add", a, b)
    carried = e.compare("ult", a, b) if subtract else e.compare("ult", result, a)
    if takes_carry:
        if m.carry is None:
            raise m.unknown("a carry from another asm statement")
        carry = m.coerce(m.carry, t.llvm)
        before = result
        result = e.binary("sub" if subtract else "add", before, carry)
        again = e.compare("ult", before, carry) if subtract else e.compare("ult", result, before)
        carried = e.binary("or", carried, again)
    if "cc" in s.modifiers:
        m.carry = e.cast("zext", carried, I32)
    return result


# ---- Products ------------------------------------------------------------------------------------


def _product(m: Machine, s: Statement, t: PtxType) -> tuple[Value, PtxType]:
    """a * b of .lo, .hi or .wide, and the type of the result."""
    e = m.e
    a, b = m.read(s.operands[1], t), m.read(s.operands[2], t)
    if "lo" in s.modifiers:
        return e.binary("mul", a, b), t
    if "wide" not in s.modifiers and "hi" not in s.modifiers:
        raise m.unknown()
    wide = int_type(2 * t.bits)
    extend = "sext" if t.signed else "zext"
    product = e.binary("mul", e.inst(extend, wide, [a]), e.inst(extend, wide, [b]))
    if "wide" in s.modifiers:
        return product, PtxType(f"{t.name[0]}{2 * t.bits}", t.kind, 2 * t.bits)
    return e.cast("trunc", e.binary("lshr", product, t.bits), t.llvm), t


def _mul(m: Machine, s: Statement) -> None:
    value, _ = _product(m, s, m.type_of(s))
    m.write(s.operands[0], value)


def _mad(takes_carry: bool) -> Handler:
    def handle(m: Machine, s: Statement) -> None:
        value, t = _product(m, s, m.type_of(s))
        added = m.read(s.operands[3], t)
        if "sat" in s.modifiers:
            m.write(s.operands[0], m.e.intrinsic("sadd.sat", value, added))
        else:
            m.write(s.operands[0], _with_carry(m, s, t, value, added, False, takes_carry))

    return handle


def _mul24(add: bool) -> Handler:
    def handle(m: Machine, s: Statement) -> None:
        t, e = m.type_of(s), m.e
        if "lo" not in s.modifiers:
            raise m.unknown()
        shift = "ashr" if t.signed else "lshr"
        a, b = (e.binary(shift, e.binary("shl", m.read(x, t), 8), 8) for x in s.operands[1:3])
        value: Value = e.binary("mul", a, b)
        if add:
            value = e.binary("add", value, m.read(s.operands[3], t))
        m.write(s.operands[0], value)

    return handle


def _divide(remainder: bool) -> Handler:
    def handle(m: Machine, s: Statement) -> None:
        t = m.type_of(s)
        op = ("s" if t.signed else "u") + ("rem" if remainder else "div")
        a, b = _operands(m, s, t)
        m.write(s.operands[0], m.e.binary(op, a, b))

    return handle


# ---- The rest ------------------------------------------------------------------------------------


def _extreme(name: str) -> Handler:
    def handle(m: Machine, s: Statement) -> None:
        t = m.type_of(s)
        a, b = _operands(m, s, t)
        m.write(s.operands[0], m.e.intrinsic(("s" if t.signed else "u") + name, a, b))

    return handle


def _abs(m: Machine, s: Statement) -> None:
    t = m.type_of(s)
    (a,) = _operands(m, s, t)
    negative = m.e.binary("sub", const_int(t.llvm, 0), a)
    m.write(s.operands[0], m.e.intrinsic("smax", a, negative))


def _neg(m: Machine, s: Statement) -> None:
    t = m.type_of(s)
    (a,) = _operands(m, s, t)
    m.write(s.operands[0], m.e.binary("sub", const_int(t.llvm, 0), a))


def _sad(m: Machine, s: Statement) -> None:
    t, e = m.type_of(s), m.e
    a, b, c = _operands(m, s, t)
    sign = "s" if t.signed else "u"
    distance = e.binary("sub", e.intrinsic(f"{sign}max", a, b), e.intrinsic(f"{sign}min", a, b))
    m.write(s.operands[0], e.binary("add", c, distance))


def _dot_product(m: Machine, s: Statement) -> None:
    """dp4a.atype.btype and dp2a.{lo,hi}.atype.btype."""
    e = m.e
    four = s.opcode == "dp4a"
    a_type, b_type = s.modifiers[-2:]
    a, b, total = (m.read_as(x, I32) for x in s.operands[1:])
    first = 2 if "hi" in s.modifiers else 0
    for index in range(4 if four else 2):
        narrow = (I8, 8 * index) if four else (I16, 16 * index)
        x = e.cast("trunc", e.binary("lshr", a, narrow[1]), narrow[0])
        y = e.cast("trunc", e.binary("lshr", b, 8 * (index + first)), I8)
        wide = [
            e.inst("sext" if name.startswith("s") else "zext", I32, [value])
            for name, value in ((a_type, x), (b_type, y))
        ]
        total = e.binary("add", total, e.binary("mul", *wide))
    m.write(s.operands[0], total)


def _absolute_difference_of_bytes(m: Machine, s: Statement) -> None:
    """vabsdiff4.u32.u32.u32{.add} d, a, b, c without byte selectors: the bytes' differences, or
    (.add) their sum added to c."""
    if s.modifiers[:3] != ("u32", "u32", "u32") or s.modifiers[3:] not in ((), ("add",)):
        raise m.unknown()
    e = m.e
    a, b, c = (m.read_as(x, I32) for x in s.operands[1:4])
    result: Value = c if s.modifiers[3:] else e.integer(0)
    for shift in (0, 8, 16, 24):
        x, y = (e.binary("and", e.binary("lshr", v, shift), 255) for v in (a, b))
        distance: Value = e.binary("sub", e.intrinsic("umax", x, y), e.intrinsic("umin", x, y))
        if s.modifiers[3:]:
            result = e.binary("add", result, distance)
        else:
            result = e.binary("or", result, e.binary("shl", distance, shift))
    m.write(s.operands[0], result)


def _video_shift(m: Machine, s: Statement) -> None:
    """vshl and vshr of 32-bit operands, .clamp or .wrap, then .add c (or .min, .max)."""
    e = m.e
    if s.modifiers[:3] not in (("u32", "u32", "u32"), ("s32", "u32", "u32"), ("s32", "s32", "u32")):
        raise m.unknown()
    rest = [x for x in s.modifiers[3:] if x not in ("clamp", "wrap")]
    value, amount = m.read_as(s.operands[1], I32), m.read_as(s.operands[2], I32)
    signed = s.modifiers[1] == "s32"
    if "wrap" in s.modifiers:
        amount = e.binary("and", amount, 31)
    steps = e.cast("zext", e.intrinsic("umin", amount, e.integer(32)), I64)
    wide = e.inst("sext" if signed else "zext", I64, [value])
    op = "shl" if s.opcode == "vshl" else "ashr" if signed else "lshr"
    result: Value = e.cast("trunc", e.binary(op, wide, steps), I32)
    if rest:
        c = m.read_as(s.operands[3], I32)
        sign = "s" if s.modifiers[0] == "s32" else "u"
        names = {"add": "", "min": f"{sign}min", "max": f"{sign}max"}
        if len(rest) > 1 or rest[0] not in names:
            raise m.unknown()
        name = names[rest[0]]
        result = e.intrinsic(name, result, c) if name else e.binary("add", result, c)
    m.write(s.operands[0], result)


def register() -> None:
    OPCODES["add"] = by_kind(_sum(False, False), floating.binary("fadd"))
    OPCODES["sub"] = by_kind(_sum(True, False), floating.binary("fsub"))
    OPCODES["addc"] = _sum(False, True)
    OPCODES["subc"] = _sum(True, True)
    OPCODES["mul"] = by_kind(_mul, floating.binary("fmul"))
    OPCODES["mad"] = by_kind(_mad(False), floating.multiply_add)
    OPCODES["madc"] = _mad(True)
    OPCODES["mul24"] = _mul24(False)
    OPCODES["mad24"] = _mul24(True)
    OPCODES["div"] = by_kind(_divide(False), floating.binary("fdiv"))
    OPCODES["rem"] = _divide(True)
    OPCODES["min"] = by_kind(_extreme("min"), floating.extreme("minimum"))
    OPCODES["max"] = by_kind(_extreme("max"), floating.extreme("maximum"))
    OPCODES["abs"] = by_kind(_abs, floating.sign_of("fabs"))
    OPCODES["neg"] = by_kind(_neg, floating.sign_of("fneg"))
    OPCODES["sad"] = _sad
    OPCODES["dp4a"] = OPCODES["dp2a"] = _dot_product
    OPCODES["vabsdiff4"] = _absolute_difference_of_bytes
    OPCODES["vshl"] = OPCODES["vshr"] = _video_shift
