"""The passes that bring a SIMT-level function into CANONICAL form, in order."""

from __future__ import annotations

from collections.abc import Callable

from sampan.canonicalize import (
    fix_irreducible,
    loops,
    lower_switch,
    memory_intrinsics,
    narrow_accesses,
    promote,
    scalarize,
    single_exit,
)
from sampan.ir.cfg import remove_unreachable_blocks
from sampan.ir.core import Function

PASSES: tuple[tuple[str, Callable[[Function], object]], ...] = (
    ("remove-unreachable", remove_unreachable_blocks),
    ("promote", promote.run),
    ("memory-intrinsics", memory_intrinsics.run),
    ("scalarize", scalarize.run),
    ("promote-again", promote.run),
    ("narrow-accesses", narrow_accesses.run),
    ("lower-switch", lower_switch.run),
    ("single-exit", single_exit.run),
    ("remove-unreachable-again", remove_unreachable_blocks),
    ("fix-irreducible", fix_irreducible.run),
    ("loops", loops.run),
)


def run(function: Function) -> None:
    for _, action in PASSES:
        action(function)
