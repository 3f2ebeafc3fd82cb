"""Control-flow graphs: edges, orders, small edits. Dominators and loops are re-exported here."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.ir.core import Block, Function, Instruction, Poison
from sampan.ir.dominators import DominatorTree, PostDominatorTree
from sampan.ir.graph import post_order, predecessors, reverse_post_order
from sampan.ir.loop_info import Loop, LoopInfo
from sampan.ir.types import VOID

__all__ = [
    "DominatorTree",
    "Loop",
    "LoopInfo",
    "PostDominatorTree",
    "is_reducible",
    "post_order",
    "predecessors",
    "reachable_from",
    "remove_unreachable_blocks",
    "reverse_post_order",
    "split_edge",
]


def is_reducible(function: Function) -> bool:
    """Whether every cycle is entered at one block only (unreachable blocks do not count)."""
    tree = DominatorTree(function)
    number = {block: i for i, block in enumerate(tree.order)}
    return all(
        number[s] > number[b] or tree.dominates(s, b) for b in tree.order for s in b.successors
    )


def reachable_from(
    start: Iterable[Block], stop: Iterable[Block] = (), within: set[Block] | None = None
) -> set[Block]:
    """The blocks `start` and all that paths from them reach, without passing through `stop`.

    Blocks of `stop` are not part of the result; with `within`, paths stay inside that set.
    """
    barred = set(stop)
    found: set[Block] = set()
    work = [b for b in start if b not in barred]
    while work:
        block = work.pop()
        if block in found or (within is not None and block not in within):
            continue
        found.add(block)
        work.extend(s for s in block.successors if s not in barred)
    return found


def split_edge(function: Function, source: Block, target: Block, name: str = "") -> Block:
    """Puts a new block on the edge from `source` to `target` (on all of them, if several)."""
    middle = function.add_block(name, after=source)
    source.terminator.replace_target(target, middle)
    middle.append(Instruction("br", VOID, [], targets=[target]))
    for phi in target.phis:
        value = phi.incoming_for(source)
        while source in phi.targets:
            phi.remove_incoming(source)
        phi.add_incoming(value, middle)
    return middle


def remove_unreachable_blocks(function: Function) -> bool:
    """Deletes blocks that the entry does not reach, and their operands in phis."""
    live = set(reverse_post_order(function))
    if len(live) == len(function.blocks):
        return False
    dead = [b for b in function.blocks if b not in live]
    gone = set(dead)
    for block in function.blocks:
        if block in live:
            for phi in block.phis:
                for source in [t for t in phi.targets if t in gone]:
                    phi.remove_incoming(source)
    for block in dead:
        for inst in block.instructions:
            if inst.users:
                inst.replace_all_uses_with(Poison(inst.type))
            inst.drop_operands()
            inst.block = None
        block.instructions = []
        block.function = None
    function.blocks = [b for b in function.blocks if b in live]
    return True
