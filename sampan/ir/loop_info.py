"""Natural loops and their nesting."""

from __future__ import annotations

from sampan.ir.core import Block, Function
from sampan.ir.dominators import DominatorTree
from sampan.ir.graph import predecessors


class Loop:
    """All natural loops of one header, as one. `depth` is 1 for an outermost loop."""

    def __init__(self, header: Block) -> None:
        self.header = header
        self.blocks: set[Block] = {header}
        self.ordered_blocks: list[Block] = []  # the same, in reverse post-order: header first
        self.latches: list[Block] = []  # sources of the back edges
        self.parent: Loop | None = None
        self.children: list[Loop] = []
        self.depth = 1
        self.entering: list[Block] = []  # predecessors of the header outside the loop

    @property
    def exit_edges(self) -> list[tuple[Block, Block]]:
        """Edges from a block of the loop to one outside, in reverse post-order of their source."""
        return [(b, s) for b in self.ordered_blocks for s in b.successors if s not in self.blocks]

    @property
    def exit_blocks(self) -> list[Block]:
        """Blocks outside the loop that an exit edge leads to, each once."""
        return list(dict.fromkeys(target for _, target in self.exit_edges))

    @property
    def exiting_blocks(self) -> list[Block]:
        """Blocks of the loop with an exit edge, each once."""
        return list(dict.fromkeys(source for source, _ in self.exit_edges))

    @property
    def latch(self) -> Block | None:
        """The one latch, or None if there are several."""
        return self.latches[0] if len(self.latches) == 1 else None

    @property
    def preheader(self) -> Block | None:
        """The one block outside that branches to the header and nowhere else, if there is one."""
        if len(self.entering) == 1 and len(self.entering[0].successors) == 1:
            return self.entering[0]
        return None

    def __contains__(self, block: Block) -> bool:
        return block in self.blocks

    def __repr__(self) -> str:
        return f"<Loop %{self.header.name} depth {self.depth}, {len(self.blocks)} blocks>"


class LoopInfo:
    """The loop forest. Cycles that are not natural loops (irreducible ones) are not found.

    `loops` holds all loops, an outer one before those inside it.
    """

    def __init__(self, function: Function, tree: DominatorTree | None = None) -> None:
        tree = tree or DominatorTree(function)
        edges = predecessors(function)
        by_header: dict[Block, Loop] = {}
        for block in tree.order:
            for successor in block.successors:
                if tree.dominates(successor, block):
                    loop = by_header.setdefault(successor, Loop(successor))
                    loop.latches.append(block)
        for loop in by_header.values():
            work = list(loop.latches)
            while work:
                block = work.pop()
                if block not in loop.blocks and block in tree:
                    loop.blocks.add(block)
                    work.extend(edges[block])
        # An outer header dominates an inner one, so it comes first in this order.
        self.loops: list[Loop] = [by_header[b] for b in tree.order if b in by_header]
        self._innermost: dict[Block, Loop] = {}
        for loop in self.loops:
            loop.parent = self._innermost.get(loop.header)
            if loop.parent is not None:
                loop.depth = loop.parent.depth + 1
                loop.parent.children.append(loop)
            for block in loop.blocks:
                self._innermost[block] = loop
            loop.entering = [p for p in edges[loop.header] if p not in loop.blocks and p in tree]
        for block in tree.order:
            current = self._innermost.get(block)
            while current is not None:
                current.ordered_blocks.append(block)
                current = current.parent

    @property
    def outermost(self) -> list[Loop]:
        return [loop for loop in self.loops if loop.parent is None]

    def loop_of(self, block: Block | None) -> Loop | None:
        """The innermost loop that holds `block`."""
        return self._innermost.get(block) if block is not None else None

    def depth(self, block: Block) -> int:
        loop = self._innermost.get(block)
        return loop.depth if loop else 0
