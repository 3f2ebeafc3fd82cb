"""How much of what a loop keeps does not fit into the vector registers.

A gang of two registers a value hides latency, but a kernel with sixteen sums a thread fills them
all and spills in its hottest loop: a gang of half the width is faster then (docs/passes.md). Where
a thread keeps more than any gang has registers for, half the width fits better into the cache.
"""

from __future__ import annotations

from sampan.ir.cfg import LoopInfo
from sampan.ir.core import Argument, Function, Instruction, Value
from sampan.ir.types import I1, VectorType, size_of


def spilled_bytes(gang: Function, register_bytes: int) -> int:
    """Of the loop that keeps most: the bytes of vectors that its rounds hand on, or read
    from before it, less those of all registers. What lives within a round is not counted, for
    LLVM orders that as registers allow."""
    most = 0
    for loop in LoopInfo(gang).loops:
        kept: set[Value] = set(loop.header.phis)
        for block in loop.blocks:
            for inst in block.instructions:
                kept.update(v for v in inst.operands if _is_outside(v, loop.blocks))
        most = max(most, sum(_bytes(value) for value in kept) - register_bytes)
    return most


def _is_outside(value: Value, blocks: set) -> bool:
    if isinstance(value, Instruction):
        return value.block not in blocks
    return isinstance(value, Argument)


def _bytes(value: Value) -> int:
    """Masks have registers of their own where it matters."""
    t = value.type
    return size_of(t) if isinstance(t, VectorType) and t.element != I1 else 0
