"""The passes that can run alone, by name: what `sampan-opt` and the tests of passes offer."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sampan import codegen
from sampan.canonicalize import dead_code, sequence
from sampan.diagnostics import UsageError
from sampan.fibre.division import guard_divisions
from sampan.fibre.lower import lower_lanes
from sampan.frontend.nvvm import DeviceModule, Kernel
from sampan.frontend.reach import Reach
from sampan.ir.core import Function
from sampan.targets.widths import GangPlan, Rows, gang_plans
from sampan.vectorize import privates
from sampan.vectorize.module import ModuleVectorizer


@dataclass(frozen=True)
class FunctionPass:
    """`run` changes a function in place. `level`: what the result verifies as, from docs/passes.md.

    `takes_width`: it also wants the width of a gang."""

    name: str
    run: Callable[..., object]
    level: str = "SIMT"
    takes_width: bool = False


@dataclass(frozen=True)
class KernelPass:
    """Makes another form of the kernels; `run` takes the device module and the kernels meant."""

    name: str
    run: Callable[[DeviceModule, Sequence[Kernel], int], None]


def _vectorize(device: DeviceModule, kernels: Sequence[Kernel], width: int) -> None:
    """Each kernel as a block entry: of `width`, for any block, or of all widths of this CPU."""
    vectors = codegen.host_target().vectors
    vectorizer = ModuleVectorizer(device, vectors)
    for kernel in kernels:
        plans = gang_plans(vectors, vectorizer.is_warp_wide(kernel))
        for plan in [GangPlan(width, Rows.ANY)] if width else plans:
            vectorizer.vectorize(kernel, plan.width, plan.rows)
            if not width and plan.rows is Rows.ANY:
                break


def _lanes(device: DeviceModule, kernels: Sequence[Kernel], width: int) -> None:
    """The lane form of each kernel and of what it calls."""
    reached = Reach(device.module).closure([kernel.function for kernel in kernels])
    lower_lanes(device.module, [f for f in reached if f.blocks], device.kernels)


KERNEL_PASSES = {
    one.name: one for one in (KernelPass("vectorize", _vectorize), KernelPass("lanes", _lanes))
}


def _table() -> dict[str, FunctionPass]:
    passes = [FunctionPass("canonicalize", sequence.run, "CANONICAL")]
    single = {name.removesuffix("-again"): run for name, run in sequence.PASSES}
    passes += [FunctionPass(f"canonicalize.{name}", run) for name, run in single.items()]
    passes += [
        FunctionPass("canonicalize.dead-code", dead_code.run),
        FunctionPass("vectorize.privates", privates.run, takes_width=True),
        FunctionPass("fibre.guard-divisions", guard_divisions),
    ]
    return {one.name: one for one in passes}


PASSES = _table()


def find_pass(name: str) -> FunctionPass:
    """The pass of that name; `_` counts as `-`, and the part before the dot may be left out where
    the rest says it all. Raises UsageError."""
    wanted = name.replace("_", "-")
    found = PASSES.get(wanted)
    if found is None:
        ends = [one for key, one in PASSES.items() if key.endswith(f".{wanted}")]
        found = ends[0] if len(ends) == 1 else None
    if found is None:
        close = difflib.get_close_matches(wanted, [*PASSES, *KERNEL_PASSES], n=1)
        hint = f"did you mean {close[0]}?" if close else "`sampan-opt --list` names them"
        raise UsageError(f"there is no pass '{name}'", hint=hint)
    return found


def run_pass(one: FunctionPass, function: Function, width: int) -> None:
    """Runs the pass; `width` matters only to those that take one. Raises Refused."""
    if not one.takes_width:
        one.run(function)
    elif width > 1:
        one.run(function, width)
    else:
        raise UsageError(f"the pass {one.name} wants --width")
