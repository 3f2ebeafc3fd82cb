"""Decides once which multiplications and additions are fused, so that all paths agree bit for bit.

The rule: an `fadd` or `fsub` of float or double (or vectors of them) that carries `contract`, with
an operand that is an `fmul` with `contract`, in the same block, whose only use this is, becomes
`llvm.fma`; if both operands qualify the left one is fused. `llvm.fmuladd` always is.
Establishes: nothing carries `contract`, `reassoc`, `arcp` or `afn`, so no later stage may choose
another rounding; what -use_fast_math allows beyond that is left to LLVM (nnan, ninf, nsz).
"""

from __future__ import annotations

from sampan.ir.core import Function, Instruction, Module, Value
from sampan.ir.types import DOUBLE, FLOAT, Type, VectorType, function_type

FREE_ROUNDING = frozenset({"contract", "reassoc", "arcp", "afn"})
_FAST = frozenset({"nnan", "ninf", "nsz", *FREE_ROUNDING})


def fuse(module: Module) -> None:
    for function in list(module.functions.values()):
        for block in function.blocks:
            for inst in list(block.instructions):
                if inst.op in ("fadd", "fsub") and inst.type.scalar in (FLOAT, DOUBLE):
                    _fuse_sum(module, inst)
                elif inst.callee_name.startswith("llvm.fmuladd."):
                    name = inst.callee_name.replace("fmuladd", "fma")
                    fma = module.get_or_declare(name, inst.attrs["function_type"])
                    inst.set_operand(3, fma)
        _strip(function)


def _fuse_sum(module: Module, sum: Instruction) -> None:
    if "contract" not in _flags(sum):
        return
    left, right = sum.operands
    if _is_product(left, sum):
        addend = right if sum.op == "fadd" else _negate(right, sum)
        factors = left.operands  # type: ignore[attr-defined]
        product = left
    elif _is_product(right, sum):
        a, b = right.operands  # type: ignore[attr-defined]
        factors = [a if sum.op == "fadd" else _negate(a, sum), b]
        addend = left
        product = right
    else:
        return
    function = module.get_or_declare(
        f"llvm.fma.{type_suffix(sum.type)}", function_type(sum.type, (sum.type,) * 3)
    )
    fma = Instruction(
        "call",
        sum.type,
        [*factors, addend, function],
        function_type=function.function_type,
        metadata=dict(sum.metadata),
    )
    if flags := _flags(sum) & _flags(product):
        fma.attrs["flags"] = flags
    fma.insert_before(sum)
    sum.replace_all_uses_with(fma)
    sum.erase()
    assert isinstance(product, Instruction)
    product.erase()


def _is_product(value: Value, sum: Instruction) -> bool:
    return (
        isinstance(value, Instruction)
        and value.op == "fmul"
        and value.block is sum.block
        and value.users == {sum: 1}
        and "contract" in _flags(value)
    )


def _negate(value: Value, position: Instruction) -> Instruction:
    return Instruction("fneg", value.type, [value]).insert_before(position)


def _strip(function: Function) -> None:
    for block in function.blocks:
        for inst in block.instructions:
            if flags := inst.attrs.get("flags"):
                kept = _flags(inst) - FREE_ROUNDING
                if kept != flags:
                    inst.attrs["flags"] = kept


def _flags(inst: Value) -> frozenset[str]:
    assert isinstance(inst, Instruction)
    return (inst.flags - {"fast"}) | _FAST if "fast" in inst.flags else inst.flags


def type_suffix(t: Type) -> str:
    """How overloaded intrinsics spell a type: f32, i64, v2f32."""
    if isinstance(t, VectorType):
        return f"v{t.count}{type_suffix(t.element)}"
    return {"half": "f16", "bfloat": "bf16", "float": "f32", "double": "f64", "ptr": "p0"}.get(
        str(t), str(t)
    )
