"""Widening of arithmetic, comparisons, casts and address computations."""

from __future__ import annotations

from sampan.ir.constants import const_int
from sampan.ir.core import CASTS, ConstInt, ConstSplat, Instruction, Value
from sampan.ir.types import DOUBLE, I1, I64, ArrayType, IntType, StructType, vector_type
from sampan.simt.transfer import gep_terms
from sampan.vectorize.emit import Emitter

DIVISIONS = frozenset({"udiv", "sdiv", "urem", "srem"})


def scalar_copy(e: Emitter, inst: Instruction) -> Value:
    """The scalar form of an instruction whose result is uniform or strided: computes lane 0."""
    shape = e.divergence.shape(inst)
    if inst.op in DIVISIONS:
        return divide(e, inst, [e.scalar(v) for v in inst.operands])
    if inst.op in ("sext", "zext") and not shape.is_uniform:
        return _extend_line(e, inst)
    if inst.op == "and" and _clears_multiple(e, inst):
        return const_int(inst.type, 0)
    op = inst.op
    if op == "or" and not shape.is_uniform:
        op = "add"  # disjoint on the active lanes; on lane 0 only the sum continues the line
    new = e.emit(op, inst.type, [e.scalar(v) for v in inst.operands])
    new.attrs = dict(inst.attrs)
    if inst.flags:
        keep = e.keep_flags(inst)
        if not shape.is_uniform:
            keep = keep - {"disjoint", "nuw", "nneg"} if e.mask() is None else frozenset()
        if keep:
            new.attrs["flags"] = keep
        else:
            new.attrs.pop("flags")
    return new


def _clears_multiple(e: Emitter, inst: Instruction) -> bool:
    """Whether a constant keeps only bits that are zero in lane 0: `threadIdx.x & 31` of a warp."""
    for value, mask in (inst.operands, reversed(inst.operands)):
        if isinstance(mask, ConstInt) and mask.value < e.divergence.shape(value).multiple:
            return True
    return False


def _extend_line(e: Emitter, inst: Instruction) -> Value:
    """Extends a strided value: both extensions of an exact line are the signed one.

    Lane 0 may be inactive and its value have wrapped; the first active lane's has not."""
    operand = inst.operands[0]
    shape = e.divergence.shape(operand)
    base = e.scalar(operand)
    mask = e.mask()
    assert shape.stride is not None
    if e.divergence.shape(inst).assumed:
        return _extend_assumed(e, inst, base, shape.stride)
    if shape.base_exact or mask is None:
        return e.emit("sext", inst.type, [base])
    first = e.first_active(mask, operand.type)
    stride = const_int(operand.type, shape.stride)
    there = e.emit("add", operand.type, [base, e.emit("mul", operand.type, [first, stride])])
    wide = e.emit("sext", inst.type, [there])
    first = e.resize(first, inst.type)
    back = e.emit("mul", inst.type, [first, const_int(inst.type, shape.stride)])
    return e.emit("sub", inst.type, [wide, back])


def _extend_assumed(e: Emitter, inst: Instruction, base: Value, stride: int) -> Value:
    """Extends lane 0's value, and notes whether the line from it wraps before the last lane."""
    t = base.type
    assert isinstance(t, IntType)
    reach = abs(stride) * (e.width - 1)
    signed = inst.op == "sext"
    if stride > 0:
        limit = ((1 << (t.bits - 1)) if signed else (1 << t.bits)) - 1 - reach
        pred = "sle" if signed else "ule"
    else:
        limit = (-(1 << (t.bits - 1)) if signed else 0) + reach
        pred = "sge" if signed else "uge"
    e.holds[inst] = e.icmp(pred, base, const_int(t, limit))
    return e.emit(inst.op, inst.type, [base])


def vector_form(e: Emitter, inst: Instruction) -> Value:
    """Element-wise form of an arithmetic instruction."""
    op = inst.op
    operands = [e.vector(v) for v in inst.operands]
    if op in DIVISIONS:
        return divide(e, inst, operands)
    result = e.widen_type(inst.type)
    if op == "select" and e.divergence.is_uniform(inst.operands[0]):
        operands[0] = e.scalar(inst.operands[0])
    if op == "select" and isinstance(result, StructType | ArrayType):
        return e.select(*operands)
    new = e.emit(op, result, operands)
    new.attrs = dict(inst.attrs)
    if inst.flags:
        keep = e.keep_flags(inst)
        new.attrs.pop("flags")
        if keep:
            new.attrs["flags"] = keep
    return new


def gep(e: Emitter, inst: Instruction) -> Value:
    """Vector of addresses; uniform parts stay scalar, for the target's base + index form."""
    shapes = [e.divergence.shape(v) for v in inst.operands]
    operands: list[Value] = []
    for operand, shape in zip(inst.operands, shapes, strict=True):
        operands.append(e.scalar(operand) if shape.is_uniform else e.vector(operand))
    t = e.widen_type(inst.type)
    new = e.emit("getelementptr", t, operands, source_type=inst.attrs["source_type"])
    keep = e.keep_flags(inst)
    if keep:
        new.attrs["flags"] = keep
    return new


def scalar_gep(e: Emitter, inst: Instruction) -> Value:
    """Lane 0's address. A strided index narrower than 64 bits is extended like any exact line."""
    operands: list[Value] = [e.scalar(inst.operands[0])]
    shapes = [e.divergence.shape(v) for v in inst.operands]
    narrow = {
        id(v)
        for v, s, _ in gep_terms(inst, shapes)
        if not s.is_uniform and getattr(v.type, "bits", 64) < 64
    }
    for index in inst.operands[1:]:
        if id(index) in narrow:
            extend = Instruction("sext", I64, [index])
            operands.append(_extend_line(e, extend))
            extend.drop_operands()
        else:
            operands.append(e.scalar(index))
    new = e.emit("getelementptr", inst.type, operands, source_type=inst.attrs["source_type"])
    uniform = e.divergence.is_uniform(inst)
    keep = e.keep_flags(inst) if uniform or e.mask() is None else frozenset()
    if keep:
        new.attrs["flags"] = keep
    return new


def divide(e: Emitter, inst: Instruction, operands: list[Value]) -> Value:
    """Integer division that never traps: x/0 = -1 (all ones), x%0 = x, MIN/-1 = MIN, MIN%-1 = 0.

    32-bit lanes go through binary64, where the truncated quotient is exact: hardware has no vector
    integer division, and a quotient a/b of 32-bit numbers that is not an integer is at least 2**-32
    away from one while the rounding error is below 2**-21.
    """
    op = inst.op
    a, b = operands
    t = a.type
    element = t.scalar
    assert isinstance(element, IntType)
    signed = op in ("sdiv", "srem")
    zero = const_int(t, 0)
    one = const_int(t, 1)
    minus_one = const_int(t, -1)
    divisor = b
    by_zero = None
    literal = _literal(b)
    if literal is None or literal == 0:
        by_zero = e.icmp("eq", b, zero)
        divisor = e.select(by_zero, one, b)
    overflow = None
    if signed and (literal is None or literal == (1 << element.bits) - 1):
        # MIN / -1: divide by 1 instead, which gives MIN, remainder 0.
        overflow = e.emit(
            "and",
            by_zero.type if by_zero is not None else _bool_type(e, t),
            [
                e.icmp("eq", a, const_int(t, 1 << (element.bits - 1))),
                e.icmp("eq", b, minus_one),
            ],
        )
        divisor = e.select(overflow, one, divisor)
    if t.is_vector and element.bits <= 32 and literal is None:
        quotient = _divide_through_double(e, a, divisor, signed)
        if op in ("urem", "srem"):
            result: Value = e.emit("sub", t, [a, e.emit("mul", t, [quotient, divisor])])
        else:
            result = quotient
    else:
        result = e.emit(op, t, [a, divisor])
    if by_zero is not None:
        result = e.select(by_zero, a if op in ("urem", "srem") else minus_one, result)
    return result


def _divide_through_double(e: Emitter, a: Value, b: Value, signed: bool) -> Value:
    wide = vector_type(e.width, DOUBLE)
    to_double, back = ("sitofp", "fptosi") if signed else ("uitofp", "fptoui")
    x, y = e.emit(to_double, wide, [a]), e.emit(to_double, wide, [b])
    return e.emit(back, a.type, [e.emit("fdiv", wide, [x, y])])


def _bool_type(e: Emitter, t: object) -> object:
    return e.mask_type if getattr(t, "is_vector", False) else I1


def _literal(value: Value) -> int | None:
    if isinstance(value, ConstInt):
        return value.value
    if isinstance(value, ConstSplat) and isinstance(value.operands[0], ConstInt):
        return value.operands[0].value
    return None


ELEMENTWISE = (
    frozenset("add sub mul shl lshr ashr and or xor fadd fsub fmul fdiv frem fneg".split())
    | frozenset("icmp fcmp select freeze extractvalue insertvalue".split())
    | DIVISIONS
    | CASTS
)
