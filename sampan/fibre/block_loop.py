"""A block entry that runs the threads of a block one after the other, without fibres.

Right for a kernel whose threads never wait for each other: no barrier, no polling loop, no call of
an unknown function. Its lane form is called (and inlined by LLVM) in a loop over the block.
"""

from __future__ import annotations

from collections.abc import Iterable

from sampan import abi
from sampan.fibre.lower import TEXT_SECTION
from sampan.ir.builder import Builder
from sampan.ir.constants import const_int
from sampan.ir.core import Block, Function, Instruction, Module, Value
from sampan.ir.types import I8, I32, I64, PTR, VOID, Type, function_type

SUFFIX = ".block1"
_WAITING = frozenset(
    "sampan_barrier sampan_barrier_reduce sampan_yield sampan_spin sampan_step "
    "sampan_grid_sync".split()
)
_MEETING = ("sampan_warp_", "sampan_cluster_", "sampan_named_")
_SIGNATURE = function_type(VOID, (PTR, I64, I64))


def never_waits(lanes: Iterable[Function]) -> bool:
    """Whether no thread that runs these lane forms can wait for another one."""
    return not any(
        inst.op == "call"
        and (
            not inst.callee_name
            or inst.callee_name in _WAITING
            or inst.callee_name.startswith(_MEETING)
        )
        for lane in lanes
        for inst in lane.instructions()
    )


def make_block_entry(module: Module, kernel: Function, lane: Function, axes: int) -> Function:
    """Adds the SampanBlockEntry KERNEL.block1, which calls `lane` for every thread that differs
    in the first `axes` axes of the block."""
    entry = Function(kernel.name + SUFFIX, _SIGNATURE, module, "internal")
    entry.attrs, entry.section = "nounwind", TEXT_SECTION
    module.add_function(entry)
    lane.attrs = " ".join(w for w in lane.attrs.split() if w != "noinline")
    self, first, count = entry.args
    self.name, first.name, count.name = "self", "first", "count"

    start = entry.add_block("entry")
    build = Builder(start)
    launch = build.load(PTR, _at(build, self, abi.THREAD_LAUNCH), 8)
    grid = [_load(build, launch, abi.LAUNCH_GRID + 4 * i) for i in range(3)]
    block: list[Value] = [
        _load(build, launch, abi.LAUNCH_BLOCK + 4 * i) if i < axes else const_int(I32, 1)
        for i in range(3)
    ]
    wide = [build.cast("zext", grid[i], I64) for i in range(2)]
    last = build.add(first, count)

    # A header per loop: blocks, then z, y and x of the thread; every count is at least 1.
    blocks = _Loop(entry, build, "block", I64, first)
    for_x = build.binop("urem", blocks.index, wide[0])
    row = build.binop("udiv", blocks.index, wide[0])
    for_y = build.binop("urem", row, wide[1])
    for_z = build.binop("udiv", row, wide[1])
    for i, value in enumerate((for_x, for_y, for_z)):
        _store(build, build.cast("trunc", value, I32), self, abi.THREAD_CTAID + 4 * i)
    zero = const_int(I32, 0)
    loops: list[tuple[_Loop, Instruction]] = []  # of z, y and x, outermost first
    linear: Value = zero
    for name in "zyx":
        loop = _Loop(entry, build, f"thread.{name}", I32, zero)
        number = build.phi(I32, [(linear, loop.before)], name=f"linear.{name}")
        loops.append((loop, number))
        linear = number
    for axis, (loop, _) in enumerate(reversed(loops)):
        _store(build, loop.index, self, abi.THREAD_TID + 4 * axis)
    _store(build, linear, self, abi.THREAD_LINEAR_TID)
    build.call(lane, [self])
    following = build.add(linear, const_int(I32, 1))
    for axis, (loop, number) in enumerate(reversed(loops)):
        latch = loop.close(entry, build, block[axis])
        number.add_incoming(following, latch)
    blocks.close(entry, build, last)
    build.ret()
    return entry


class _Loop:
    """A loop that runs at least once; `index` counts up by one from `first`."""

    def __init__(
        self, function: Function, build: Builder, name: str, type: Type, first: Value
    ) -> None:
        self.before = build.block
        self.header = function.add_block(name)
        build.br(self.header)
        build.position(self.header)
        self.index = build.phi(type, [(first, self.before)], name=f"{name}.index")

    def close(self, function: Function, build: Builder, end: Value) -> Block:
        """Ends the body; the builder goes on behind the loop. Returns the latch."""
        latch = build.block
        after = function.add_block(f"{self.header.name}.end")
        following = build.add(self.index, const_int(self.index.type, 1), ("nuw",))
        build.cond_br(build.icmp("ult", following, end), self.header, after)
        self.index.add_incoming(following, latch)
        build.position(after)
        return latch


def _at(build: Builder, base: Value, offset: int) -> Value:
    return build.gep(I8, base, [offset], ("inbounds",)) if offset else base


def _load(build: Builder, base: Value, offset: int) -> Value:
    return build.load(I32, _at(build, base, offset), 4)


def _store(build: Builder, value: Value, base: Value, offset: int) -> None:
    build.store(value, _at(build, base, offset), 4)
