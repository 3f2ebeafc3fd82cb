"""Canonicalisation keeps what functions of random control flow do, and reaches its level."""

from __future__ import annotations

import pytest

from sampan.canonicalize import sequence
from sampan.ir.reader import read_module
from sampan.ir.verify import verify
from tests.passes.random_flow import Trace, random_function, trace

ARGUMENTS = [(1, 2), (12345, 678), (0xFFFFFFFF, 99), (3, 0)]
SEEDS_PER_TEST = 40


@pytest.mark.parametrize("batch", range(10))
def test_canonical_form(batch: int) -> None:
    for seed in range(batch * SEEDS_PER_TEST, (batch + 1) * SEEDS_PER_TEST):
        function = read_module(random_function(seed)).functions["f"]
        before = [trace(function, a) for a in ARGUMENTS]
        for name, action in sequence.PASSES:
            action(function)
            verify(function, "SIMT")
            for arguments, expected in zip(ARGUMENTS, before, strict=True):
                found = trace(function, arguments)
                assert _refines(found, expected), f"seed {seed}, f{arguments}, after {name}"
        verify(function, "CANONICAL")


def _refines(found: Trace, expected: Trace) -> bool:
    """Equal, but what was undefined may have become anything."""
    return len(found) == len(expected) and all(
        new == old or "undefined" in old for new, old in zip(found, expected, strict=True)
    )
