"""PTX integer, logic and shift instructions (PTX ISA, "Integer Arithmetic", "Extended-Precision
Integer Arithmetic", "Logic and Shift")."""

from __future__ import annotations

from sampan.frontend.ptx.parse import Number, PtxError, Statement
from sampan.frontend.ptx.scope import Scope, bits_of, type_of
from sampan.ir.constants import const_int
from sampan.ir.core import Value
from sampan.ir.types import I1, I32, IntType, Type, function_type, int_type

_PLAIN = {"and": "and", "or": "or", "xor": "xor"}


def _typed(s: Scope, statement: Statement) -> tuple[Type, bool, list[Value]]:
    """The instruction's type, whether that is signed, and its sources."""
    type = type_of(statement.type)
    sources = [s.read(operand, type) for operand in statement.operands[1:]]
    return type, statement.type.startswith("s"), sources


def _plain(modifiers: tuple[str, ...], *allowed: str) -> None:
    for modifier in modifiers[:-1]:
        if modifier not in allowed:
            raise PtxError(f"the modifier .{modifier}")


def logic(s: Scope, statement: Statement) -> Value:
    _, _, sources = _typed(s, statement)
    return s.e.binary(_PLAIN[statement.opcode], sources[0], sources[1])


def invert(s: Scope, statement: Statement) -> Value:
    type, _, (value,) = _typed(s, statement)
    if statement.opcode == "cnot":
        isnt = s.e.compare("eq", value, 0)
        return s.e.cast("zext", isnt, type)
    return s.e.binary("xor", value, 1 if type is I1 else -1)


def add(s: Scope, statement: Statement) -> Value:
    """add, sub, and with .cc or a leading carry: addc, subc."""
    _, signed, (a, b) = _typed(s, statement)
    _plain(statement.modifiers, "cc", "sat")
    subtract = statement.opcode.startswith("sub")
    op = "sub" if subtract else "add"
    if statement.has("sat"):
        if not signed:
            raise PtxError("the modifier .sat")
        return s.e.intrinsic(f"s{op}.sat", a, b)
    if statement.opcode.endswith("c"):
        return _with_carry(s, a, b, subtract, statement.has("cc"))
    result = s.e.binary(op, a, b)
    if statement.has("cc"):
        s.carry = s.compared("ult", a, b) if subtract else s.compared("ult", result, a)
    return result


def _with_carry(s: Scope, a: Value, b: Value, subtract: bool, sets: bool) -> Value:
    if s.carry is None:
        raise PtxError("a carry from another asm statement")
    op = "sub" if subtract else "add"
    carry = s.e.cast("zext", s.carry, a.type)
    first = s.e.binary(op, a, b)
    result = s.e.binary(op, first, carry)
    if sets:
        if subtract:
            out = (s.compared("ult", a, b), s.compared("ult", first, carry))
        else:
            out = (s.compared("ult", first, a), s.compared("ult", result, carry))
        s.carry = s.e.binary("or", *out)
    return result


def multiply(s: Scope, statement: Statement) -> Value:
    """mul, mad and madc with .lo, .hi or .wide; mul24 and mad24 with .lo."""
    type = type_of(statement.type)
    assert isinstance(type, IntType)
    signed = statement.type.startswith("s")
    _plain(statement.modifiers, "lo", "hi", "wide", "cc")
    a, b = (s.read(operand, type) for operand in statement.operands[1:3])
    if statement.opcode.endswith("24"):
        if not statement.has("lo"):
            raise PtxError("this form")
        shift = "ashr" if signed else "lshr"
        a, b = (s.e.binary(shift, s.e.binary("shl", v, 8), 8) for v in (a, b))
    wide = int_type(2 * type.bits)
    result_type = wide if statement.has("wide") else type
    if statement.has("hi", "wide"):
        extend = "sext" if signed else "zext"
        product = s.e.binary("mul", s.e.cast(extend, a, wide), s.e.cast(extend, b, wide))
        if statement.has("hi"):
            product = s.e.cast("trunc", s.e.binary("lshr", product, type.bits), type)
    elif statement.has("lo"):
        product = s.e.binary("mul", a, b)
    else:
        raise PtxError("a product without .lo, .hi or .wide")
    if not statement.opcode.startswith("mad"):
        return product
    addend = s.read(statement.operands[3], result_type)
    if statement.opcode == "madc":
        return _with_carry(s, product, addend, False, statement.has("cc"))
    total = s.e.binary("add", product, addend)
    if statement.has("cc"):
        s.carry = s.compared("ult", total, product)
    return total


def divide(s: Scope, statement: Statement) -> Value:
    _, signed, (a, b) = _typed(s, statement)
    return s.e.binary(("s" if signed else "u") + statement.opcode, a, b)


def least(s: Scope, statement: Statement) -> Value:
    """min, max"""
    _, signed, (a, b) = _typed(s, statement)
    _plain(statement.modifiers)
    return s.e.intrinsic(("s" if signed else "u") + statement.opcode, a, b)


def size(s: Scope, statement: Statement) -> Value:
    """abs, neg"""
    type, _, (value,) = _typed(s, statement)
    opposite = s.e.binary("sub", const_int(type, 0), value)
    if statement.opcode == "neg":
        return opposite
    return s.e.select(s.compared("slt", value, const_int(type, 0)), opposite, value)


def difference(s: Scope, statement: Statement) -> Value:
    """sad: c + |a - b|"""
    _, signed, (a, b, c) = _typed(s, statement)
    sign = "s" if signed else "u"
    span = s.e.binary("sub", s.e.intrinsic(f"{sign}max", a, b), s.e.intrinsic(f"{sign}min", a, b))
    return s.e.binary("add", c, span)


def count(s: Scope, statement: Statement) -> Value:
    """popc, clz, brev, bfind: all but brev give 32 bits."""
    type, signed, (value,) = _typed(s, statement)
    if statement.opcode == "popc":
        return s.convert(s.e.intrinsic("ctpop", value), I32)
    if statement.opcode == "brev":
        return s.e.intrinsic("bitreverse", value)
    if statement.opcode == "bfind" and signed:
        negative = s.compared("slt", value, const_int(type, 0))
        value = s.e.select(negative, s.e.binary("xor", value, -1), value)
    signature = function_type(type, (type, I1))
    zeros = s.convert(s.e.call(f"llvm.ctlz.{type}", signature, [value, s.e.boolean(False)]), I32)
    if statement.opcode == "clz":
        return zeros
    if statement.has("shiftamt"):
        return s.e.select(s.e.compare("eq", value, 0), s.e.integer(-1), zeros)
    return s.e.binary("sub", s.e.integer(bits_of(type) - 1), zeros)


def shift(s: Scope, statement: Statement) -> Value:
    """shl, shr: amounts beyond the width shift everything out."""
    type = type_of(statement.type)
    bits = bits_of(type)
    value, amount = s.read(statement.operands[1], type), s.read(statement.operands[2], I32)
    return shifted(s, statement.opcode, statement.type.startswith("s"), value, amount, bits)


def shifted(s: Scope, op: str, signed: bool, value: Value, amount: Value, bits: int) -> Value:
    last = s.e.intrinsic("umin", amount, s.e.integer(bits - 1))
    by = s.convert(last, value.type)
    if op == "shr" and signed:
        return s.e.binary("ashr", value, by)
    moved = s.e.binary("shl" if op == "shl" else "lshr", value, by)
    inside = s.e.compare("ult", amount, bits)
    return s.e.select(inside, moved, const_int(value.type, 0))


def funnel(s: Scope, statement: Statement) -> Value:
    """shf.l and shf.r, .wrap or .clamp, of b:a."""
    a, b, amount = (s.read(operand, I32) for operand in statement.operands[1:4])
    wide = int_type(64)
    both = s.e.binary(
        "or", s.e.cast("zext", a, wide), s.e.binary("shl", s.e.cast("zext", b, wide), 32)
    )
    if statement.has("wrap"):
        amount = s.e.binary("and", amount, 31)
    else:
        amount = s.e.intrinsic("umin", amount, s.e.integer(32))
    by = s.e.cast("zext", amount, wide)
    if statement.has("l"):
        return s.e.cast("trunc", s.e.binary("lshr", s.e.binary("shl", both, by), 32), I32)
    return s.e.cast("trunc", s.e.binary("lshr", both, by), I32)


def _ones(s: Scope, length: Value, type: Type) -> Value:
    """The low `length` bits."""
    bits = bits_of(type)
    one = s.e.binary("shl", const_int(type, 1), _clamped(s, length, bits - 1, type))
    some = s.e.binary("sub", one, 1)
    return s.e.select(s.e.compare("ult", length, bits), some, const_int(type, -1))


def _clamped(s: Scope, value: Value, most: int, type: Type) -> Value:
    return s.convert(s.e.intrinsic("umin", value, s.e.integer(most)), type)


def extract(s: Scope, statement: Statement) -> Value:
    """bfe: a field of given position and length, sign-extended for signed types."""
    type = type_of(statement.type)
    bits = bits_of(type)
    value = s.read(statement.operands[1], type)
    position, length = (
        s.e.binary("and", s.read(operand, I32), 255) for operand in statement.operands[2:4]
    )
    if not statement.type.startswith("s"):
        return s.e.binary(
            "and", shifted(s, "shr", False, value, position, bits), _ones(s, length, type)
        )
    top = s.e.intrinsic("umin", s.e.binary("add", position, length), s.e.integer(bits))
    left = s.e.binary("sub", s.e.integer(bits), top)
    raised = shifted(s, "shl", False, value, left, bits)
    field = shifted(s, "shr", True, raised, s.e.binary("add", left, position), bits)
    return s.e.select(s.e.compare("eq", length, 0), const_int(type, 0), field)


def insert(s: Scope, statement: Statement) -> Value:
    """bfi d, a, b, position, length: the low bits of a into b."""
    type = type_of(statement.type)
    bits = bits_of(type)
    a, b = (s.read(operand, type) for operand in statement.operands[1:3])
    position, length = (
        s.e.binary("and", s.read(operand, I32), 255) for operand in statement.operands[3:5]
    )
    mask = shifted(s, "shl", False, _ones(s, length, type), position, bits)
    placed = s.e.binary("and", shifted(s, "shl", False, a, position, bits), mask)
    return s.e.binary("or", s.e.binary("and", b, s.e.binary("xor", mask, -1)), placed)


def lookup(s: Scope, statement: Statement) -> Value:
    """lop3: any function of three bits, given as its truth table (bit 4a + 2b + c)."""
    a, b, c = (s.read(operand, I32) for operand in statement.operands[1:4])
    number = statement.operands[4]
    table = s.read(number, I32)
    if not isinstance(number, Number) and not hasattr(table, "value"):
        raise PtxError("a table that is not a constant")
    bits = table.value & 255  # type: ignore[attr-defined]
    few = bin(bits).count("1") <= 4
    wanted = bits if few else ~bits & 255
    result: Value = s.e.integer(0)
    for row in range(8):
        if wanted >> row & 1:
            term: Value = s.e.integer(-1)
            for value, bit in ((a, 4), (b, 2), (c, 1)):
                part = value if row & bit else s.e.binary("xor", value, -1)
                term = s.e.binary("and", term, part)
            result = s.e.binary("or", result, term)
    return result if few else s.e.binary("xor", result, -1)


def permute(s: Scope, statement: Statement) -> Value:
    """prmt without a mode"""
    if statement.modifiers != ("b32",):
        raise PtxError(f"the mode .{statement.type}")
    return s.nvvm("prmt", I32, *(s.read(operand, I32) for operand in statement.operands[1:4]))


def dot(s: Scope, statement: Statement) -> Value:
    """dp4a.atype.btype"""
    signs = [modifier[0] for modifier in statement.modifiers]
    sources = [s.read(operand, I32) for operand in statement.operands[1:4]]
    return s.nvvm(f"idp4a.{signs[0]}.{signs[1]}", I32, *sources)
