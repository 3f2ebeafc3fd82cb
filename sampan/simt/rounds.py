"""Loops in which the threads of a block wait for each other, and loops that step by the grid."""

from __future__ import annotations

from functools import cached_property

from sampan.ir.cfg import Loop, LoopInfo
from sampan.ir.core import Function, Instruction, Value

SOFT = "sampan.soft"  # an attribute: this barrier is for speed alone
_DEEPEST = 6  # operations between a loop's step and the grid's size


class Rounds:
    """Of one function in CANONICAL form."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.meeting = {i.block for i in function.instructions() if _is_meeting(i)}

    @cached_property
    def loops(self) -> LoopInfo:
        return LoopInfo(self.function)

    @property
    def by_grid(self) -> list[Loop]:
        """Those that step by the grid."""
        return [loop for loop in self.loops.loops if _steps_by_grid(loop)]

    def meeting_loop(self, inst: Instruction) -> Loop | None:
        """The innermost loop in which threads meet that an instruction is in."""
        if not self.meeting:
            return None
        loop = self.loops.loop_of(inst.block)
        while loop is not None and loop.blocks.isdisjoint(self.meeting):
            loop = loop.parent
        return loop


def _is_meeting(inst: Instruction) -> bool:
    return inst.callee_name == "sampan.barrier" and not inst.attrs.get(SOFT)


def _steps_by_grid(loop: Loop) -> bool:
    for phi in loop.header.phis:
        for value, source in phi.incoming:
            if source in loop.blocks and isinstance(value, Instruction) and phi in value.operands:
                if any(_has_grid(v, 0) for v in value.operands if v is not phi):
                    return True
    return False


def _has_grid(value: Value, depth: int) -> bool:
    if not isinstance(value, Instruction) or depth > _DEEPEST:
        return False
    if value.callee_name.startswith("sampan.nctaid."):
        return True
    if value.op not in ("mul", "shl", "zext", "sext", "trunc", "add"):
        return False
    return any(_has_grid(operand, depth + 1) for operand in value.operands)
