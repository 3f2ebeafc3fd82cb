"""Which gang widths to compile a kernel for on a CPU.

Two numbers matter: how many 32-bit lanes fill a vector register, and how many registers in flight
hide latency. Two registers a value is the measured optimum for most kernels (docs/passes.md); a
block whose rows are narrower takes one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GangPlan:
    """One form of a kernel: `x_multiple` forms need blockDim.x to be a multiple of the width."""

    width: int
    x_multiple: bool


def native_lanes(features: str) -> int:
    """32-bit lanes of the widest vector register. `features` in LLVM's form: "+avx2,-avx512f"."""
    on = {f[1:] for f in features.split(",") if f.startswith("+")}
    if "avx512f" in on:
        return 16
    if "avx2" in on or "avx" in on:
        return 8
    return 4


def gang_plans(features: str) -> list[GangPlan]:
    """Forms in order of preference; the last one serves any block."""
    lanes = max(native_lanes(features), 8)
    return [GangPlan(2 * lanes, True), GangPlan(lanes, True), GangPlan(lanes, False)]
