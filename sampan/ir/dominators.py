"""Dominator and post-dominator trees (Cooper, Harvey and Kennedy's algorithm)."""

from __future__ import annotations

from sampan.ir.core import Block, Function, Instruction, Value
from sampan.ir.graph import predecessors, reverse_post_order


def _immediate_dominators(preds: list[list[int]]) -> list[int]:
    """Immediate dominators of nodes numbered in reverse post-order, 0 being the root."""
    count = len(preds)
    idom = [-1] * count
    idom[0] = 0
    changed = True
    while changed:
        changed = False
        for node in range(1, count):
            best = -1
            for p in preds[node]:
                if idom[p] < 0:
                    continue
                if best < 0:
                    best = p
                    continue
                a, b = p, best
                while a != b:
                    while a > b:
                        a = idom[a]
                    while b > a:
                        b = idom[b]
                best = a
            if idom[node] != best:
                idom[node] = best
                changed = True
    return idom


class _Tree:
    """What both trees share. `order` lists the nodes parents first; None is a virtual root."""

    def __init__(self, order: list[Block | None], preds: list[list[int]]) -> None:
        self._order = order
        self._preds = preds
        self._idom = _immediate_dominators(preds)
        self._number = {block: i for i, block in enumerate(order)}
        self._children: list[list[int]] = [[] for _ in order]
        for node in range(1, len(order)):
            self._children[self._idom[node]].append(node)
        # Nested intervals: a dominates b if and only if a's interval holds b's start.
        self._enter = [0] * len(order)
        self._leave = [0] * len(order)
        clock = 0
        stack = [(0, iter(self._children[0]))]
        while stack:
            node, children = stack[-1]
            child = next(children, None)
            if child is None:
                self._leave[node] = clock
                stack.pop()
            else:
                clock += 1
                self._enter[child] = clock
                stack.append((child, iter(self._children[child])))
        self._frontier: dict[int, list[int]] | None = None

    def idom(self, block: Block) -> Block | None:
        """The parent in the tree; None for a root (and for blocks outside the tree)."""
        node = self._number.get(block)
        return None if not node else self._order[self._idom[node]]

    def children(self, block: Block | None) -> list[Block]:
        """Blocks whose immediate dominator is `block`."""
        node = self._number.get(block)
        if node is None:
            return []
        return [self._order[c] for c in self._children[node]]  # type: ignore[misc]

    def dominates(self, a: Block, b: Block) -> bool:
        """Whether a dominates b (every block does so to itself, and to unreachable ones)."""
        if a is b:
            return True
        y = self._number.get(b)
        if y is None:
            return True
        x = self._number.get(a)
        if x is None:
            return False
        return self._enter[x] <= self._enter[y] <= self._leave[x]

    def strictly(self, a: Block, b: Block) -> bool:
        """Whether a dominates b and is not b."""
        return a is not b and self.dominates(a, b)

    def frontier(self, block: Block) -> list[Block]:
        """Blocks that `block` does not strictly dominate, though it does a predecessor of them."""
        if self._frontier is None:
            self._frontier = self._frontiers()
        node = self._number.get(block)
        if node is None:
            return []
        found = (self._order[n] for n in self._frontier.get(node, ()))
        return [b for b in found if b is not None]

    def iterated_frontier(self, blocks: list[Block]) -> set[Block]:
        """The closure of `frontier` over a set of blocks: where their definitions join."""
        found: set[Block] = set()
        work = list(blocks)
        while work:
            for block in self.frontier(work.pop()):
                if block not in found:
                    found.add(block)
                    work.append(block)
        return found

    def common(self, a: Block, b: Block) -> Block | None:
        """The nearest block that dominates both; None is the virtual root."""
        x, y = self._number[a], self._number[b]
        while x != y:
            while x > y:
                x = self._idom[x]
            while y > x:
                y = self._idom[y]
        return self._order[x]

    def __contains__(self, block: Block) -> bool:
        return block in self._number

    def _frontiers(self) -> dict[int, list[int]]:
        result: dict[int, dict[int, None]] = {}
        for node, preds in enumerate(self._preds):
            stop = self._idom[node] if node else -1
            if node and len(preds) < 2:
                continue
            for p in preds:
                runner = p
                while runner != stop:
                    result.setdefault(runner, {})[node] = None
                    if not runner:
                        break
                    runner = self._idom[runner]
        return {k: list(v) for k, v in result.items()}


class DominatorTree(_Tree):
    """Dominators of the blocks that the entry reaches. Valid until the control flow changes."""

    def __init__(self, function: Function) -> None:
        order = reverse_post_order(function)
        self.order: list[Block] = order  # reverse post-order
        number = {block: i for i, block in enumerate(order)}
        edges = predecessors(function)
        preds = [[number[p] for p in edges[b] if p in number] for b in order]
        super().__init__(list(order), preds)

    def dominates_use(self, value: Value, user: Instruction, index: int) -> bool:
        """Whether the operand `index` of `user` may be `value`. A phi uses it at the end of the
        incoming block. Costs a scan of the block where both lie in one."""
        if not isinstance(value, Instruction):
            return True
        home = value.block
        assert home is not None and user.block is not None
        where = user.targets[index] if user.op == "phi" else user.block
        if home is not where:
            return self.dominates(home, where)
        if user.op == "phi":
            return True
        if where not in self:
            return True
        instructions = home.instructions
        return instructions.index(value) < instructions.index(user)


class PostDominatorTree(_Tree):
    """Post-dominators, from a virtual exit (None) behind all blocks without successors.

    A loop without a way out gets a fake exit from one of its blocks, so every reachable block is
    in the tree. `dominates(a, b)` reads: a post-dominates b.
    """

    def __init__(self, function: Function) -> None:
        forward = reverse_post_order(function)
        edges = predecessors(function)
        live = set(forward)
        exits = [b for b in forward if not b.successors]
        self.fake_exits: list[Block] = []
        reaching: set[Block] = set()
        self._mark(exits, edges, reaching)
        for block in reversed(forward):
            if block not in reaching:
                self.fake_exits.append(block)
                self._mark([block], edges, reaching)
        roots = exits + self.fake_exits
        # Depth-first from the exits along predecessors gives the order on the reversed graph.
        order: list[Block | None] = []
        seen: set[Block] = set()
        for root in roots:
            if root in seen:
                continue
            seen.add(root)
            stack = [(root, iter(edges[root]))]
            while stack:
                block, sources = stack[-1]
                for source in sources:
                    if source in live and source not in seen:
                        seen.add(source)
                        stack.append((source, iter(edges[source])))
                        break
                else:
                    order.append(block)
                    stack.pop()
        order.append(None)
        order.reverse()
        number = {block: i for i, block in enumerate(order)}
        preds: list[list[int]] = [[]]
        is_root = set(roots)
        for node in order[1:]:
            assert node is not None
            sources_of = [number[s] for s in node.successors]
            preds.append([0, *sources_of] if node in is_root else sources_of)
        super().__init__(order, preds)

    @staticmethod
    def _mark(start: list[Block], edges: dict[Block, list[Block]], found: set[Block]) -> None:
        work = list(start)
        while work:
            block = work.pop()
            if block not in found:
                found.add(block)
                work.extend(edges[block])
