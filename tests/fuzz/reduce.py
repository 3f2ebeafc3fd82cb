"""Makes a failing kernel smaller by deleting statements while it keeps failing."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.source import Body, Kernel, Statement, all_bodies

Test = Callable[[Kernel], bool]


def reduce_kernel(kernel: Kernel, fails: Test, attempts: int = 200) -> Kernel:
    """Deletes runs of statements, halves first, then single ones, until nothing more goes.

    The kernel is changed in place. A deletion that does not compile counts as not failing, so
    declarations stay while they are used.
    """
    left = attempts
    changed = True
    while changed and left > 0:
        changed = False
        for top in (kernel.body, kernel.globals):
            # Bodies are listed anew after each pass: deleted statements take theirs with them.
            for body in list(all_bodies(top)):
                removed, left = _thin(kernel, body, fails, left)
                changed |= removed
    return kernel


def _thin(kernel: Kernel, body: Body, fails: Test, left: int) -> tuple[bool, int]:
    removed = False
    size = max(len(body) // 2, 1)
    while size >= 1:
        start = len(body)
        while start > 0 and left > 0:
            start = max(start - size, 0)
            saved = list(body)
            chosen = [s for s in body[start : start + size] if _may_go(kernel, s)]
            if not chosen:
                continue
            body[:] = [s for s in body if not any(s is c for c in chosen)]
            left -= 1
            if fails(kernel):
                removed = True
            else:
                body[:] = saved
        if size == 1:
            break
        size //= 2
    return removed, left


def _may_go(kernel: Kernel, statement: Statement) -> bool:
    # Global definitions are not deletable in themselves, but unused ones go.
    if statement.deletable:
        return True
    return any(statement is top for top in kernel.globals)
