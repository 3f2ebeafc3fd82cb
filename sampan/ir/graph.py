"""Edges and orders of the blocks of a function."""

from __future__ import annotations

from sampan.ir.core import Block, Function


def predecessors(function: Function) -> dict[Block, list[Block]]:
    """The blocks that branch to each block, each once, in the order of `function.blocks`."""
    result: dict[Block, list[Block]] = {block: [] for block in function.blocks}
    for block in function.blocks:
        for successor in block.successors:
            result[successor].append(block)
    return result


def post_order(function: Function) -> list[Block]:
    """Reachable blocks, each behind its successors except along back edges."""
    order: list[Block] = []
    seen = {function.entry}
    stack = [(function.entry, iter(function.entry.successors))]
    while stack:
        block, successors = stack[-1]
        for successor in successors:
            if successor not in seen:
                seen.add(successor)
                stack.append((successor, iter(successor.successors)))
                break
        else:
            order.append(block)
            stack.pop()
    return order


def reverse_post_order(function: Function) -> list[Block]:
    """Reachable blocks from the entry on, each behind its predecessors except along back edges."""
    order = post_order(function)
    order.reverse()
    return order
