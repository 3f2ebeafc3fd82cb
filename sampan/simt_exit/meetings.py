"""Meetings that a device serves: barriers that all threads of the block come to.

CUDA lets threads that have returned miss a barrier; OpenCL and its kin do not, and what happens
then nobody says. So a barrier behind a branch on which threads of the block may part is refused.
Nor does it promise that a thread makes progress while another waits for it in a loop.
"""

from __future__ import annotations

from sampan.canonicalize import sequence
from sampan.frontend.nvvm import Kernel
from sampan.ir.cfg import PostDominatorTree
from sampan.ir.clone import clone_function
from sampan.ir.core import Block, Function, Instruction
from sampan.simt.divergence import analyze
from sampan.simt.shape import UNIFORM, VARYING, Shape
from sampan.simt.waits import waiting_observation
from sampan.simt_exit.flatten import refused

_THREAD = ("sampan.tid.", "sampan.laneid", "sampan.warpid", "sampan.warp.")
MOST_THREADS = 1024


def check(kernel: Kernel, device: str) -> None:
    """Raises UnsupportedError at a barrier that some threads may miss, and at a loop that waits."""
    copy = kernel.name + ".meetings"
    function, _ = clone_function(kernel.function, copy)
    assert function.module is not None
    function.name = kernel.name  # for messages
    try:
        sequence.run(function)
        waits = waiting_observation(function)
        if waits is not None:
            raise refused("a loop in which a thread waits for another", waits, device)
        found = _missed(function)
        if found is not None:
            raise refused("a barrier that threads may miss which have returned", found, device)
    finally:
        for inst in function.instructions():
            inst.drop_operands()
        del function.module.functions[copy]


def is_barrier(inst: Instruction) -> bool:
    return inst.callee_name.startswith("sampan.barrier")


def _missed(function: Function) -> Instruction | None:
    divergence = analyze(function, lambda argument: UNIFORM, _shape, MOST_THREADS)
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
                if is_barrier(inst):
                    return inst
            work += block.successors
    return None


def _shape(inst: Instruction) -> Shape | None:
    if inst.op == "alloca":
        return UNIFORM
    name = inst.callee_name
    if not name.startswith("sampan"):
        return None
    return VARYING if name.startswith(_THREAD) else UNIFORM
