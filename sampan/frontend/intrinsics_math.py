"""What each llvm.nvvm.* arithmetic intrinsic means in generic LLVM operations.

Flushing of denormals (`.ftz`) is not modelled: the result is the one without flushing. Directed
rounding (`.rz`, `.rm`, `.rp`) of arithmetic has no entry here; the device library's functions
(`__fadd_rz` …) compute it without these intrinsics.
"""

from __future__ import annotations

from sampan.frontend.emit import Emit
from sampan.frontend.fuse import type_suffix
from sampan.frontend.intrinsics import LOWERINGS, Lowering
from sampan.ir.constants import const_float, const_int
from sampan.ir.core import Instruction, Poison, Value
from sampan.ir.types import (
    DOUBLE,
    FLOAT,
    HALF,
    I8,
    I16,
    I32,
    I64,
    Type,
    function_type,
    int_type,
    vector_type,
)

_ROUNDING = {"rn": "roundeven", "rm": "floor", "rp": "ceil", "rz": ""}
_FLOATS = {"f": FLOAT, "d": DOUBLE}
_INTEGERS = {"i": (I32, True), "ui": (I32, False), "ll": (I64, True), "ull": (I64, False)}


def _unary(name: str) -> Lowering:
    return lambda e, call: e.intrinsic(name, call.arguments[0])


def _nary(name: str) -> Lowering:
    return lambda e, call: e.intrinsic(name, *call.arguments)


def _operator(op: str) -> Lowering:
    return lambda e, call: e.inst(op, call.type, list(call.arguments))


def _reciprocal(e: Emit, call: Instruction) -> Value:
    (value,) = call.arguments
    return e.inst("fdiv", value.type, [const_float(value.type, 1.0), value])


def _reciprocal_root(e: Emit, call: Instruction) -> Value:
    root = e.intrinsic("sqrt", call.arguments[0])
    return e.inst("fdiv", root.type, [const_float(root.type, 1.0), root])


def saturated(e: Emit, value: Value) -> Value:
    """Clamped to [0, 1]; NaN gives 0."""
    zero, one = const_float(value.type, 0.0), const_float(value.type, 1.0)
    capped = e.select(e.compare("olt", value, one), value, one)
    return e.select(e.compare("ogt", value, zero), capped, zero)


def _saturating(lowering: Lowering) -> Lowering:
    def lower(e: Emit, call: Instruction) -> Value:
        value = lowering(e, call)
        assert value is not None
        return saturated(e, value)

    return lower


def _floating_point() -> None:
    for kind in ("f", "d", "ftz.f"):
        for name in ("ceil", "floor", "trunc"):
            LOWERINGS[f"{name}.{kind}"] = _unary(name)
        LOWERINGS[f"round.{kind}"] = _unary("roundeven")
        LOWERINGS[f"saturate.{kind}"] = lambda e, call: saturated(e, call.arguments[0])
        for name, op in (("add", "fadd"), ("mul", "fmul"), ("div", "fdiv")):
            LOWERINGS[f"{name}.rn.{kind}"] = _operator(op)
        LOWERINGS[f"sqrt.rn.{kind}"] = _unary("sqrt")
        LOWERINGS[f"rcp.rn.{kind}"] = _reciprocal
    for name in ("div.approx.f", "div.approx.ftz.f", "div.full", "div.full.ftz"):
        LOWERINGS[name] = _operator("fdiv")
    for name in ("sqrt.f", "sqrt.approx.f", "sqrt.approx.ftz.f"):
        LOWERINGS[name] = _unary("sqrt")
    for kind in ("f", "d", "ftz.f", "ftz.d"):
        LOWERINGS[f"rsqrt.approx.{kind}"] = _reciprocal_root
    for name in ("rcp.approx.ftz.f", "rcp.approx.ftz.d"):
        LOWERINGS[name] = _reciprocal
    for suffix in ("f", "ftz.f"):
        LOWERINGS[f"sin.approx.{suffix}"] = _unary("sin")
        LOWERINGS[f"cos.approx.{suffix}"] = _unary("cos")
    for suffix in ("f", "d", "ftz.f"):
        LOWERINGS[f"lg2.approx.{suffix}"] = _unary("log2")
    for prefix in ("ex2.approx", "ex2.approx.ftz"):
        for suffix in ("", ".f", ".d", ".f16", ".f16x2", ".f32", ".v2f16", ".bf16"):
            LOWERINGS[prefix + suffix] = _unary("exp2")
    for ftz in ("", ".ftz"):
        for suffix in ("", ".f", ".d", ".f16", ".v2f16", ".bf16", ".v2bf16", ".f32", ".f64"):
            LOWERINGS[f"fabs{ftz}{suffix}"] = _unary("fabs")
        for kind in ("f", "d", "f16", "f16x2", "bf16", "bf16x2"):
            for op in ("min", "max"):
                LOWERINGS[f"f{op}{ftz}.{kind}"] = _nary(f"{op}imumnum")
                LOWERINGS[f"f{op}{ftz}.nan.{kind}"] = _nary(f"{op}imum")
            LOWERINGS[f"fma.rn{ftz}.{kind}"] = _nary("fma")
        LOWERINGS[f"fma.rn{ftz}.sat.f"] = _saturating(_nary("fma"))
        LOWERINGS[f"add.rn{ftz}.sat.f"] = _saturating(_operator("fadd"))
    for kind in ("bf16", "bf16x2"):
        LOWERINGS[f"neg.{kind}"] = _operator("fneg")


def _to_integer(to: Type, signed: bool, rounding: str) -> Lowering:
    def lower(e: Emit, call: Instruction) -> Value:
        (value,) = call.arguments
        if rounding:
            value = e.intrinsic(rounding, value)
        name = f"llvm.fpto{'s' if signed else 'u'}i.sat.{to}.{type_suffix(value.type)}"
        return e.call(name, function_type(to, (value.type,)), [value])

    return lower


def _convert(op: str) -> Lowering:
    return lambda e, call: e.inst(op, call.type, [call.arguments[0]])


def _conversions() -> None:
    for source in _FLOATS:
        for kind, (integer, signed) in _INTEGERS.items():
            for suffix, rounding in _ROUNDING.items():
                lowering = _to_integer(integer, signed, rounding)
                LOWERINGS[f"{source}2{kind}.{suffix}"] = lowering
                LOWERINGS[f"{source}2{kind}.{suffix}.ftz"] = lowering
    for kind, (_, signed) in _INTEGERS.items():
        op = "sitofp" if signed else "uitofp"
        LOWERINGS[f"{kind}2f.rn"] = _convert(op)
        LOWERINGS[f"{kind}2d.rn"] = _convert(op)
    for suffix in ("rz", "rm", "rp"):  # exact
        LOWERINGS[f"i2d.{suffix}"] = _convert("sitofp")
        LOWERINGS[f"ui2d.{suffix}"] = _convert("uitofp")
    for ftz in ("", ".ftz"):
        LOWERINGS[f"d2f.rn{ftz}"] = _convert("fptrunc")
        LOWERINGS[f"f2h.rn{ftz}"] = lambda e, call: e.cast(
            "bitcast", e.cast("fptrunc", call.arguments[0], HALF), I16
        )
    for name in ("f2f16.rn", "f2bf16.rn"):
        LOWERINGS[name] = _convert("fptrunc")
    for name in ("ff2f16x2.rn", "ff2bf16x2.rn"):
        LOWERINGS[name] = _narrow_pair
    LOWERINGS["d2i.lo"] = lambda e, call: e.cast("trunc", _bits(e, call.arguments[0]), I32)
    LOWERINGS["d2i.hi"] = lambda e, call: e.cast(
        "trunc", e.binary("lshr", _bits(e, call.arguments[0]), 32), I32
    )
    LOWERINGS["lohi.i2d"] = lambda e, call: e.cast("bitcast", _join(e, *call.arguments), DOUBLE)


def _narrow_pair(e: Emit, call: Instruction) -> Value:
    """The first operand goes to the high half."""
    high, low = call.arguments
    pair: Value = Poison(vector_type(2, high.type))
    for index, value in enumerate((low, high)):
        pair = e.inst("insertelement", pair.type, [pair, value, const_int(I64, index)])
    return e.inst("fptrunc", call.type, [pair])


def _bits(e: Emit, value: Value) -> Value:
    return e.cast("bitcast", value, I64)


def _join(e: Emit, low: Value, high: Value) -> Value:
    wide_high = e.binary("shl", e.cast("zext", high, I64), 32)
    return e.binary("or", e.cast("zext", low, I64), wide_high)


def _multiply_high(signed: bool) -> Lowering:
    def lower(e: Emit, call: Instruction) -> Value:
        bits = call.type.bits  # type: ignore[attr-defined]
        wide = int_type(2 * bits)
        a, b = (e.cast("sext" if signed else "zext", v, wide) for v in call.arguments)
        return e.cast("trunc", e.binary("lshr", e.binary("mul", a, b), bits), call.type)

    return lower


def _multiply_24(signed: bool) -> Lowering:
    def lower(e: Emit, call: Instruction) -> Value:
        shift = "ashr" if signed else "lshr"
        a, b = (e.binary(shift, e.binary("shl", v, 8), 8) for v in call.arguments)
        return e.binary("mul", a, b)

    return lower


def _absolute_difference(signed: bool) -> Lowering:
    def lower(e: Emit, call: Instruction) -> Value:
        a, b, c = call.arguments
        prefix = "s" if signed else "u"
        difference = e.binary("sub", e.intrinsic(f"{prefix}max", a, b), _min(e, prefix, a, b))
        return e.binary("add", difference, c)

    return lower


def _min(e: Emit, prefix: str, a: Value, b: Value) -> Value:
    return e.intrinsic(f"{prefix}min", a, b)


def _dot_product(a_signed: bool, b_signed: bool) -> Lowering:
    def lower(e: Emit, call: Instruction) -> Value:
        a, b, total = call.arguments
        for shift in (0, 8, 16, 24):
            parts = []
            for value, signed in ((a, a_signed), (b, b_signed)):
                byte = e.cast("trunc", e.binary("lshr", value, shift), I8)
                parts.append(e.cast("sext" if signed else "zext", byte, I32))
            total = e.binary("add", total, e.binary("mul", *parts))
        return total

    return lower


def permute_bytes(e: Emit, low: Value, high: Value, selector: Value) -> Value:
    """PTX prmt: each nibble of the selector picks a byte of high:low, or its sign replicated."""
    source = _join(e, low, high)
    result: Value = e.integer(0)
    for index in range(4):
        nibble = e.binary("lshr", selector, 4 * index)
        shift = e.cast("zext", e.binary("shl", e.binary("and", nibble, 7), 3), I64)
        byte = e.cast("trunc", e.binary("lshr", source, shift), I8)
        sign = e.binary("ashr", byte, 7)
        replicate = e.compare("ne", e.binary("and", nibble, 8), 0)
        wide = e.cast("zext", e.select(replicate, sign, byte), I32)
        result = e.binary("or", result, e.binary("shl", wide, 8 * index))
    return result


def _funnel_clamp(left: bool) -> Lowering:
    def lower(e: Emit, call: Instruction) -> Value:
        low_first = call.arguments
        high, low, amount = low_first
        limit = e.cast("zext", e.intrinsic("umin", amount, e.integer(32)), I64)
        both = _join(e, low, high)
        if left:
            return e.cast("trunc", e.binary("lshr", e.binary("shl", both, limit), 32), I32)
        return e.cast("trunc", e.binary("lshr", both, limit), I32)

    return lower


def _integers() -> None:
    for kind, signed in (("i", True), ("ll", True), ("s", True)):
        LOWERINGS[f"mulhi.{kind}"] = _multiply_high(signed)
        LOWERINGS[f"sad.{kind}"] = _absolute_difference(signed)
    for kind in ("ui", "ull", "us"):
        LOWERINGS[f"mulhi.{kind}"] = _multiply_high(False)
        LOWERINGS[f"sad.{kind}"] = _absolute_difference(False)
    LOWERINGS["mul24.i"] = _multiply_24(True)
    LOWERINGS["mul24.ui"] = _multiply_24(False)
    for a in "su":
        for b in "su":
            LOWERINGS[f"idp4a.{a}.{b}"] = _dot_product(a == "s", b == "s")
    LOWERINGS["prmt"] = lambda e, call: permute_bytes(e, *call.arguments)
    LOWERINGS["fshl.clamp"] = _funnel_clamp(True)
    LOWERINGS["fshr.clamp"] = _funnel_clamp(False)


_floating_point()
_conversions()
_integers()
