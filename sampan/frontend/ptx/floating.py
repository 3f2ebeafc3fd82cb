"""Floating-point arithmetic. f16 and bf16 are computed in binary32 and rounded once.

Rounding is to nearest; `.ftz` is not modelled, like elsewhere (frontend.intrinsics_math).
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.frontend.intrinsics_math import saturated
from sampan.frontend.ptx.machine import OPCODES, Handler, Machine
from sampan.frontend.ptx.parse import Operand, Statement
from sampan.frontend.ptx.types import PtxType, ptx_type
from sampan.ir.constants import const_float
from sampan.ir.core import Value
from sampan.ir.types import DOUBLE, FLOAT, HALF, I16, I32

Scalar = Callable[..., Value]
_DIRECTED = {"rz", "rm", "rp"}


def bf16_to_float(m: Machine, bits: Value) -> Value:
    wide = m.e.binary("shl", m.e.cast("zext", bits, I32), 16)
    return m.e.inst("bitcast", FLOAT, [wide])


def float_to_bf16(m: Machine, value: Value) -> Value:
    """To nearest, ties to even; a NaN becomes the one PTX states."""
    e = m.e
    bits = e.inst("bitcast", I32, [value])
    odd = e.binary("and", e.binary("lshr", bits, 16), 1)
    rounded = e.binary("lshr", e.binary("add", e.binary("add", bits, 0x7FFF), odd), 16)
    nan = e.compare("uno", value, value)
    return e.cast("trunc", e.select(nan, e.integer(0x7FFF), rounded), I16)


def compute(m: Machine, s: Statement, operands: list[Operand], function: Scalar) -> None:
    """Applies `function` to operands of the statement's type: as they are, or in binary32, for each
    half of a packed type."""
    t = m.type_of(s)
    if _DIRECTED & set(s.modifiers):
        raise m.unknown("directed rounding")
    if t.kind == "packed":
        m.write(s.operands[0], _on_halves(m, s, t, operands, function))
        return
    values = [_widened(m, t, m.read(x, t)) for x in operands]
    result = function(*values)
    if "sat" in s.modifiers:
        result = saturated(m.e, result)
    if "relu" in s.modifiers:
        result = m.e.intrinsic("maximumnum", result, const_float(result.type, 0.0))
    m.write(s.operands[0], _narrowed(m, t, result))


def _on_halves(
    m: Machine, s: Statement, t: PtxType, operands: list[Operand], function: Scalar
) -> Value:
    e, element = m.e, t.element
    words = [m.read_as(x, I32) for x in operands]
    result: Value = e.integer(0)
    for shift in (0, 16):
        halves = [e.cast("trunc", e.binary("lshr", w, shift), I16) for w in words]
        value = function(*(_widened(m, element, m.coerce(h, element.llvm)) for h in halves))
        if "sat" in s.modifiers:
            value = saturated(e, value)
        bits = m.coerce(_narrowed(m, element, value), I16)
        result = e.binary("or", result, e.binary("shl", e.cast("zext", bits, I32), shift))
    return result


def _widened(m: Machine, t: PtxType, value: Value) -> Value:
    if t.kind == "bf16":
        return bf16_to_float(m, value)
    return m.e.inst("fpext", FLOAT, [value]) if value.type is HALF else value


def _narrowed(m: Machine, t: PtxType, value: Value) -> Value:
    if t.kind == "bf16":
        return float_to_bf16(m, value)
    if t.kind == "float" and t.bits == 16:
        return m.e.inst("fptrunc", HALF, [value])
    return value


def binary(op: str) -> Handler:
    def handle(m: Machine, s: Statement) -> None:
        compute(m, s, s.operands[1:], lambda a, b: m.e.inst(op, a.type, [a, b]))

    return handle


def multiply_add(m: Machine, s: Statement) -> None:
    """One rounding. The product of two halves is exact in binary32 and the sum of three in binary64
    all but exact, so halves go through binary64."""
    narrow = m.type_of(s).bits == 16 or m.type_of(s).kind == "packed"

    def fused(a: Value, b: Value, c: Value) -> Value:
        if not narrow:
            return m.e.intrinsic("fma", a, b, c)
        wide = [m.e.inst("fpext", DOUBLE, [x]) for x in (a, b, c)]
        total = m.e.inst("fadd", DOUBLE, [m.e.inst("fmul", DOUBLE, wide[:2]), wide[2]])
        return m.e.inst("fptrunc", FLOAT, [total])

    compute(m, s, s.operands[1:], fused)


def extreme(name: str) -> Handler:
    """Of a number and a NaN the number, or with .NaN the NaN."""

    def handle(m: Machine, s: Statement) -> None:
        if "xorsign" in s.modifiers or len(s.operands) != 3:
            raise m.unknown()
        intrinsic = name if "NaN" in s.modifiers else name + "num"
        compute(m, s, s.operands[1:], lambda a, b: m.e.intrinsic(intrinsic, a, b))

    return handle


def sign_of(name: str) -> Handler:
    def function(m: Machine, value: Value) -> Value:
        if name == "fneg":
            return m.e.inst("fneg", value.type, [value])
        return m.e.intrinsic(name, value)

    def handle(m: Machine, s: Statement) -> None:
        compute(m, s, s.operands[1:], lambda a: function(m, a))

    return handle


def _unary(function: Callable[[Machine, Value], Value]) -> Handler:
    def handle(m: Machine, s: Statement) -> None:
        compute(m, s, s.operands[1:], lambda a: function(m, a))

    return handle


def _one_over(m: Machine, value: Value) -> Value:
    return m.e.inst("fdiv", value.type, [const_float(value.type, 1.0), value])


def _tanh(m: Machine, x: Value) -> Value:
    """1 - 2 / (exp(2x) + 1); near zero x - x^3 / 3, where that loses digits."""
    e, t = m.e, x.type
    power = e.intrinsic("exp2", e.inst("fmul", t, [x, const_float(t, 2.885390081777927)]))
    sum = e.inst("fadd", t, [power, const_float(t, 1.0)])
    far = e.inst("fsub", t, [const_float(t, 1.0), e.inst("fdiv", t, [const_float(t, 2.0), sum])])
    square = e.inst("fmul", t, [x, x])
    factor = e.inst("fmul", t, [square, const_float(t, -1 / 3)])
    near = e.inst("fmul", t, [x, e.inst("fadd", t, [factor, const_float(t, 1.0)])])
    small = e.compare("olt", e.intrinsic("fabs", x), const_float(t, 0.02))
    return e.select(small, near, far)


def _copysign(m: Machine, s: Statement) -> None:
    """copysign d, a, b: the sign of a on the magnitude of b."""
    compute(m, s, s.operands[1:], lambda a, b: m.e.intrinsic("copysign", b, a))


_TESTS = {
    "finite": 0x1F8,
    "infinite": 0x204,
    "number": 0x3FC,
    "notanumber": 0x003,
    "normal": 0x108,
    "subnormal": 0x090,
}


def _testp(m: Machine, s: Statement) -> None:
    t = ptx_type(s.modifiers[-1])
    if t is None or s.modifiers[0] not in _TESTS:
        raise m.unknown()
    value = m.read(s.operands[1], t)
    flag = m.e.is_class(value, _TESTS[s.modifiers[0]])
    m.write(s.operands[0], flag)


def register() -> None:
    OPCODES["fma"] = multiply_add
    OPCODES["rcp"] = _unary(_one_over)
    OPCODES["sqrt"] = _unary(lambda m, x: m.e.intrinsic("sqrt", x))
    OPCODES["rsqrt"] = _unary(lambda m, x: _one_over(m, m.e.intrinsic("sqrt", x)))
    OPCODES["sin"] = _unary(lambda m, x: m.e.intrinsic("sin", x))
    OPCODES["cos"] = _unary(lambda m, x: m.e.intrinsic("cos", x))
    OPCODES["lg2"] = _unary(lambda m, x: m.e.intrinsic("log2", x))
    OPCODES["ex2"] = _unary(lambda m, x: m.e.intrinsic("exp2", x))
    OPCODES["tanh"] = _unary(_tanh)
    OPCODES["copysign"] = _copysign
    OPCODES["testp"] = _testp
