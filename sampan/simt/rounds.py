"""The loops of a kernel in which the threads of a block wait for each other."""

from __future__ import annotations

from sampan.ir.cfg import Loop, LoopInfo
from sampan.ir.core import Function, Instruction


class Rounds:
    """The loops of a function in which a block meets."""

    def __init__(self, function: Function) -> None:
        self.loops: LoopInfo | None = None
        self.meeting = {i.block for i in function.instructions() if _is_meeting(i)}
        if self.meeting:
            self.loops = LoopInfo(function)

    def loop_of(self, inst: Instruction) -> Loop | None:
        """The innermost one that an instruction is in."""
        if self.loops is None or inst.block is None:
            return None
        loop = self.loops.loop_of(inst.block)
        while loop is not None and loop.blocks.isdisjoint(self.meeting):
            loop = loop.parent
        return loop


def _is_meeting(inst: Instruction) -> bool:
    return inst.callee_name == "sampan.barrier"
