"""Edge tests: conditions that tell the lanes at an edge of the data from the others.

`if (i < n)` holds for all lanes of nearly every gang and for none of the others; so does anything
else that compares a line with a value that all lanes share. Where lanes lie in several rows of
their block, what says in which column and in which row is as good as a line.
"""

from __future__ import annotations

from sampan.ir.core import Block, Function, Instruction, Value
from sampan.ir.dominators import PostDominatorTree
from sampan.simt.divergence import Divergence

_COMBINED = frozenset({"and", "or", "xor", "select", "freeze"})
_DEEPEST = 16  # comparisons that a condition is made of
_MOVED = frozenset({"add", "sub", "mul", "shl", "or", "zext", "sext", "trunc"})
_FARTHEST = 6  # operations between a place in a block and the place in the data


def is_edge_test(condition: Value, divergence: Divergence) -> bool:
    """Whether a varying `condition` is made of comparisons of lines with uniform values alone."""
    found = False
    seen: set[Value] = set()
    work = [condition]
    while work:
        value = work.pop()
        if value in seen or divergence.is_uniform(value):
            continue
        seen.add(value)
        if not isinstance(value, Instruction) or len(seen) > _DEEPEST:
            return False
        if value.op in _COMBINED:
            work += value.operands
        elif value.op == "icmp":
            if value.attrs["pred"] == "eq":
                return False  # one lane: not all, and not the edge of anything
            if not all(_is_place(v, divergence) for v in value.operands):
                return False
            found = True
        else:
            return False
    return found


def _is_place(value: Value, divergence: Divergence, steps: int = 0) -> bool:
    """Whether `value` is a line, or a column or row of the data."""
    if divergence.shape(value).is_strided or value in divergence.places:
        return True
    if not divergence.places or steps == _FARTHEST:
        return False
    if not isinstance(value, Instruction) or value.op not in _MOVED:
        return False
    return all(_is_place(operand, divergence, steps + 1) for operand in value.operands)


def partial_blocks(
    function: Function, divergence: Divergence, post: PostDominatorTree
) -> set[Block]:
    """Blocks that not all lanes of a full gang need execute together."""
    partial: set[Block] = set()
    for branch in function.blocks:
        if branch not in divergence.divergent_branches:
            continue
        stop = post.idom(branch)
        work = [s for s in branch.successors if s is not stop]
        seen: set[Block] = set()
        while work:
            block = work.pop()
            if block in seen:
                continue
            seen.add(block)
            work += [s for s in block.successors if s is not stop]
        partial |= seen
    return partial
