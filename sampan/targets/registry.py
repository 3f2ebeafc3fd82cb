"""All targets by name, and what the user means by `--target` and `-mcpu`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from sampan.diagnostics import UsageError
from sampan.targets import aarch64, loongarch, riscv, x86
from sampan.targets.base import Machine, Target, VectorHooks

TARGETS: dict[str, Target] = {
    module.TARGET.name: module.TARGET for module in (x86, aarch64, riscv, loongarch)
}


def find_machine(target: str, level: str = "") -> Machine:
    """The target of that name at that level, or at its default. Raises UsageError."""
    found = TARGETS.get(target)
    if found is None:
        raise UsageError(
            f"there is no target '{target}'", hint=_hint(target, TARGETS, "--target is one of")
        )
    levels = {one.name: one for one in found.levels}
    if not level:
        return Machine(found, found.levels[0])
    if level not in levels:
        raise UsageError(
            f"the target {target} has no level '{level}'",
            hint=_hint(level, levels, "-mcpu is one of"),
        )
    return Machine(found, levels[level])


def vector_hooks(triple: str, features: str, bits: int = 0) -> VectorHooks:
    """What the vectoriser may count on. `features` in LLVM's form: "+avx2,-avx512f"; `bits` as
    Level.vector_bits."""
    on = frozenset(f[1:] for f in features.split(",") if f.startswith("+"))
    kind = triple.partition("-")[0]
    found = TARGETS.get(kind)
    return found.vectors(on, bits) if found else VectorHooks()


def here() -> str:
    """The name of the target that this machine is. Raises UsageError where it is none."""
    for target in TARGETS.values():
        if target.is_here:
            return target.name
    raise UsageError("this machine is no target of Sampan's: name one with --target")


def _hint(word: str, known: Iterable[str], phrase: str) -> str:
    known = list(known)
    close = difflib.get_close_matches(word, known, n=1)
    meant = f"did you mean {close[0]}? " if close else ""
    return f"{meant}{phrase} {', '.join(known)} (`sampan targets` says more)"
