"""WARP becomes BLOCK: the gang form of a kernel becomes a `SampanBlockEntry`.

    for each block of the run:
        without barriers: for each gang of the block: the gang's code (see also row_order)
        with barriers:    repeat until every gang has returned:
                              for each gang that has not: go on where it stopped,
                              up to its next barrier or its return

A gang that reaches a barrier notes where to resume and what it needs there (`spill`), so the one
copy of the code serves any control flow around barriers, uniform or not: a barrier is complete when
every gang that has not returned has stopped at one, which is what the hardware's counter does. A
gang that comes to a barrier with no active lane does not stop.

At a meeting of the whole grid or of a cluster a gang is parked: it counts as arrived at its block's
barriers, and is not resumed in this round over the blocks. When each block's gangs are parked or
have returned, the worker meets the others (of the grid: a cluster is one worker's), and a new round
begins where the gangs were parked. All blocks of the run then have memory of their own:

    repeat: the above; meet the other workers; until no gang is parked
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sampan import abi
from sampan.block import row_order, streaming
from sampan.block.block_runs import BlockRun, blocks_together
from sampan.block.builder import ScalarBuilder
from sampan.block.row_order import RowOrder
from sampan.block.spill import Slots, keep_across
from sampan.frontend.block_shapes import BlockShape
from sampan.frontend.kernel_params import kernel_parameters
from sampan.frontend.weak_order import OWN
from sampan.ir.cfg import remove_unreachable_blocks
from sampan.ir.constants import const_int
from sampan.ir.core import Block, Function, Instruction, Module, Value
from sampan.ir.edit import split_after
from sampan.ir.types import I8, I32, I64, PTR, VOID, function_type, size_of
from sampan.remarks import note
from sampan.simt.rounds import SOFT
from sampan.targets.widths import Rows

_PC_OFFSET = 0  # in a gang's scratch: where it resumes; -1 after it has returned
_RETURNED = -1
_FIRST_SLOT = 4
GRID_MEET = "sampan_grid_meet"
_GRID_BARRIER, _CLUSTER_BARRIER = "sampan.gang.barrier.grid", "sampan.gang.barrier.cluster"
# A type of its own in clang's tree of C++ types: aliases with `char` alone.
_POSITION = '!{!"sampan position", !{!"omnipotent char", !{!"Simple C++ TBAA"}, i64 0}, i64 0}'
_POSITION_TAG = f"!{{{_POSITION}, {_POSITION}, i64 0}}"


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


class _Launcher:
    def __init__(
        self,
        gang: Function,
        kernel: Function,
        name: str,
        width: int,
        rows: Rows,
        block_shape: BlockShape | None,
        axes: int,
    ) -> None:
        assert gang.module is not None
        self.gang = gang
        self.kernel = kernel
        self.module: Module = gang.module
        self.width = width
        self.rows = rows
        self.block_shape = block_shape
        self.axes = axes
        self.function = Function(name, function_type(VOID, (PTR, I64, I64)), None, "internal")
        self.self_pointer, self.first, self.count = self.function.args
        for argument, text in zip(self.function.args, ("self", "first", "count"), strict=True):
            argument.name = text
        self.b = ScalarBuilder(self.function)
        self.values: dict[str, Value] = {}  # intrinsic -> value, the same for the whole launch
        self.slots = Slots(_FIRST_SLOT)
        self.barriers = [
            i for i in gang.instructions() if i.callee_name.startswith("sampan.gang.barrier")
        ]
        # Whether all blocks of a run are there at once, because the grid or clusters may meet.
        self.meets_grid = any(i.callee_name == _GRID_BARRIER for i in self.barriers)
        self.group = self.meets_grid or any(
            i.callee_name == _CLUSTER_BARRIER or i.callee_name in abi.CLUSTER_LOOKUPS
            for i in gang.instructions()
        )
        self.row_order: RowOrder | None = None
        self.last_fence = ""  # called where the run of blocks ends
        together = blocks_together(gang, self.barriers, block_shape) if block_shape else 1
        self.block_run = BlockRun(self.b, together) if together > 1 else None
        self.barrier_places = [
            None if SOFT in i.attrs else i.metadata.get("dbg", "") for i in self.barriers
        ]

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

    # -- what is constant in a launch -------------------------------------------------------------

    def _launch_values(self) -> None:
        b = self.b
        b.block = self.entry
        me = self.self_pointer
        self.launch = launch = b.load(PTR, me, abi.THREAD_LAUNCH)
        v = self.values
        v["sampan.self"] = me
        v["sampan.shared.base"] = b.load(PTR, me, abi.THREAD_SHARED)
        self.scratch = b.load(PTR, me, abi.THREAD_SCRATCH)
        for i, axis in enumerate("xyz"):
            v[f"sampan.nctaid.{axis}"] = b.load(I32, launch, abi.LAUNCH_GRID + 4 * i)
            if self.block_shape:
                v[f"sampan.ntid.{axis}"] = b.i32(self.block_shape[i])
            else:
                v[f"sampan.ntid.{axis}"] = b.load(I32, launch, abi.LAUNCH_BLOCK + 4 * i)
        self.threads: Value
        if self.block_shape:
            self.threads = b.i32(math.prod(self.block_shape[: self.axes]))
        else:
            self.threads = b.load(I32, launch, abi.LAUNCH_BLOCK_THREADS)
        v["sampan.block.threads"] = self.threads
        if self.group:
            self.shared_stride = b.load(I32, me, abi.THREAD_SHARED_STRIDE)
        v["sampan.dynamic.shared.size"] = b.load(I32, launch, abi.LAUNCH_DYNAMIC_SHARED)
        for name, offset in abi.CLUSTER_REGISTERS.items():
            v[name] = b.load(I32, launch, offset)
        params = b.load(PTR, launch, abi.LAUNCH_PARAMS)
        self.parameters: list[Value] = []
        for parameter in kernel_parameters(self.kernel):
            if parameter.by_reference:
                self.parameters.append(b.offset(params, parameter.offset))
            else:
                self.parameters.append(b.load(parameter.type, params, parameter.offset))

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

    # -- meetings of the grid and of clusters -----------------------------------------------------

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
        following = _advance(b, self.ctaid, extent, step)
        self.block_left.add_incoming(left, end)
        for phi, value in zip(self.ctaid, following, strict=True):
            phi.add_incoming(value, end)
        b.branch(b.icmp("ne", left, const_int(I64, 0)), head, finish)

    # -- the gang's code --------------------------------------------------------------------------

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

    def _ask_caches(self, first: Block) -> None:
        """What streaming.CACHED is computed from stands at the head of the gang's code; it is the
        same for the whole launch."""
        call = next((i for i in first.instructions if i.callee_name == streaming.CACHED), None)
        if call is None:
            return
        b = self.b
        for inst in first.instructions[: first.instructions.index(call)]:
            inst.detach()
            inst.insert_before(self.entry.terminator)
        saved, b.before = b.before, self.entry.terminator
        blocks = b.load(I64, self.launch, abi.LAUNCH_GRID_BLOCKS)
        threads = b.binary("mul", blocks, b.cast("zext", self.threads, I64))
        bytes = b.binary("mul", threads, call.operands[0])
        most = b.load(I64, self.launch, abi.LAUNCH_UNCACHED)
        call.replace_all_uses_with(b.cast("zext", b.icmp("ult", bytes, most), I64))
        call.erase()
        b.before = saved

    def _gang_loop(self, before: Block, head: Block) -> None:
        b = self.b
        b.block = head
        self.linear = b.phi(I32, "gang.linear")
        start = self.row_order.first if self.row_order else b.i32(0)
        self.linear.add_incoming(start, before)
        self.values["sampan.gang.linear"] = self.linear
        self.tid = []
        if self.rows is Rows.ONE:
            place: tuple[Value, ...] = (self.linear, b.i32(0), b.i32(0))
        elif self.rows is not Rows.MULTIPLE:
            return
        elif self.row_order:
            place = self.row_order.thread(self.linear)
        else:
            self.tid = [b.phi(I32, f"gang.tid.{axis}") for axis in "xyz"]
            for phi in self.tid:
                phi.add_incoming(b.i32(0), before)
            place = tuple(self.tid)
        for axis, value in zip("xyz", place, strict=True):
            self.values[f"sampan.gang.tid.{axis}"] = value

    def _gang_state(self) -> None:
        """Called behind the phis of the gang loop's head."""
        self._tell(self.linear, abi.THREAD_LINEAR_TID)

    def _tell(self, value: Value, offset: int) -> None:
        """Notes in `self` which threads run: for the functions that the kernel calls, and for the
        runtime if they fault, so it is volatile. No access of the program's touches this memory."""
        store = self.b.store(value, self.self_pointer, offset)
        store.attrs["volatile"] = store.attrs[OWN] = True
        store.metadata["tbaa"] = _POSITION_TAG

    def _close_gang_loop(self, head: Block, end: Block, done: Block) -> None:
        b = self.b
        b.block = end
        width = b.i32(self.width)
        following = b.binary("add", self.linear, width)
        self.linear.add_incoming(following, end)
        if self.tid:
            stepped = _advance(
                b, self.tid, [self.values[f"sampan.ntid.{axis}"] for axis in "xy"], width
            )
            for phi, value in zip(self.tid, stepped, strict=True):
                phi.add_incoming(value, end)
        bound = self.row_order.end_of_row() if self.row_order else self.threads
        b.branch(b.icmp("ult", following, bound), head, done)

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

    # -- barriers ---------------------------------------------------------------------------------

    def _with_barriers(
        self, block_head: Block, head: Block, body: list[Block], end: Block, done: Block
    ) -> None:
        b = self.b
        phase = self.function.add_block("phase", after=block_head)
        setup = self.function.add_block("gang.setup", after=block_head)
        dispatch = self.function.add_block("gang.dispatch", after=head)
        self._payload_slots(block_head)
        run = self.block_run
        if run:
            b.block, b.before = block_head, None
            run.measure(self.ctaid[0], self.block_left, self.values["sampan.nctaid.x"])
        # Every gang starts at 0. Its slots lie one after the other.
        self._clear_positions(block_head, setup, phase)
        b.block = phase
        waiting_slot = self.waiting
        b.store(b.i32(0), waiting_slot)
        before, first_memory = phase, self.scratch
        if run:
            place = run.enter(self.ctaid[0], self.scratch)
            self.values["sampan.ctaid.x"] = place
            self._tell(place, abi.THREAD_CTAID)
            before, first_memory = run.head, run.memory
        b.jump(head)
        self._gang_loop(before, head)
        memory = b.phi(PTR, "gang.memory")
        memory.add_incoming(first_memory, before)
        self._gang_state()
        b.jump(dispatch)
        self._place_allocas(body, head, memory)

        resumes = self._split_at_barriers(body, end, memory, waiting_slot)
        for block in list(body):
            if block.has_terminator and block.terminator.op == "ret":
                block.terminator.erase()
                b.block, b.before = block, None
                b.store(b.i32(_RETURNED), memory, _PC_OFFSET)
                b.jump(end)
        # The dispatcher makes every resumption an entry into the body.
        b.block, b.before = dispatch, None
        pc = b.load(I32, memory, _PC_OFFSET)
        cases = tuple(const_int(I32, k + 1) for k in range(len(resumes)))
        switch = b.emit("switch", VOID, [pc], cases=(const_int(I32, 0), *cases))
        switch.targets = [end, body[0], *(resume for resume, _ in resumes)]
        phase_end = self._phase_end(phase, done)
        self._close_gang_loop(head, end, run.leave(end, phase_end) if run else phase_end)
        self.memory_step = Instruction(
            "getelementptr", PTR, [memory, const_int(I64, 0)], source_type=I8
        ).insert_before(end.terminator)
        memory.add_incoming(self.memory_step, end)
        if run:
            run.memory.add_incoming(self.memory_step, run.next)
        self.resumes, self.memory = resumes, memory

    def _keep_values(self, body: list[Block]) -> None:
        """Spills what lives across barriers; only now is the size of a gang's slots known."""
        blocks = [x for x in self.function.blocks if x in set(body)]
        kept = keep_across(self.function, blocks, self.resumes, self.slots, self.memory)
        for place, (resume, _) in zip(self.barrier_places, self.resumes, strict=True):
            values, bytes = kept[resume]
            if values and place is not None:
                note(
                    "spilled",
                    f"kept across this barrier: {bytes} bytes in {values} "
                    f"value{'s' if values > 1 else ''} of {self.width} threads",
                    place,
                )
        self.slots.size = -(-self.slots.size // 64) * 64
        steps = [self.setup_step, self.memory_step]
        for step in [*steps, self.scratch_step] if self.group else steps:
            step.set_operand(1, const_int(I64, self.slots.size))

    def _payload_slots(self, block_head: Block) -> None:
        """Counters shared by the gangs of a block, in memory of the entry's frame."""
        b = self.b

        def slot(name: str) -> Instruction:
            inst = Instruction("alloca", PTR, [], name, allocated_type=I32, align=4)
            self.entry.insert(0, inst)
            return inst

        self.waiting = slot("waiting")
        self.reducing = any(i.callee_name.endswith(".reduce") for i in self.barriers)
        if self.reducing:
            self.counting, self.counted = slot("counting"), slot("counted")
            self.arriving, self.arrived = slot("arriving"), slot("arrived")
            b.block, b.before = block_head, None
            for s in (self.counting, self.arriving, self.counted, self.arrived):
                b.store(b.i32(0), s)

    def _clear_positions(self, block_head: Block, setup: Block, phase: Block) -> None:
        b = self.b
        b.block, b.before = block_head, None
        b.jump(setup)
        b.block = setup
        linear = b.phi(I32, "setup.linear")
        memory = b.phi(PTR, "setup.memory")
        linear.add_incoming(b.i32(0), block_head)
        memory.add_incoming(self.scratch, block_head)
        b.store(self._first_position(memory), memory, _PC_OFFSET)
        following = b.binary("add", linear, b.i32(self.width))
        # The size of a gang's slots is known only when all are placed: see _keep_values.
        self.setup_step = b.emit("getelementptr", PTR, [memory, const_int(I64, 0)], source_type=I8)
        linear.add_incoming(following, setup)
        memory.add_incoming(self.setup_step, setup)
        threads = self.threads
        if self.block_run:  # of the run: rows are full, so blocks are whole gangs
            threads = b.binary("mul", threads, self.block_run.length)
        b.branch(b.icmp("ult", following, threads), setup, phase)

    def _first_position(self, memory: Value) -> Value:
        """Where a gang begins; after a meeting of the grid, what it noted when it was parked there:
        -1 less the number of the place, where -1 alone means that it has returned."""
        b = self.b
        if not self.group:
            return b.i32(0)
        noted = b.load(I32, memory, _PC_OFFSET)
        place = b.binary("sub", b.i32(-1), noted)
        place = b.select(b.icmp("slt", noted, b.i32(_RETURNED)), place, noted)
        return b.select(b.icmp("ne", self.resumed, b.i32(0)), place, b.i32(0))

    def _place_allocas(self, body: list[Block], head: Block, memory: Value) -> None:
        """Private memory must outlive a stop: it moves to the gang's slots. What is used only
        between two barriers stays on the stack."""
        for block in body:
            for inst in [i for i in block.instructions if i.op == "alloca"]:
                if inst.attrs.get("sampan.transient") or inst.attrs.get("sampan.safe"):
                    inst.detach()
                    self.entry.insert(0, inst)
                    continue
                align = max(inst.attrs.get("align") or 1, 16)
                bytes = size_of(inst.attrs["allocated_type"])
                offset = self.slots.place(inst, bytes, min(align, 64))
                self.b.block, self.b.before = head, head.terminator
                address = self.b.offset(memory, offset)
                self.b.before = None
                inst.replace_all_uses_with(address) if inst.users else None
                inst.erase()

    def _split_at_barriers(
        self, body: list[Block], end: Block, memory: Value, waiting: Value
    ) -> list[tuple[Block, Block]]:
        b = self.b
        resumes: list[tuple[Block, Block]] = []
        for number, barrier in enumerate(self.barriers):
            block = barrier.block
            assert block is not None
            behind = split_after(self.function, barrier, f"behind.{number + 1}")
            body.insert(body.index(block) + 1, behind)
            stop = self.function.add_block(f"stop.{number + 1}", after=block)
            resume = self.function.add_block(f"resume.{number + 1}", after=stop)
            body.insert(body.index(block) + 1, resume)
            body.insert(body.index(block) + 1, stop)
            active = barrier.operands[0]
            block.terminator.erase()
            b.block, b.before = block, None
            b.branch(active, stop, behind)
            b.block = stop
            if barrier.callee_name in (_GRID_BARRIER, _CLUSTER_BARRIER):
                b.store(b.i32(-1 - (number + 1)), memory, _PC_OFFSET)
                b.store(b.binary("add", b.load(I32, self.parked), b.i32(1)), self.parked)
            else:
                b.store(b.i32(number + 1), memory, _PC_OFFSET)
                b.store(b.binary("add", b.load(I32, waiting), b.i32(1)), waiting)
            if barrier.callee_name.endswith(".reduce"):
                self._contribute(barrier)
            b.jump(end)
            b.block = resume
            result: Value | None = None
            if barrier.callee_name.endswith(".reduce"):
                result = self._reduced(barrier)
            b.jump(behind)
            if result is not None and barrier.users:
                phi = Instruction("phi", I32, name="reduced")
                behind.insert(0, phi)
                barrier.replace_all_uses_with(phi)
                phi.add_incoming(b.i32(0), block)
                phi.add_incoming(result, resume)
            barrier.erase()
            resumes.append((resume, behind))
        return resumes

    def _contribute(self, barrier: Instruction) -> None:
        b = self.b
        _, count, active, _ = barrier.arguments
        for slot, value in ((self.counting, count), (self.arriving, active)):
            b.store(b.binary("add", b.load(I32, slot), value), slot)

    def _reduced(self, barrier: Instruction) -> Value:
        """op 0: how many lanes had a true predicate; 1: whether all had; 2: whether any had."""
        b = self.b
        operation = barrier.arguments[3]
        count, arrived = b.load(I32, self.counted), b.load(I32, self.arrived)
        every = b.cast("zext", b.icmp("eq", count, arrived), I32)
        some = b.cast("zext", b.icmp("ne", count, b.i32(0)), I32)
        result = b.select(b.icmp("eq", operation, b.i32(1)), every, some)
        return b.select(b.icmp("eq", operation, b.i32(0)), count, result)

    def _phase_end(self, phase: Block, done: Block) -> Block:
        b = self.b
        block = self.function.add_block("phase.end")
        b.block, b.before = block, None
        if self.reducing:
            b.store(b.load(I32, self.counting), self.counted)
            b.store(b.load(I32, self.arriving), self.arrived)
            b.store(b.i32(0), self.counting)
            b.store(b.i32(0), self.arriving)
        again = b.icmp("ne", b.load(I32, self.waiting), b.i32(0))
        b.branch(again, phase, done)
        return block

    # -- intrinsics -------------------------------------------------------------------------------

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


def _advance(b: ScalarBuilder, index: list, extent: list[Value], step: Value) -> list[Value]:
    """(x + step, y, z) with carries into y and z."""
    x = b.binary("add", index[0], step)
    carry_x = b.icmp("uge", x, extent[0])
    y = b.binary("add", index[1], b.cast("zext", carry_x, I32))
    carry_y = b.icmp("uge", y, extent[1])
    z = b.binary("add", index[2], b.cast("zext", carry_y, I32))
    return [b.select(carry_x, b.i32(0), x), b.select(carry_y, b.i32(0), y), z]
