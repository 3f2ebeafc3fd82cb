"""Loops that step by the whole grid: the gangs of a block go round together.

    for (i = index; i < n; i += all threads) …      each gang would run all its rounds before the
                                                    next gang's first

One gang's rounds are as far apart as the grid is large, often by a power of two: each reads a piece
of another page, and the pieces next to it follow much later. Together the gangs of a block read a
piece as long as the block, and with the next blocks (block/block_runs.py) one of a page. So each
round ends with a stop, at which the other gangs catch up; there is no barrier in such a kernel
otherwise, so nothing else waits there. Only for loops that also write as they go: what is read
alone has few streams, and a stop costs more than it brings.
"""

from __future__ import annotations

from sampan import abi
from sampan.ir.core import Function, Instruction
from sampan.ir.dominators import PostDominatorTree
from sampan.ir.types import VOID, function_type
from sampan.simt.divergence import Divergence
from sampan.simt.edges import partial_blocks
from sampan.simt.rounds import SOFT, Rounds


def run(function: Function, divergence: Divergence) -> bool:
    """Puts stops into the loops of a kernel's full gangs, in CANONICAL form. Returns whether there
    are any; shapes have to be computed anew then."""
    if any(i.callee_name in abi.BARRIERS for i in function.instructions()):
        return False
    rounds = Rounds(function)
    partial = partial_blocks(function, divergence, PostDominatorTree(function))
    module = function.module
    assert module is not None
    changed = False
    for loop in rounds.by_grid:
        latch = loop.latch
        if latch is None or latch in partial or loop.header in partial:
            continue
        if loop.header in divergence.divergent_loops:
            continue
        if not any(_writes_on(i, divergence) for b in loop.blocks for i in b.instructions):
            continue
        callee = module.get_or_declare("sampan.barrier", function_type(VOID, ()))
        stop = Instruction("call", VOID, [callee], function_type=callee.function_type)
        stop.attrs[SOFT] = True
        latch.insert(latch.instructions.index(latch.terminator), stop)
        changed = True
    return changed


def _writes_on(inst: Instruction, divergence: Divergence) -> bool:
    return inst.op == "store" and bool(divergence.shape(inst.operands[1]).stride)
