"""cvt: between integers, floats and packed halves."""

from __future__ import annotations

from sampan.frontend.fuse import type_suffix
from sampan.frontend.intrinsics_math import saturated
from sampan.frontend.ptx.floating import bf16_to_float, float_to_bf16
from sampan.frontend.ptx.machine import OPCODES, Machine
from sampan.frontend.ptx.parse import Statement
from sampan.frontend.ptx.types import PtxType, ptx_type
from sampan.ir.constants import const_int
from sampan.ir.core import Value
from sampan.ir.types import FLOAT, HALF, I16, I32, function_type

_TO_INTEGRAL = {"rni": "roundeven", "rzi": "trunc", "rmi": "floor", "rpi": "ceil"}


def _cvt(m: Machine, s: Statement) -> None:
    if s.modifiers[-2:] == ("tf32", "f32"):
        m.write(s.operands[0], _to_tf32(m, s))
        return
    types = [ptx_type(name) for name in s.modifiers[-2:]]
    to, source = types if len(types) == 2 else (None, None)
    if to is None or source is None or "relu" in s.modifiers:
        raise m.unknown()
    if to.kind == "packed":
        m.write(s.operands[0], _pack_halves(m, s, to))
        return
    value = m.read(s.operands[1], source)
    if source.kind == "bf16":
        value, source = bf16_to_float(m, value), PtxType("f32", "float", 32)
    if source.is_integer and to.is_integer:
        result = _between_integers(m, s, value, source, to)
    elif source.is_integer:
        result = _from_integer(m, s, value, source, to)
    elif to.is_integer:
        result = _to_integer(m, s, value, to)
    else:
        result = _between_floats(m, s, value, to)
    m.write(s.operands[0], result)


def _between_integers(
    m: Machine, s: Statement, value: Value, source: PtxType, to: PtxType
) -> Value:
    e = m.e
    if "sat" in s.modifiers:
        # Clamped in a type that holds both ranges.
        wide = PtxType("s64", "signed", 64)
        if source.bits == 64 or to.bits == 64:
            raise m.unknown()
        extended = e.inst("sext" if source.signed else "zext", wide.llvm, [value])
        low = -(1 << (to.bits - 1)) if to.signed else 0
        high = (1 << (to.bits - to.signed)) - 1
        limit = [const_int(wide.llvm, x & (2**64 - 1)) for x in (low, high)]
        value = e.intrinsic("smin", e.intrinsic("smax", extended, limit[0]), limit[1])
        source = wide
    if to.bits <= source.bits:
        narrow = e.cast("trunc", value, to.llvm)
    else:
        narrow = e.inst("sext" if source.signed else "zext", to.llvm, [value])
    # A narrow result lies in a wider register, extended by its own sign.
    if to.bits < 32:
        return e.inst("sext" if to.signed else "zext", I32, [narrow])
    return narrow


def _from_integer(m: Machine, s: Statement, value: Value, source: PtxType, to: PtxType) -> Value:
    exact = to.bits == 64 and source.bits <= 32
    if not exact and {"rz", "rm", "rp"} & set(s.modifiers):
        raise m.unknown("directed rounding")
    op = "sitofp" if source.signed else "uitofp"
    if to.kind == "bf16":
        return float_to_bf16(m, m.e.inst(op, FLOAT, [value]))
    return m.e.inst(op, to.llvm, [value])


def _to_integer(m: Machine, s: Statement, value: Value, to: PtxType) -> Value:
    rounding = next((x for x in s.modifiers if x in _TO_INTEGRAL), None)
    if rounding is None:
        raise m.unknown()
    if value.type is HALF:
        value = m.e.inst("fpext", FLOAT, [value])
    value = m.e.intrinsic(_TO_INTEGRAL[rounding], value)
    name = f"llvm.fpto{'s' if to.signed else 'u'}i.sat.{to.llvm}.{type_suffix(value.type)}"
    result = m.e.call(name, function_type(to.llvm, (value.type,)), [value])
    if to.bits < 32:
        return m.e.inst("sext" if to.signed else "zext", I32, [result])
    return result


def _between_floats(m: Machine, s: Statement, value: Value, to: PtxType) -> Value:
    e = m.e
    rounding = next((x for x in s.modifiers if x in _TO_INTEGRAL), None)
    narrowing = to.bits < {"half": 16, "float": 32, "double": 64}[value.type.kind]  # type: ignore[attr-defined]
    if narrowing and {"rz", "rm", "rp"} & set(s.modifiers):
        raise m.unknown("directed rounding")
    if rounding is not None:
        value = e.intrinsic(_TO_INTEGRAL[rounding], value)
    if "sat" in s.modifiers:
        value = saturated(e, value)
    if to.kind == "bf16":
        if value.type is not FLOAT:
            raise m.unknown()
        return float_to_bf16(m, value)
    if value.type is to.llvm:
        return value
    return e.inst("fptrunc" if narrowing else "fpext", to.llvm, [value])


def _pack_halves(m: Machine, s: Statement, to: PtxType) -> Value:
    """cvt.rn.f16x2.f32 d, a, b: a goes to the high half."""
    if s.modifiers[-1] != "f32" or "rn" not in s.modifiers or len(s.operands) != 3:
        raise m.unknown()
    e = m.e
    result: Value = e.integer(0)
    for shift, operand in ((16, s.operands[1]), (0, s.operands[2])):
        value = m.read_as(operand, FLOAT)
        if to.name == "bf16x2":
            bits = float_to_bf16(m, value)
        else:
            bits = m.coerce(e.inst("fptrunc", HALF, [value]), I16)
        result = e.binary("or", result, e.binary("shl", e.cast("zext", bits, I32), shift))
    return result


def _to_tf32(m: Machine, s: Statement) -> Value:
    """19 bits of a binary32: to nearest, ties away from zero (.rna) or to even (.rn)."""
    e = m.e
    bits = m.read_as(s.operands[1], I32)
    if "rna" in s.modifiers:
        up: Value = e.integer(0x1000)
    elif "rn" in s.modifiers:
        up = e.binary("add", e.binary("and", e.binary("lshr", bits, 13), 1), 0xFFF)
    else:
        raise m.unknown()
    rounded = e.binary("and", e.binary("add", bits, up), 0xFFFFE000)
    special = e.compare("uge", e.binary("and", bits, 0x7FFFFFFF), 0x7F800000)
    return e.select(special, bits, rounded)


def register() -> None:
    OPCODES["cvt"] = _cvt
