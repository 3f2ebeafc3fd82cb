"""Which forms of a kernel to compile for a CPU: gang widths, and what each asks of the block.

Two numbers matter: how many 32-bit lanes fill a vector register, and how many registers in flight
hide latency. Two registers a value is the measured optimum for most kernels (docs/passes.md); a
block whose rows are narrower takes one.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sampan import abi
from sampan.targets.base import VectorHooks


class Rows(enum.IntEnum):
    """What a form asks of the launch; the values are those of SampanVariant.condition.

    All but ANY also ask that blockIdx * blockDim + threadIdx is an int on every axis.
    """

    ANY = abi.ANY_BLOCK
    MULTIPLE = abi.X_MULTIPLE  # blockDim.x is a multiple of the width: every gang is full
    ONE = abi.ONE_ROW  # blockDim.y and blockDim.z are 1: the last gang may have idle lanes

    @property
    def inside(self) -> bool:
        """Whether the lanes of a gang lie in one row of the block: they differ in x alone."""
        return self is not Rows.ANY

    @property
    def full(self) -> bool:
        """Whether every lane of every gang is a thread."""
        return self is Rows.MULTIPLE

    @property
    def suffix(self) -> str:
        """Tells forms of one width apart, in names."""
        return {Rows.ANY: "", Rows.MULTIPLE: "x", Rows.ONE: "r"}[self]


@dataclass(frozen=True)
class GangPlan:
    """One form of a kernel."""

    width: int
    rows: Rows

    def fits(self, block: tuple[int, int, int]) -> bool:
        """Whether blocks of this shape meet what the form asks, in a grid that is not huge."""
        if self.rows is Rows.MULTIPLE:
            return block[0] % self.width == 0
        return self.rows is Rows.ANY or block[1:] == (1, 1)


def gang_plans(vectors: VectorHooks, warp_wide: bool = False) -> list[GangPlan]:
    """Forms in order of preference; the last one serves any block.

    `warp_wide`: the kernel can tell which threads share a warp, so a gang must be one.
    """
    if warp_wide:
        return [GangPlan(abi.WARP_SIZE, rows) for rows in (Rows.MULTIPLE, Rows.ONE, Rows.ANY)]
    wide, narrow = vectors.widths
    return [
        GangPlan(wide, Rows.MULTIPLE),
        GangPlan(narrow, Rows.MULTIPLE),
        GangPlan(narrow, Rows.ANY),
    ]
