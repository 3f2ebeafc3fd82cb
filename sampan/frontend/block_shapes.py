"""Makes blockDim a constant, where all blocks that the code will run have the same shape."""

from __future__ import annotations

from sampan.ir.constants import const_int
from sampan.ir.core import Function
from sampan.ir.types import I32
from sampan.targets.widths import BlockShape

__all__ = ["BlockShape", "run"]


def run(function: Function, shape: BlockShape) -> None:
    """Establishes: no `sampan.ntid.*` in `function`."""
    extents = {f"sampan.ntid.{axis}": n for axis, n in zip("xyz", shape, strict=True)}
    for inst in list(function.instructions()):
        if inst.op == "call" and inst.callee_name in extents:
            inst.replace_all_uses_with(const_int(I32, extents[inst.callee_name]))
            inst.erase()
