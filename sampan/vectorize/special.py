"""Shapes of what tells lanes apart: thread indices, lane numbers, and their kin."""

from __future__ import annotations

from sampan.ir.core import Instruction
from sampan.ir.types import VOID
from sampan.simt.shape import UNIFORM, VARYING, Shape

_LANE = Shape(1, True, True)
_BY_BLOCK = ("ctaid.", "ntid.", "nctaid.", "shared.base", "dynamic.shared", "self", "barrier")


class SpecialShapes:
    """For a gang of `width` consecutive threads. `x_multiple`: blockDim.x is a multiple of it, so
    the lanes of a gang differ in threadIdx.x alone."""

    def __init__(self, width: int, x_multiple: bool) -> None:
        self.width = width
        self.x_multiple = x_multiple

    def __call__(self, inst: Instruction) -> Shape | None:
        if inst.op == "alloca":
            return UNIFORM  # shared by the gang: `privates` adds each lane's offset
        name = inst.callee_name
        if not name.startswith("sampan"):
            return None
        if inst.type is VOID:
            return UNIFORM
        tail = name.removeprefix("sampan.")
        if tail == "gang.lane":
            return _LANE
        if tail == "tid.x":
            return _LANE if self.x_multiple else VARYING
        if tail in ("tid.y", "tid.z"):
            return UNIFORM if self.x_multiple else VARYING
        if tail == "laneid":
            return _LANE if self.width <= 32 else VARYING
        if tail == "warpid":
            return UNIFORM if self.width <= 32 else VARYING
        if tail in ("any", "all") or tail.startswith(_BY_BLOCK):
            return UNIFORM
        return VARYING
