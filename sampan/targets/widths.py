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


class Rows(enum.Enum):
    """What a form asks of the launch.

    All but ANY also ask that blockIdx * blockDim + threadIdx is an int on every axis.
    """

    ANY = enum.auto()
    MULTIPLE = enum.auto()  # blockDim.x is a multiple of the width: every gang is full
    ONE = enum.auto()  # blockDim.y and blockDim.z are 1: the last gang may have idle lanes
    PATCH = enum.auto()  # of a block whose shape is known: a gang has several whole rows

    @property
    def inside(self) -> bool:
        """Whether the lanes of a gang lie in one row of the block: they differ in x alone."""
        return self in (Rows.MULTIPLE, Rows.ONE)

    @property
    def full(self) -> bool:
        """Whether every lane of every gang is a thread."""
        return self in (Rows.MULTIPLE, Rows.PATCH)

    @property
    def condition(self) -> int:
        """SampanVariant.condition"""
        return {Rows.MULTIPLE: abi.X_MULTIPLE, Rows.ONE: abi.ONE_ROW}.get(self, abi.ANY_BLOCK)

    @property
    def suffix(self) -> str:
        """Tells forms of one width apart, in names."""
        return {Rows.ANY: "", Rows.MULTIPLE: "x", Rows.ONE: "r", Rows.PATCH: "p"}[self]


BlockShape = tuple[int, int, int]  # threads in x, y, z
# Of a patch: its lanes' accesses take several instructions, one for each row.
SHORTEST_ROW = 4


@dataclass(frozen=True)
class GangPlan:
    """One form of a kernel."""

    width: int
    rows: Rows

    def fits(self, block: BlockShape) -> bool:
        """Whether blocks of this shape meet what the form asks, in a grid that is not huge."""
        if self.rows is Rows.MULTIPLE:
            return block[0] % self.width == 0
        if self.rows is Rows.PATCH:
            x, y, z = block
            if x & (x - 1) or not SHORTEST_ROW <= x < self.width:
                return False
            rows = self.width // x  # of one plane, or of several whole ones
            return y % rows == 0 or (rows % y == 0 and z % (rows // y) == 0)
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


def plans_for_shape(
    vectors: VectorHooks, warp_wide: bool, block: BlockShape, axes: int, narrow: bool = False
) -> list[GangPlan]:
    """Forms for blocks of one shape: one, or two of which the better one is to be found by trying.

    `axes`: in how many the threads differ (simt/thread_axes.py); only those are run.
    `narrow`: of gangs for kernels that keep more than registers hold.
    """
    running = (block[0], *(n if axis < axes else 1 for axis, n in enumerate(block[1:], 1)))
    general = gang_plans(vectors, warp_wide)
    width = general[-1 if narrow else 0].width
    patch = GangPlan(width, Rows.PATCH)
    row = next(plan for plan in general if plan.width <= width and plan.fits(block))
    return [patch, row] if patch.fits((running[0], running[1], running[2])) else [row]


def plans_to_try(
    vectors: VectorHooks, warp_wide: bool, block: BlockShape, axes: int
) -> list[GangPlan]:
    """All forms that serve blocks of one shape, the preferred ones first; for `sampan tune`.

    Beside the usual widths half of the narrow one, which is a register's worth for kernels that use
    many, where a register has so few lanes. `axes` as for `plans_for_shape`.
    """
    usual = plans_for_shape(vectors, warp_wide, block, axes)
    if warp_wide:
        return usual
    wide, narrow = vectors.widths
    widths = [wide, narrow, *([narrow // 2] if narrow >= 8 else [])]
    asking_less = (Rows.MULTIPLE, Rows.ONE, Rows.ANY)
    fitting = [
        next(plan for rows in asking_less if (plan := GangPlan(width, rows)).fits(block))
        for width in widths
    ]
    running = (block[0], *(n if axis < axes else 1 for axis, n in enumerate(block[1:], 1)))
    patch = GangPlan(narrow, Rows.PATCH)
    if patch.fits((running[0], running[1], running[2])):
        fitting.append(patch)
    return list(dict.fromkeys([*usual, *fitting]))
