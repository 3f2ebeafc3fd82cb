"""Turns constant expressions that contain given globals into instructions.

A shared variable is a different address in every block, so a constant expression that holds one
has to become code at its use; for a phi, at the end of the incoming block.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.ir.constants import const_int
from sampan.ir.core import (
    Block,
    ConstAggregate,
    Constant,
    ConstExpr,
    ConstSplat,
    Function,
    GlobalValue,
    Instruction,
    Poison,
    Value,
    walk_constant,
)
from sampan.ir.types import I64, VectorType


def expand_constants(function: Function, contains: Callable[[Value], bool]) -> None:
    """After this, values for which `contains` holds are only operands of instructions."""
    at_end: dict[tuple[Block, str], Value] = {}
    for inst in function.instructions():
        for index, operand in enumerate(inst.operands):
            if not _to_expand(operand, contains):
                continue
            if inst.op == "phi":
                # Several edges from one block must keep bringing the same value.
                block = inst.targets[index]
                key = (block, constant_key(operand))
                if key not in at_end:
                    at_end[key] = _materialize(operand, block.terminator, contains)
                inst.set_operand(index, at_end[key])
            else:
                inst.set_operand(index, _materialize(operand, inst, contains))


def _to_expand(operand: Value, contains: Callable[[Value], bool]) -> bool:
    if not isinstance(operand, Constant) or isinstance(operand, GlobalValue):
        return False
    return any(contains(v) for v in walk_constant(operand))


def _materialize(value: Value, position: Instruction, contains: Callable[[Value], bool]) -> Value:
    if not _to_expand(value, contains):
        return value
    assert isinstance(value, Constant)
    operands = [_materialize(operand, position, contains) for operand in value.operands]
    location = {k: v for k, v in position.metadata.items() if k == "dbg"}
    if isinstance(value, ConstExpr):
        made = Instruction(value.op, value.type, operands, metadata=location, **value.attrs)
        return made.insert_before(position)
    result: Value = Poison(value.type)
    if isinstance(value, ConstSplat):
        assert isinstance(value.type, VectorType)
        operands = operands * value.type.count
    assert isinstance(value, (ConstAggregate, ConstSplat))
    for index, operand in enumerate(operands):
        if isinstance(value.type, VectorType):
            place = const_int(I64, index)
            step = Instruction("insertelement", value.type, [result, operand, place])
        else:
            step = Instruction("insertvalue", value.type, [result, operand], indices=(index,))
        result = step.insert_before(position)
    return result


def constant_key(value: Value) -> str:
    """Equal texts for constants of equal content."""
    if isinstance(value, GlobalValue):
        return f"@{value.name}"
    own = [type(value).__name__, str(value.type)]
    for slot in ("value", "bits", "data", "op", "attrs"):
        if hasattr(value, slot):
            own.append(str(getattr(value, slot)))
    inner = value.operands if isinstance(value, Constant) else ()
    return f"{' '.join(own)}({', '.join(constant_key(v) for v in inner)})"
