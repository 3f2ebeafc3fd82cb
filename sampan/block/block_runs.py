"""Runs of neighbouring blocks whose gangs go round together (vectorize/grid_rounds.py).

A stop at the end of a round is for the order of work alone. So it need not be the gangs of one
block that catch up: those of the next blocks come first, and what all of them read in a round is
one piece of memory.
"""

from __future__ import annotations

import math

from sampan.block.builder import ScalarBuilder
from sampan.frontend.block_shapes import BlockShape
from sampan.ir.core import Block, Function, Instruction, Value
from sampan.ir.types import I32, I64, PTR
from sampan.simt.rounds import SOFT

_SHARED = ("sampan.shared.base", "sampan.dynamic.shared")  # there is one for a block at a time
_THREADS = 4096  # of a run: of floats, four pages


def blocks_together(gang: Function, barriers: list[Instruction], shape: BlockShape) -> int:
    """How many blocks at most may go round together in the WARP form of a kernel."""
    if not barriers or not all(SOFT in barrier.attrs for barrier in barriers):
        return 1
    if any(i.callee_name.startswith(_SHARED) for i in gang.instructions()):
        return 1
    return max(1, _THREADS // math.prod(shape))


class BlockRun:
    """The loop over the blocks of a run, around that over a block's gangs."""

    def __init__(self, b: ScalarBuilder, most: int) -> None:
        self.b = b
        self.most = most
        self.length: Value = b.i32(1)

    def measure(self, place: Value, left: Value, grid_x: Value) -> None:
        """In the block loop's head: `place` is the run's first block's blockIdx.x, and `left` how
        many blocks there are."""
        b = self.b
        most = least(b, b.binary("sub", grid_x, place), b.i32(self.most))
        self.length = b.cast("trunc", least(b, b.cast("zext", most, I64), left), I32)

    def enter(self, place: Value, memory: Value) -> Value:
        """Behind the start of a phase, where `memory` is the first gang's. Goes on in the head of
        the loop; returns the block's blockIdx.x, and notes the memory of its first gang."""
        b = self.b
        before = b.block
        self.head = b.function.add_block("block.of.run", after=before)
        b.jump(self.head)
        b.block = self.head
        self.number, self.memory = b.phi(I32, "block.of.run"), b.phi(PTR, "block.memory")
        self.number.add_incoming(b.i32(0), before)
        self.memory.add_incoming(memory, before)
        return b.binary("add", place, self.number)

    def leave(self, end: Block, done: Block) -> Block:
        """Closes the loop; returns where a block's gangs end. `end` is where each gang does."""
        b = self.b
        block = b.function.add_block("block.of.run.next", after=end)
        b.block, b.before = block, None
        following = b.binary("add", self.number, b.i32(1))
        self.number.add_incoming(following, block)
        b.branch(b.icmp("ult", following, self.length), self.head, done)
        self.next = block
        return block


def least(b: ScalarBuilder, x: Value, y: Value) -> Value:
    return b.select(b.icmp("ult", x, y), x, y)
