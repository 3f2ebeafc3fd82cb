"""Block orders for linearisation.

`compact_order` is a topological order of the blocks without back edges in which every loop is
contiguous and ends with its latch. Linearisation relies on both.
"""

from __future__ import annotations

from sampan.ir.cfg import Loop, LoopInfo
from sampan.ir.core import Block, Function


def compact_order(function: Function, loops: LoopInfo) -> list[Block]:
    """Requires CANONICAL form (single latch per loop)."""
    return _order_scope(function.entry, None, loops)


def _order_scope(entry: Block, scope: Loop | None, loops: LoopInfo) -> list[Block]:
    """Order of the blocks of one loop (or the function), inner loops as units."""

    def node_of(block: Block) -> Block | None:
        """The unit of this scope that holds `block`: itself, or an inner loop's header."""
        loop = loops.loop_of(block)
        if loop is scope:
            return block
        while loop is not None and loop.parent is not scope:
            loop = loop.parent
        return loop.header if loop is not None else None

    def unit_successors(unit: Block) -> list[Block]:
        loop = loops.loop_of(unit)
        if loop is scope:
            targets = unit.successors
        else:
            while loop is not None and loop.parent is not scope:
                loop = loop.parent
            assert loop is not None
            targets = [s for b in loop.ordered_blocks for s in b.successors if s not in loop.blocks]
        found = []
        for target in targets:
            if scope is not None and (target not in scope.blocks or target is scope.header):
                continue
            node = node_of(target)
            assert node is not None
            found.append(node)
        return list(dict.fromkeys(found))

    visited: set[Block] = set()
    postorder: list[Block] = []
    first = node_of(entry) if scope is None else entry
    assert first is not None
    visited.add(first)
    stack = [(first, unit_successors(first))]
    while stack:
        unit, rest = stack[-1]
        if rest:
            following = rest.pop()  # last first, so that the first successor comes first
            if following not in visited:
                visited.add(following)
                stack.append((following, unit_successors(following)))
        else:
            postorder.append(unit)
            stack.pop()
    result: list[Block] = []
    for unit in reversed(postorder):
        if loops.loop_of(unit) is scope:
            result.append(unit)
            continue
        loop = loops.loop_of(unit)
        while loop is not None and loop.parent is not scope:
            loop = loop.parent
        assert loop is not None
        result.extend(_order_scope(loop.header, loop, loops))
    return result
