"""Shapes of what tells lanes apart: thread indices, lane numbers, and their kin."""

from __future__ import annotations

from sampan import abi
from sampan.ir.core import Instruction
from sampan.ir.types import VOID
from sampan.simt.shape import LARGEST_MULTIPLE, UNIFORM, VARYING, Shape, uniform
from sampan.targets.widths import Rows

_BY_BLOCK = (
    "ctaid.", "ntid.", "nctaid.", "cluster.", "shared.base", "dynamic.shared", "self", "barrier",
)  # fmt: skip


class SpecialShapes:
    """For a gang of `width` consecutive threads. Where the lanes of a gang lie in one row, they
    differ in threadIdx.x alone, and the first is at a multiple of the width."""

    def __init__(self, width: int, rows: Rows) -> None:
        self.width = width
        self.rows = rows
        self.line = Shape(1, True, True, multiple=width)
        self.lane = Shape(1, True, True, multiple=LARGEST_MULTIPLE)  # lane 0's number is 0

    def __call__(self, inst: Instruction) -> Shape | None:
        if inst.op == "alloca":
            return UNIFORM  # shared by the gang: `privates` adds each lane's offset
        name = inst.callee_name
        if not name.startswith("sampan"):
            return None
        if inst.type is VOID:
            return UNIFORM
        if name in abi.CLUSTER_LOOKUPS:
            return None  # by its operands
        tail = name.removeprefix("sampan.")
        if tail == "gang.lane":
            return self.lane
        if tail == "gang.has" or tail.startswith(("gang.lay.", "gang.first.")):
            return UNIFORM
        if tail == "gang.linear":
            return uniform(self.width)
        if tail == "tid.x":
            return self.line if self.rows.inside else VARYING
        if tail in ("tid.y", "tid.z"):
            return UNIFORM if self.rows.inside else VARYING
        if tail == "laneid":
            if self.width > 32:
                return VARYING
            return self.lane if self.width == 32 else self.line
        if tail == "ntid.x" and self.rows is Rows.MULTIPLE:
            return uniform(self.width)
        if tail.startswith("warp."):
            return None  # by its operands
        if tail == "warpid":
            return UNIFORM if self.width <= 32 else VARYING
        if tail in ("any", "all") or tail.startswith(_BY_BLOCK):
            return UNIFORM
        return VARYING
