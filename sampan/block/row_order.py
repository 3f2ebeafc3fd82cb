"""The order of gangs where several blocks lie side by side: row by row through all of them.

    for each run of neighbouring blocks:
        for each row of threads: for each block of the run: the gangs of the row

A block of 32 x 8 threads reads and writes 128 bytes of each of eight rows of a matrix. Block by
block, memory is walked in steps that neither fill pages nor look like a stream to the processor's
prefetcher; row by row it is. That is right for code that touches each element once, which is
code without loops: a loop would find less of what it reads again in the cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.block.block_runs import least
from sampan.block.builder import ScalarBuilder
from sampan.frontend.block_shapes import BlockShape
from sampan.ir.cfg import LoopInfo
from sampan.ir.core import Block, Function, Instruction, Value
from sampan.ir.types import I32, I64
from sampan.targets.widths import Rows

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST = 1024  # threads in a row of a run: of floats, a page
_SHARED = ("sampan.shared.base", "sampan.dynamic.shared")
# Calls of code that knows nothing of blocks.
_HARMLESS = ("llvm.", "sampan.gang.", "sampan.ctaid.", "sampan.ntid.", "sampan.nctaid.")


def applies(gang: Function, rows: Rows, shape: BlockShape, axes: int) -> bool:
    """For the WARP form of a kernel without barriers, and blocks of a known shape, whose threads
    differ in so many axes."""
    if axes < 2 or not rows.full or shape[1] * shape[2] == 1:
        return False
    if shape[0] > _LONGEST // 2 or LoopInfo(gang).loops:
        return False
    return all(i.callee_name.startswith(_HARMLESS) for i in gang.instructions() if i.op == "call")


class RowOrder:
    """The loops between that over runs of blocks and the gang's code, outermost first: rows, blocks
    of the run, gangs of a row."""

    def __init__(self, b: ScalarBuilder, shape: BlockShape, width: int) -> None:
        self.b = b
        self.shape = shape
        self.width = width
        self.step = max(width, shape[0])  # threads of a row, or of the rows that share a gang
        self.run: Value = b.i32(1)  # blocks of the run

    def enter(
        self, place: Value, left: Value, grid_x: Value, tell: Callable[[Value], None]
    ) -> Value:
        """In the block loop's head: `place` is the run's first block's blockIdx.x, and `left` how
        many blocks there are. Goes on in the body's head; returns the block's blockIdx.x."""
        b = self.b
        before = b.block
        most = b.binary("sub", grid_x, place)
        most = least(b, most, b.i32(_LONGEST // self.shape[0]))
        self.run = b.cast("trunc", least(b, b.cast("zext", most, I64), left), I32)
        add = b.function.add_block
        self.row, self.block = add("row", after=before), add("block.of.run", after=before)
        b.jump(self.row)
        b.block = self.row
        self.first = self._counter("row.first", before)
        self.y, self.z = self._counter("row.y", before), self._counter("row.z", before)
        b.jump(self.block)
        b.block = self.block
        self.number = self._counter("block.of.run", self.row)
        ctaid = b.binary("add", place, self.number)
        tell(ctaid)
        return ctaid

    def _counter(self, name: str, before: Block) -> Instruction:
        phi = self.b.phi(I32, name)
        phi.add_incoming(self.b.i32(0), before)
        return phi

    def thread(self, linear: Value) -> tuple[Value, Value, Value]:
        """threadIdx of a gang's first thread, where gangs are parts of rows."""
        return self.b.binary("sub", linear, self.first), self.y, self.z

    def end_of_row(self) -> Value:
        """The number of the thread behind the row's last."""
        return self.b.binary("add", self.first, self.b.i32(self.step))

    def leave(self, threads: Value, done: Block) -> Block:
        """Closes the loops; returns where a row of a block ends."""
        b = self.b
        end, row_end = b.function.add_block("block.of.run.next"), b.function.add_block("row.next")
        b.block, b.before = end, None
        following = b.binary("add", self.number, b.i32(1))
        self.number.add_incoming(following, end)
        b.branch(b.icmp("ult", following, self.run), self.block, row_end)
        b.block = row_end
        first = self.end_of_row()
        y = b.binary("add", self.y, b.i32(1))
        wraps = b.icmp("uge", y, b.i32(self.shape[1]))
        self.first.add_incoming(first, row_end)
        self.y.add_incoming(b.select(wraps, b.i32(0), y), row_end)
        self.z.add_incoming(b.binary("add", self.z, b.cast("zext", wraps, I32)), row_end)
        b.branch(b.icmp("ult", first, threads), self.row, done)
        return end

