"""Blocks that meet: those of the whole grid, or of a cluster.

At such a meeting a gang is parked: it counts as arrived at its block's barriers, and is not resumed
in this round over the blocks. When each block's gangs are parked or have returned, the worker meets
the others (of the grid: a cluster is one worker's), and a new round begins where the gangs were
parked. All blocks of the run have memory of their own:

    repeat: the blocks, one after the other; meet the other workers; until no gang is parked
"""

from __future__ import annotations

from sampan import abi
from sampan.block.gang_frame import GangFrame
from sampan.ir.constants import const_int
from sampan.ir.core import Block, Instruction, Value
from sampan.ir.types import I8, I32, I64, PTR, VOID

GRID_MEET = "sampan_grid_meet"


class GroupRounds(GangFrame):
    """The loop over the blocks of a run that may meet, in rounds."""

    def _group_loop(self, head: Block) -> None:
        """Rounds over the blocks, which are counted cluster by cluster as in runtime/fibres.cpp;
        each has shared memory and scratch behind the last one's."""
        b = self.b
        self.parked = Instruction("alloca", PTR, [], "parked", allocated_type=I32, align=4)
        self.entry.insert(0, self.parked)
        shared, scratch = self.values["sampan.shared.base"], self.scratch
        end = b.binary("add", self.first, self.count)
        self.round = self.function.add_block("round", after=self.entry)
        b.jump(self.round)
        b.block = self.round
        self.resumed = b.phi(I32, "resumed")
        self.resumed.add_incoming(b.i32(0), self.entry)
        b.store(b.i32(0), self.parked)
        b.jump(head)
        b.block = head
        self.index = b.phi(I64, "block.index")
        self.block_shared, self.block_scratch = b.phi(PTR, "shared"), b.phi(PTR, "scratch")
        for phi, start in (
            (self.index, self.first), (self.block_shared, shared), (self.block_scratch, scratch)
        ):  # fmt: skip
            phi.add_incoming(start, self.round)
        self.index_end = end
        self.values["sampan.shared.base"], self.scratch = self.block_shared, self.block_scratch
        self._tell(self.block_shared, abi.THREAD_SHARED)
        for i, (axis, value) in enumerate(zip("xyz", self._place_of_block(), strict=True)):
            self.values[f"sampan.ctaid.{axis}"] = value
            self._tell(value, abi.THREAD_CTAID + 4 * i)

    def _place_of_block(self) -> list[Value]:
        """blockIdx of the block at hand."""
        b = self.b
        extent = [b.cast("zext", self.values[f"sampan.cluster.{a}"], I64) for a in "xyz"]
        size = b.binary("mul", b.binary("mul", extent[0], extent[1]), extent[2])
        number, rank = b.binary("udiv", self.index, size), b.binary("urem", self.index, size)
        found = []
        for axis, blocks in zip("xyz", extent, strict=True):
            grid = b.cast("zext", self.values[f"sampan.nctaid.{axis}"], I64)
            clusters = b.binary("udiv", grid, blocks)
            first = b.binary("mul", b.binary("urem", number, clusters), blocks)
            place = b.binary("add", first, b.binary("urem", rank, blocks))
            found.append(b.cast("trunc", place, I32))
            number, rank = b.binary("udiv", number, clusters), b.binary("udiv", rank, blocks)
        return found

    def _close_group_loop(self, head: Block, end: Block, finish: Block) -> None:
        b = self.b
        width = b.i32(self.width)
        gangs = b.binary("udiv", b.binary("add", self.threads, b.i32(self.width - 1)), width)
        # The size of a gang's slots is known only when all are placed: see _keep_values.
        self.scratch_step = b.emit("mul", I64, [b.cast("zext", gangs, I64), const_int(I64, 0)])
        stride = b.cast("zext", self.shared_stride, I64)
        for phi, bytes in ((self.block_shared, stride), (self.block_scratch, self.scratch_step)):
            phi.add_incoming(b.emit("getelementptr", PTR, [phi, bytes], source_type=I8), end)
        following = b.binary("add", self.index, const_int(I64, 1))
        self.index.add_incoming(following, end)
        b.branch(b.icmp("ult", following, self.index_end), head, finish)

    def _round_end(self, finish: Block) -> Block:
        if not self.group:
            return finish
        b = self.b
        end = self.function.add_block("round.end")
        meet = self.function.add_block("round.meet")
        b.block, b.before = end, None
        b.branch(b.icmp("ne", b.load(I32, self.parked), b.i32(0)), meet, finish)
        b.block = meet
        if self.meets_grid:  # a cluster has no blocks elsewhere
            signature = abi.RUNTIME_FUNCTIONS[GRID_MEET]
            callee = self.module.get_or_declare(GRID_MEET, signature, "nounwind")
            b.emit("call", VOID, [self.self_pointer, self.count, callee], function_type=signature)
        b.jump(self.round)
        self.resumed.add_incoming(b.i32(1), meet)
        return end
