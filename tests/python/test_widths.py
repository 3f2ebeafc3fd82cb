"""A known block shape: which of a kernel's forms is compiled."""

from __future__ import annotations

import pytest

from sampan.targets.base import VectorHooks
from sampan.targets.registry import vector_hooks
from sampan.targets.widths import GangPlan, Rows, gang_plans, plans_for_shape

AVX512 = vector_hooks("x86_64-linux", "+avx512f,+avx2,-xop")
AVX2 = vector_hooks("x86_64-linux", "+avx2,-avx512f")


@pytest.mark.parametrize(
    ("vectors", "warp_wide", "block", "plan"),
    [
        (AVX512, False, (256, 1, 1), GangPlan(32, Rows.MULTIPLE)),
        (AVX512, False, (16, 16, 1), GangPlan(16, Rows.MULTIPLE)),
        (AVX512, False, (8, 8, 1), GangPlan(16, Rows.ANY)),
        (AVX2, False, (8, 32, 1), GangPlan(8, Rows.MULTIPLE)),
        (AVX2, False, (100, 1, 1), GangPlan(8, Rows.ANY)),
        (AVX2, True, (64, 2, 1), GangPlan(32, Rows.MULTIPLE)),
        (AVX2, True, (33, 1, 1), GangPlan(32, Rows.ONE)),
        (AVX2, True, (8, 4, 1), GangPlan(32, Rows.ANY)),
    ],
)
def test_the_first_form_that_fits(
    vectors: VectorHooks, warp_wide: bool, block: tuple[int, int, int], plan: GangPlan
) -> None:
    plans = gang_plans(vectors, warp_wide)
    assert next(one for one in plans if one.fits(block)) == plan


@pytest.mark.parametrize(
    ("vectors", "warp_wide", "block", "axes", "plans"),
    [
        (AVX512, False, (256, 1, 1), 3, ["32x"]),
        (AVX512, False, (64, 16, 1), 3, ["32x"]),
        (AVX512, False, (16, 16, 1), 3, ["32p", "16x"]),
        (AVX512, False, (16, 16, 1), 1, ["16x"]),  # its rows do the same: there is one
        (AVX512, False, (16, 3, 1), 3, ["16x"]),  # half a gang would be left
        (AVX512, False, (8, 8, 1), 3, ["32p", "16"]),
        (AVX512, False, (8, 2, 3), 3, ["16"]),
        (AVX512, False, (8, 2, 4), 3, ["32p", "16"]),
        (AVX512, False, (8, 2, 4), 2, ["16"]),
        (AVX512, False, (12, 8, 1), 3, ["16"]),
        (AVX2, False, (8, 32, 1), 3, ["16p", "8x"]),
        (AVX2, False, (4, 4, 4), 3, ["16p", "8"]),
        (AVX2, True, (8, 4, 1), 3, ["32p", "32"]),
    ],
)
def test_forms_for_blocks_of_one_shape(
    vectors: VectorHooks,
    warp_wide: bool,
    block: tuple[int, int, int],
    axes: int,
    plans: list[str],
) -> None:
    found = plans_for_shape(vectors, warp_wide, block, axes)
    assert [f"{plan.width}{plan.rows.suffix}" for plan in found] == plans
