"""WARP becomes BLOCK: the gang form of a kernel becomes a `SampanBlockEntry`.

    for each block of the run:
        without barriers: for each gang of the block: the gang's code (see also row_order)
        with barriers:    phase by phase (phases.py)

Blocks that meet others, of the grid or of a cluster, are run in rounds (group_rounds.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from sampan import abi
from sampan.block import row_order, streaming
from sampan.block.gang_frame import advance
from sampan.block.phases import Phases
from sampan.block.row_order import RowOrder
from sampan.frontend.block_shapes import BlockShape
from sampan.ir.cfg import remove_unreachable_blocks
from sampan.ir.constants import const_int
from sampan.ir.core import Block, Function, Instruction
from sampan.ir.types import I32, I64, VOID, function_type
from sampan.targets.widths import Rows


def run(
    gang: Function,
    kernel: Function,
    name: str,
    width: int,
    rows: Rows,
    block_shape: BlockShape | None,
    axes: int,
    by_columns: bool,
    streaming_fence: str,
) -> Launched:
    """Consumes `gang` (the WARP form of `kernel`).

    `block_shape`: the extents of all blocks that it will run, if they are known; the threads
    differ in so many `axes`, and one of those that differ in none runs (simt/thread_axes.py);
    `by_columns`: blocks side by side are so in the data (simt/index_facts.py);
    `streaming_fence`: VectorHooks.
    """
    streams = streaming_fence != "" and streaming.run(gang)
    launcher = _Launcher(gang, kernel, name, width, rows, block_shape, axes)
    launcher.last_fence = streaming_fence if streams else ""
    if by_columns and block_shape:
        launcher.order_rows(block_shape)
    entry, scratch = launcher.run()
    return Launched(entry, scratch, launcher.group, launcher.row_order is not None)


@dataclass(frozen=True)
class Launched:
    """The BLOCK form of a kernel."""

    entry: Function
    scratch: int  # bytes for each gang
    group: bool  # whether it is that of a block group (SAMPAN_BLOCK_GROUP)
    by_rows: bool  # see row_order


class _Launcher(Phases):
    def order_rows(self, shape: BlockShape) -> None:
        """Before `run`: chooses the order of row_order, if it fits."""
        apart = not self.barriers and not self.group
        if apart and row_order.applies(self.gang, self.rows, shape, self.axes):
            self.row_order = RowOrder(self.b, shape, self.width)

    def run(self) -> tuple[Function, int]:
        self.entry = self.function.add_block("entry")
        block_head = self.function.add_block("block")
        gang_head = self.function.add_block("gang")
        self._launch_values()
        self._block_loop(block_head)
        body = self._adopt_body()
        gang_next = self.function.add_block("gang.next")
        block_next = self.function.add_block("block.next")
        finish = self.function.add_block("finish")
        self.b.block, self.b.before = finish, None
        if self.last_fence:
            signature = function_type(VOID, ())
            fence = self.module.get_or_declare(self.last_fence, signature)
            self.b.emit("call", VOID, [fence], function_type=signature)
        self.b.emit("ret", VOID, [])
        if self.barriers:
            self._with_barriers(block_head, gang_head, body, gang_next, block_next)
        else:
            self._without_barriers(block_head, gang_head, body, gang_next, block_next)
        self._close_block_loop(block_head, block_next, self._round_end(finish))
        self._replace_intrinsics()
        if self.barriers:
            self._keep_values(body)
        remove_unreachable_blocks(self.function)
        scratch = -(-self.slots.size // 64) * 64 if self.barriers else 0
        return self.function, scratch * (self.block_run.most if self.block_run else 1)

    def _block_loop(self, head: Block) -> None:
        """Block index phis; starts from the linear index of the first block."""
        b = self.b
        if self.group:
            self._group_loop(head)
            return
        grid_x = b.cast("zext", self.values["sampan.nctaid.x"], I64)
        grid_y = b.cast("zext", self.values["sampan.nctaid.y"], I64)
        row = b.binary("udiv", self.first, grid_x)
        start = [
            b.binary("urem", self.first, grid_x),
            b.binary("urem", row, grid_y),
            b.binary("udiv", row, grid_y),
        ]
        starts = [b.cast("trunc", s, I32) for s in start]
        b.jump(head)
        b.block = head
        self.block_left = b.phi(I64, "blocks.left")
        self.block_left.add_incoming(self.count, self.entry)
        self.ctaid = []
        for axis, value in zip("xyz", starts, strict=True):
            phi = b.phi(I32, f"ctaid.{axis}")
            phi.add_incoming(value, self.entry)
            self.ctaid.append(phi)
            self.values[f"sampan.ctaid.{axis}"] = phi
        for i, phi in enumerate(self.ctaid):
            if i or not (self.row_order or self.block_run):
                self._tell(phi, abi.THREAD_CTAID + 4 * i)

    def _close_block_loop(self, head: Block, end: Block, finish: Block) -> None:
        b = self.b
        b.block = end
        if self.group:
            self._close_group_loop(head, end, finish)
            return
        step = b.i32(1)
        if self.row_order:
            step = self.row_order.run
        elif self.block_run:
            step = self.block_run.length
        left = b.binary("sub", self.block_left, b.cast("zext", step, I64))
        extent = [self.values[f"sampan.nctaid.{axis}"] for axis in "xy"]
        following = advance(b, self.ctaid, extent, step)
        self.block_left.add_incoming(left, end)
        for phi, value in zip(self.ctaid, following, strict=True):
            phi.add_incoming(value, end)
        b.branch(b.icmp("ne", left, const_int(I64, 0)), head, finish)

    def _adopt_body(self) -> list[Block]:
        """Moves the gang's blocks here; parameters become the loaded ones."""
        body = self.gang.blocks
        self.gang.blocks = []
        for old, new in zip(self.gang.args, self.parameters, strict=True):
            old.replace_all_uses_with(new) if old.users else None
        for block in body:
            block.function = self.function
            self.function.blocks.append(block)
        self._ask_caches(body[0])
        return body

    def _without_barriers(
        self, block_head: Block, head: Block, body: list[Block], end: Block, done: Block
    ) -> None:
        b = self.b
        b.block = block_head
        order = self.row_order
        if order:
            grid_x, x = self.values["sampan.nctaid.x"], self.ctaid[0]
            self.values["sampan.ctaid.x"] = order.enter(
                x, self.block_left, grid_x, lambda place: self._tell(place, abi.THREAD_CTAID)
            )
        before = b.block
        b.jump(head)
        self._gang_loop(before, head)
        self._gang_state()
        b.jump(body[0])
        for block in body:
            if block.terminator.op == "ret":
                block.terminator.erase()
                b.block = block
                b.jump(end)
        self._hoist_allocas(body)
        self._close_gang_loop(head, end, order.leave(self.threads, done) if order else done)

    def _hoist_allocas(self, body: list[Block]) -> None:
        for block in body:
            for inst in [i for i in block.instructions if i.op == "alloca"]:
                inst.detach()
                self.entry.insert(0, inst)

    def _replace_intrinsics(self) -> None:
        for block in self.function.blocks:
            for inst in list(block.instructions):
                name = inst.callee_name
                if not name.startswith("sampan."):
                    continue
                if name == "sampan.gang.set.thread":
                    self._set_thread(inst)
                else:
                    value = self.values[name]
                    inst.replace_all_uses_with(value) if inst.users else None
                inst.erase()

    def _set_thread(self, inst: Instruction) -> None:
        """Tells the runtime which thread is about to report a fault."""
        b = self.b
        linear = inst.operands[0]
        assert inst.block is not None
        b.block, b.before = inst.block, inst
        nx, ny = self.values["sampan.ntid.x"], self.values["sampan.ntid.y"]
        row = b.binary("udiv", linear, nx)
        parts = [b.binary("urem", linear, nx), b.binary("urem", row, ny), b.binary("udiv", row, ny)]
        for i, value in enumerate(parts):
            b.store(value, self.self_pointer, abi.THREAD_TID + 4 * i)
        b.store(linear, self.self_pointer, abi.THREAD_LINEAR_TID)
        b.before = None
