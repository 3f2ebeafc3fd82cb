"""PTX floating-point instructions, comparisons and conversions (PTX ISA, "Floating-Point",
"Comparison and Selection", "cvt"). Denormals are kept where .ftz asks to flush them."""

from __future__ import annotations

from sampan.frontend.ptx.parse import Group, Name, Operand, PtxError, Statement
from sampan.frontend.ptx.scope import Scope, bits_of, is_type, type_of
from sampan.ir.constants import const_float, const_int
from sampan.ir.core import Value
from sampan.ir.types import DOUBLE, FLOAT, HALF, I1, I32, Type

_ROUNDINGS = {"rn", "ftz", "sat", "approx", "full"}
_OPERATORS = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_APPROXIMATE = {"sin": "sin", "cos": "cos", "ex2": "exp2", "lg2": "log2"}
# The letters of PTX comparisons: LLVM's predicates of integers (signed, unsigned) and of numbers.
_COMPARE = {
    "eq": ("eq", "eq", "oeq"),
    "ne": ("ne", "ne", "one"),
    "lt": ("slt", "ult", "olt"),
    "le": ("sle", "ule", "ole"),
    "gt": ("sgt", "ugt", "ogt"),
    "ge": ("sge", "uge", "oge"),
    "lo": ("ult", "ult", ""),
    "ls": ("ule", "ule", ""),
    "hi": ("ugt", "ugt", ""),
    "hs": ("uge", "uge", ""),
    "equ": ("", "", "ueq"),
    "neu": ("", "", "une"),
    "ltu": ("", "", "ult"),
    "leu": ("", "", "ule"),
    "gtu": ("", "", "ugt"),
    "geu": ("", "", "uge"),
    "num": ("", "", "ord"),
    "nan": ("", "", "uno"),
}
_ROUND_TO_INTEGER = {"rni": "roundeven", "rzi": "trunc", "rmi": "floor", "rpi": "ceil"}


def _sources(s: Scope, statement: Statement) -> tuple[Type, list[Value]]:
    type = type_of(statement.type)
    for modifier in statement.modifiers[:-1]:
        if modifier not in _ROUNDINGS:
            raise PtxError(f"the modifier .{modifier}")
    return type, [s.read(operand, type) for operand in statement.operands[1:]]


def _saturated(s: Scope, statement: Statement, value: Value) -> Value:
    if not statement.has("sat"):
        return value
    return s.nvvm(f"saturate.{'d' if value.type is DOUBLE else 'f'}", value.type, value)


def arithmetic(s: Scope, statement: Statement) -> Value:
    """add, sub, mul, div, fma, mad"""
    type, sources = _sources(s, statement)
    if statement.opcode in ("fma", "mad"):
        result: Value = s.e.intrinsic("fma", *sources)
    else:
        result = s.e.inst(_OPERATORS[statement.opcode], type, sources)
    return _saturated(s, statement, result)


def unary(s: Scope, statement: Statement) -> Value:
    """abs, neg, rcp, sqrt, rsqrt, sin, cos, ex2, lg2, tanh"""
    type, (value,) = _sources(s, statement)
    opcode = statement.opcode
    if opcode == "neg":
        return s.e.inst("fneg", type, [value])
    if opcode == "abs":
        return s.e.intrinsic("fabs", value)
    if opcode in _APPROXIMATE:
        return s.e.intrinsic(_APPROXIMATE[opcode], value)
    if opcode == "tanh":
        return _tanh(s, value)
    if opcode != "rcp":
        value = s.e.intrinsic("sqrt", value)
    if opcode == "sqrt":
        return value
    return s.e.inst("fdiv", type, [const_float(type, 1.0), value])


def _tanh(s: Scope, value: Value) -> Value:
    """1 - 2 / (e^2x + 1) of |x|, and x itself where that rounds to it: tanh.approx.f32 promises a
    relative error of 2^-11."""
    type = value.type
    if type is not FLOAT:
        raise PtxError("the type")
    size = s.e.intrinsic("fabs", value)
    power = s.e.intrinsic("exp2", s.e.binary("fmul", size, const_float(type, 2.8853900817779268)))
    one, two = const_float(type, 1.0), const_float(type, 2.0)
    far = s.e.binary("fsub", one, s.e.binary("fdiv", two, s.e.binary("fadd", power, one)))
    near_limit = const_float(type, 0.0078125)
    result = s.e.select(s.e.compare("olt", size, near_limit), size, far)
    return s.e.intrinsic("copysign", result, value)


def least(s: Scope, statement: Statement) -> Value:
    """min, max: a NaN gives way to a number, unless .NaN says that it wins."""
    type = type_of(statement.type)
    sources = [s.read(operand, type) for operand in statement.operands[1:]]
    extra = set(statement.modifiers[:-1]) - {"ftz", "NaN"}
    if extra or len(sources) != 2:
        raise PtxError("this form")
    suffix = "imum" if statement.has("NaN") else "imumnum"
    return s.e.intrinsic(statement.opcode + suffix, *sources)


def copysign(s: Scope, statement: Statement) -> Value:
    """copysign d, a, b: the sign of a, the size of b."""
    _, (sign, size) = _sources(s, statement)
    return s.e.intrinsic("copysign", size, sign)


def _comparison(s: Scope, statement: Statement, type_name: str) -> Value:
    type = type_of(type_name)
    column = 2 if type.is_float else int(not type_name.startswith("s"))
    names = [m for m in statement.modifiers if m in _COMPARE]
    if not names or not (predicate := _COMPARE[names[0]][column]):
        raise PtxError("this comparison")
    left, right = (s.read(operand, type) for operand in statement.operands[1:3])
    result = s.compared(predicate, left, right)
    joins = [m for m in statement.modifiers if m in ("and", "or", "xor")]
    if joins:
        result = s.e.binary(joins[0], result, s.read(statement.operands[3], I1))
    return result


def set_predicate(s: Scope, statement: Statement) -> None:
    """setp: p, or p|q where q takes the opposite."""
    if len(statement.operands) > 3 and not statement.has("and", "or", "xor"):
        raise PtxError("this form")
    result = _comparison(s, statement, statement.type)
    to: Operand = statement.operands[0]
    if isinstance(to, Group) and to.pair:
        if statement.has("and", "or", "xor"):
            raise PtxError("a second predicate with a joined condition")
        s.write(to.parts[0], result)
        s.write(to.parts[1], s.e.binary("xor", result, 1))
    else:
        s.write(to, result)


def set_value(s: Scope, statement: Statement) -> Value:
    """set: all ones (1.0 for f32) where the comparison holds, else 0."""
    kinds = [m for m in statement.modifiers if is_type(m)]
    result = _comparison(s, statement, kinds[1])
    if kinds[0] == "f32":
        return s.e.select(result, const_float(FLOAT, 1.0), const_float(FLOAT, 0.0))
    return s.e.inst("sext", type_of(kinds[0]), [result])


def select(s: Scope, statement: Statement) -> Value:
    """selp d, a, b, p; slct d, a, b, c: a where p, or where c >= 0."""
    if statement.opcode == "selp":
        type = type_of(statement.type)
        condition = s.read(statement.operands[3], I1)
    else:
        kinds = [m for m in statement.modifiers if is_type(m)]
        type, tested = type_of(kinds[0]), type_of(kinds[1])
        c = s.read(statement.operands[3], tested)
        if tested is FLOAT:
            condition = s.compared("oge", c, const_float(FLOAT, 0.0))
        else:
            condition = s.compared("sge", c, const_int(tested, 0))
    a, b = (s.read(operand, type) for operand in statement.operands[1:3])
    return s.e.select(condition, a, b)


def convert(s: Scope, statement: Statement) -> Value:
    """cvt.to.from: every rounding but the directed ones of a result that is not exact."""
    kinds = [m for m in statement.modifiers if is_type(m)]
    if len(kinds) != 2:
        raise PtxError("this conversion")
    to, source = type_of(kinds[0]), type_of(kinds[1])
    value = s.read(statement.operands[1], source)
    if to.is_float and source.is_float:
        return _saturated(s, statement, _between_floats(s, statement, to, value))
    if to.is_float:
        if not statement.has("rn"):
            raise PtxError("this rounding")
        return s.e.inst("sitofp" if kinds[1][0] == "s" else "uitofp", to, [value])
    if source.is_float:
        return _to_integer(s, statement, to, kinds[0][0] == "s", value)
    signed = kinds[1][0] == "s"
    if statement.has("sat"):
        value = _clamped(s, kinds[0], to, signed, value)
    elif bits_of(to) <= bits_of(source):
        value = s.convert(value, to)
    else:
        value = s.e.inst("sext" if signed else "zext", to, [value])
    # A narrow result fills the register that it goes to.
    return s.e.cast("sext", value, I32) if kinds[0] in ("s8", "s16") else value


def _between_floats(s: Scope, statement: Statement, to: Type, value: Value) -> Value:
    for modifier, rounding in _ROUND_TO_INTEGER.items():
        if statement.has(modifier):
            value = s.e.intrinsic(rounding, value)
    if bits_of(to) == bits_of(value.type):
        return value
    if bits_of(to) > bits_of(value.type):
        return s.e.inst("fpext", to, [value])
    if not statement.has("rn"):
        raise PtxError("this rounding")
    return s.e.inst("fptrunc", to, [value])


def _to_integer(s: Scope, statement: Statement, to: Type, signed: bool, value: Value) -> Value:
    """Clamps to the type's range; NaN gives 0."""
    rounding = next((m for m in statement.modifiers if m in _ROUND_TO_INTEGER), None)
    if rounding is None or bits_of(to) < 32 or value.type is HALF:
        raise PtxError("this conversion")
    kind = {(32, True): "i", (32, False): "ui", (64, True): "ll", (64, False): "ull"}
    letter = "d" if value.type is DOUBLE else "f"
    return s.nvvm(f"{letter}2{kind[bits_of(to), signed]}.{rounding[:2]}", to, value)


def _clamped(s: Scope, name: str, to: Type, signed: bool, value: Value) -> Value:
    bits, wide = bits_of(to), value.type
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if name[0] == "s" else (0, (1 << bits) - 1)
    if bits >= bits_of(wide):
        raise PtxError("this conversion")
    if signed:
        value = s.e.intrinsic("smax", value, const_int(wide, low))
        value = s.e.intrinsic("smin", value, const_int(wide, high))
    else:
        value = s.e.intrinsic("umin", value, const_int(wide, high))
    return s.e.cast("trunc", value, to)


def move(s: Scope, statement: Statement) -> Value:
    """mov, cvta: also from and to the parts of a wider register."""
    source = statement.operands[1]
    if isinstance(source, Name) and source.text == "":
        raise PtxError("this operand")
    return s.read(source, type_of(statement.type))
