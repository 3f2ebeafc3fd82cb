"""What stands around a gang's code in a BLOCK form: what is constant in a launch, and the loop over
the gangs of a block."""

from __future__ import annotations

import math

from sampan import abi
from sampan.block import streaming
from sampan.block.block_runs import BlockRun, blocks_together
from sampan.block.builder import ScalarBuilder
from sampan.block.row_order import RowOrder
from sampan.block.spill import Slots
from sampan.frontend.block_shapes import BlockShape
from sampan.frontend.kernel_params import kernel_parameters
from sampan.frontend.weak_order import OWN
from sampan.ir.core import Block, Function, Instruction, Module, Value
from sampan.ir.types import I32, I64, PTR, VOID, function_type
from sampan.simt.rounds import SOFT
from sampan.targets.widths import Rows

_FIRST_SLOT = 4  # of a gang's scratch, behind where it resumes (phases.py)
GRID_BARRIER, CLUSTER_BARRIER = "sampan.gang.barrier.grid", "sampan.gang.barrier.cluster"
# A type of its own in clang's tree of C++ types: aliases with `char` alone.
_POSITION = '!{!"sampan position", !{!"omnipotent char", !{!"Simple C++ TBAA"}, i64 0}, i64 0}'
_POSITION_TAG = f"!{{{_POSITION}, {_POSITION}, i64 0}}"


class GangFrame:
    """The function that is made, and what its parts know of each other."""

    entry: Block
    ctaid: list[Instruction]  # blockIdx
    block_left: Instruction  # blocks of the run, with the one at hand

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
        self.meets_grid = any(i.callee_name == GRID_BARRIER for i in self.barriers)
        self.group = self.meets_grid or any(
            i.callee_name == CLUSTER_BARRIER or i.callee_name in abi.CLUSTER_LOOKUPS
            for i in gang.instructions()
        )
        self.row_order: RowOrder | None = None
        self.last_fence = ""  # called where the run of blocks ends
        together = blocks_together(gang, self.barriers, block_shape) if block_shape else 1
        self.block_run = BlockRun(self.b, together) if together > 1 else None
        self.barrier_places = [
            None if SOFT in i.attrs else i.metadata.get("dbg", "") for i in self.barriers
        ]

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

    def _close_gang_loop(self, head: Block, end: Block, done: Block) -> None:
        b = self.b
        b.block = end
        width = b.i32(self.width)
        following = b.binary("add", self.linear, width)
        self.linear.add_incoming(following, end)
        if self.tid:
            stepped = advance(
                b, self.tid, [self.values[f"sampan.ntid.{axis}"] for axis in "xy"], width
            )
            for phi, value in zip(self.tid, stepped, strict=True):
                phi.add_incoming(value, end)
        bound = self.row_order.end_of_row() if self.row_order else self.threads
        b.branch(b.icmp("ult", following, bound), head, done)

    def _tell(self, value: Value, offset: int) -> None:
        """Notes in `self` which threads run: for the functions that the kernel calls, and for the
        runtime if they fault, so it is volatile. No access of the program's touches this memory."""
        store = self.b.store(value, self.self_pointer, offset)
        store.attrs["volatile"] = store.attrs[OWN] = True
        store.metadata["tbaa"] = _POSITION_TAG


def advance(b: ScalarBuilder, index: list, extent: list[Value], step: Value) -> list[Value]:
    """(x + step, y, z) with carries into y and z."""
    x = b.binary("add", index[0], step)
    carry_x = b.icmp("uge", x, extent[0])
    y = b.binary("add", index[1], b.cast("zext", carry_x, I32))
    carry_y = b.icmp("uge", y, extent[1])
    z = b.binary("add", index[2], b.cast("zext", carry_y, I32))
    return [b.select(carry_x, b.i32(0), x), b.select(carry_y, b.i32(0), y), z]
