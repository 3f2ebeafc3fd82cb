"""Meetings that a device serves: those that everybody comes to.

CUDA lets threads that have returned miss a barrier; OpenCL and its kin do not, and what happens
then nobody says. So a barrier behind a branch on which threads of the block may part is refused,
and a warp-wide operation behind one on which lanes of a warp may part. Nor does a device promise
that a thread makes progress while another waits for it in a loop.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan import abi
from sampan.canonicalize import sequence
from sampan.frontend.nvvm import Kernel
from sampan.ir.cfg import PostDominatorTree
from sampan.ir.clone import clone_function
from sampan.ir.core import Block, Function, Instruction
from sampan.simt import index_facts
from sampan.simt.divergence import analyze
from sampan.simt.shape import UNIFORM, VARYING, Shape
from sampan.simt.waits import waiting_observation
from sampan.simt_exit import warps
from sampan.simt_exit.flatten import refused
from sampan.targets.widths import Rows
from sampan.vectorize.special import SpecialShapes

_THREAD = ("sampan.tid.", "sampan.laneid", "sampan.warpid", "sampan.warp.")
MOST_THREADS = 1024


def check(kernel: Kernel, device: str) -> int:
    """Raises UnsupportedError at a barrier that some threads may miss, at a warp-wide operation
    that some lanes may, and at a loop that waits. Returns the blocks that this was found for: any,
    or those of one row (SampanVariant.condition)."""
    copy = kernel.name + ".meetings"
    function, _ = clone_function(kernel.function, copy)
    assert function.module is not None
    function.name = kernel.name  # for messages
    try:
        sequence.run(function)
        waits = waiting_observation(function)
        if waits is not None:
            raise refused("a loop in which a thread waits for another", waits, device)
        missed = _missed(function, MOST_THREADS, _shape_in_block, is_barrier)
        if missed is not None:
            raise refused("a barrier that threads may miss which have returned", missed, device)
        return _check_warps(function, device)
    finally:
        for inst in function.instructions():
            inst.drop_operands()
        del function.module.functions[copy]


def uses_warps(function: Function) -> bool:
    return any(map(_is_warp_wide, function.instructions()))


def is_barrier(inst: Instruction) -> bool:
    return inst.callee_name.startswith("sampan.barrier")


def _is_warp_wide(inst: Instruction) -> bool:
    return inst.callee_name in warps.OPERATIONS


def _check_warps(function: Function, device: str) -> int:
    if not uses_warps(function):
        return abi.ANY_BLOCK
    missed: Instruction | None = None
    for rows in (Rows.ANY, Rows.ONE):
        if rows is Rows.ONE:
            index_facts.run(function)
        shapes = SpecialShapes(abi.WARP_SIZE, rows)
        missed = _missed(function, abi.WARP_SIZE, shapes, _is_warp_wide)
        if missed is None:
            return rows.condition
    assert missed is not None
    raise refused("a warp-wide operation that lanes may miss", missed, device)


def _missed(
    function: Function,
    width: int,
    special: Callable[[Instruction], Shape | None],
    is_meeting: Callable[[Instruction], bool],
) -> Instruction | None:
    """A meeting behind a branch on which threads part, before they come together again."""
    if not any(map(is_meeting, function.instructions())):
        return None
    divergence = analyze(function, lambda argument: UNIFORM, special, width)
    post = PostDominatorTree(function)
    for start in divergence.divergent_branches:
        stop = post.idom(start)
        seen: set[Block] = set()
        work = list(start.successors)
        while work:
            block = work.pop()
            if block is stop or block in seen:
                continue
            seen.add(block)
            for inst in block.instructions:
                if is_meeting(inst):
                    return inst
            work += block.successors
    return None


def _shape_in_block(inst: Instruction) -> Shape | None:
    """Of what tells threads of one block apart."""
    if inst.op == "alloca":
        return UNIFORM
    name = inst.callee_name
    if not name.startswith("sampan"):
        return None
    return VARYING if name.startswith(_THREAD) else UNIFORM
