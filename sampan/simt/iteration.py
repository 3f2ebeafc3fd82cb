"""Post-dominance within one iteration of a loop.

The blocks of a loop with two ways to end: going round (the edge to the header) and leaving. A block
b post-dominates d in this graph if every lane that reaches d reaches b in the same iteration. In
the whole function's graph b may post-dominate d although a lane goes round first.
"""

from __future__ import annotations

from sampan.ir.cfg import LoopInfo, reverse_post_order
from sampan.ir.core import Block, Function


class IterationPostDominators:
    def __init__(self, function: Function, loops: LoopInfo) -> None:
        self.loops = loops
        self.order = reverse_post_order(function)
        self.cache: dict[Block | None, dict[Block, Block | None]] = {}

    def postdominates(self, block: Block, other: Block) -> bool:
        """Whether `block` post-dominates `other` in an iteration of the innermost loop of `block`,
        which must hold both."""
        loop = self.loops.loop_of(block)
        header = loop.header if loop is not None else None
        if header not in self.cache:
            inside = loop.blocks if loop is not None else set(self.order)
            self.cache[header] = _post_dominators([b for b in self.order if b in inside], header)
        parents = self.cache[header]
        current: Block | None = other
        while current is not None:
            if current is block:
                return True
            current = parents.get(current)
        return False


def _post_dominators(blocks: list[Block], header: Block | None) -> dict[Block, Block | None]:
    """Immediate post-dominators; None stands for the end of the iteration.

    Cooper, Harvey & Kennedy's iteration over a reverse order. Cycles of inner loops are handled by
    repeating until nothing changes; a block that never reaches the end keeps no parent.
    """
    inside = set(blocks)
    number = {b: i + 1 for i, b in enumerate(reversed(blocks))}  # END has number 0
    parent: dict[Block, Block | None] = {}

    def targets(block: Block) -> list[Block | None]:
        found = [None if (s is header or s not in inside) else s for s in block.successors]
        return list(dict.fromkeys(found)) or [None]

    def meet(a: Block | None, b: Block | None) -> Block | None:
        while a is not b:
            na = number[a] if a is not None else 0
            nb = number[b] if b is not None else 0
            if na > nb:
                assert a is not None
                a = parent[a]
            else:
                assert b is not None
                b = parent[b]
        return a

    changed = True
    while changed:
        changed = False
        for block in reversed(blocks):
            candidates = [t for t in targets(block) if t is None or t in parent]
            if not candidates:
                continue
            new = candidates[0]
            for other in candidates[1:]:
                new = meet(new, other)
            if block not in parent or parent[block] is not new:
                parent[block] = new
                changed = True
    return parent
