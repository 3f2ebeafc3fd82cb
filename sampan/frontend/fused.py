"""Fused multiply-adds of floats on processors that have no instruction for them.

LLVM would call the C library for each lane, which is tens of times slower than what CUDA's programs
fuse without a thought. In double precision the product of two floats is exact, and the sum with a
third rounds once; rounding that to a float would be the second time. So the sum is rounded to odd:
where it is inexact and its last bit is even, the neighbour in the direction of its error takes its
place, from which a number with two bits less or fewer is rounded as from the exact sum (S. Boldo,
G. Melquiond, "Emulation of FMA and correctly rounded sums", IEEE Trans. Computers 57, 2008). The
error comes from Knuth's sum of two numbers.
"""

from __future__ import annotations

from sampan.ir.builder import Builder
from sampan.ir.constants import const_float, const_int
from sampan.ir.core import ConstSplat, Instruction, Module, Value
from sampan.ir.types import DOUBLE, FLOAT, I64, Type, VectorType, vector_type
from sampan.targets.base import VectorHooks


def run(module: Module, vectors: VectorHooks) -> None:
    """Establishes: no `llvm.fma` of floats, unless the target fuses."""
    if vectors.fuses:
        return
    for function in module.functions.values():
        for inst in list(function.instructions()):
            if inst.op == "call" and inst.callee_name.startswith("llvm.fma."):
                if inst.type.scalar is FLOAT:
                    inst.replace_all_uses_with(_rounded_once(inst))
                    inst.erase()


def _rounded_once(inst: Instruction) -> Value:
    b = Builder.ahead_of(inst)
    double, bits = _like(inst.type, DOUBLE), _like(inst.type, I64)

    def constant(value: int) -> Value:
        scalar = const_int(I64, value)
        return ConstSplat(bits, [scalar]) if isinstance(bits, VectorType) else scalar

    x, y, addend = (b.cast("fpext", one, double) for one in inst.arguments)
    product = b.binop("fmul", x, y)
    total = b.binop("fadd", product, addend)
    added = b.binop("fsub", total, product)
    kept = b.binop("fsub", total, added)
    error = b.binop("fadd", b.binop("fsub", product, kept), b.binop("fsub", addend, added))
    zero = const_float(DOUBLE, 0.0)
    nothing = ConstSplat(double, [zero]) if isinstance(double, VectorType) else zero
    inexact = b.fcmp("one", error, nothing)  # false where something is not finite
    pattern, sign = b.cast("bitcast", total, bits), b.cast("bitcast", error, bits)
    even = b.icmp("eq", b.and_(pattern, constant(1)), constant(0))
    away = b.ashr(b.xor(pattern, sign), constant(63))  # -1 where the error points to zero
    step = b.or_(away, constant(1))
    odd = b.add(pattern, b.select(b.and_(inexact, even), step, constant(0)))
    return b.cast("fptrunc", b.cast("bitcast", odd, double), inst.type)


def _like(type: Type, scalar: Type) -> Type:
    return vector_type(type.count, scalar) if isinstance(type, VectorType) else scalar
