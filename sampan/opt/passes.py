"""The passes that can run alone, by name: what `sampan-opt` and the tests of passes offer."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from sampan.canonicalize import dead_code, sequence
from sampan.diagnostics import UsageError
from sampan.fibre.division import guard_divisions
from sampan.ir.core import Function
from sampan.vectorize import privates


@dataclass(frozen=True)
class FunctionPass:
    """`run` changes a function in place. `level`: what the result verifies as, from docs/passes.md.

    `takes_width`: it also wants the width of a gang."""

    name: str
    run: Callable[..., object]
    level: str = "SIMT"
    takes_width: bool = False


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
        close = difflib.get_close_matches(wanted, PASSES, n=1)
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
