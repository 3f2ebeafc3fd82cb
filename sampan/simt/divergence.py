"""Which values vary between lanes, which branches diverge, which loops lanes leave separately.

Shapes and control divergence depend on each other and are computed jointly, as an optimistic
fixpoint (Karrenberg & Hack; Rosemann, Moll & Hack, "An abstract interpretation for SPMD
divergence on reducible control flow graphs", POPL 2021). Requires CANONICAL form.

- A branch is divergent if its condition is not uniform.
- A block that two disjoint paths from a divergent branch reach is a *join*: its phis vary, unless
  each branch that parts lanes on the way brings one value, which was there before it.
- A loop is divergent if from a divergent branch inside it one path leaves and another goes round:
  lanes leave in different iterations, so the phis of its exit block (LCSSA) vary.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sampan.ir.cfg import (
    DominatorTree,
    Loop,
    LoopInfo,
    PostDominatorTree,
    reverse_post_order,
)
from sampan.ir.core import (
    Argument,
    Block,
    Constant,
    ConstInt,
    Function,
    Instruction,
    Value,
    same,
)
from sampan.simt.iteration import IterationPostDominators
from sampan.simt.shape import UNIFORM, VARYING, Shape, constant_multiple, join, uniform
from sampan.simt.transfer import transfer


@dataclass
class Divergence:
    """Result of the analysis. Passes that add values record their shapes in `shapes`."""

    shapes: dict[Value, Shape] = field(default_factory=dict)
    divergent_branches: set[Block] = field(default_factory=set)
    joins: set[Block] = field(default_factory=set)
    divergent_loops: set[Block] = field(default_factory=set)  # by header
    # Numbers that tell where lanes are in their block, if they lie in several of its rows.
    places: frozenset[Value] = frozenset()

    def shape(self, value: Value) -> Shape:
        if isinstance(value, Instruction | Argument):
            return self.shapes.get(value, VARYING)
        return UNIFORM

    def is_uniform(self, value: Value) -> bool:
        return self.shape(value).is_uniform


def analyze(
    function: Function,
    argument_shape: Callable[[Argument], Shape],
    special: Callable[[Instruction], Shape | None],
    width: int,
) -> Divergence:
    """`special(call)` gives the shape of a `sampan.*` intrinsic or alloca, None for the rest;
    `width` is the number of lanes."""
    return _Analysis(function, argument_shape, special, width).run()


class _Analysis:
    def __init__(
        self,
        function: Function,
        argument_shape: Callable[[Argument], Shape],
        special: Callable[[Instruction], Shape | None],
        width: int,
    ) -> None:
        self.function = function
        self.width = width
        self.special = special
        self.result = Divergence()
        self.order = reverse_post_order(function)
        self.number = {b: i for i, b in enumerate(self.order)}
        self.loops = LoopInfo(function)
        self.post = PostDominatorTree(function)
        self.tree = DominatorTree(function)
        self.iteration = IterationPostDominators(function, self.loops)
        self.exit_loops: dict[Block, Loop] = {}
        for loop in self.loops.loops:
            for block in loop.ordered_blocks:
                for s in block.successors:
                    if s not in loop.blocks:
                        self.exit_loops[s] = loop
        for argument in function.args:
            self.result.shapes[argument] = argument_shape(argument)
        self.pending: dict[Instruction, None] = {}
        # Of a join: the divergent branches that part lanes on the way there, with the blocks where
        # lanes may be until they come together.
        self.parting: dict[Block, dict[Block, set[Block]]] = {}

    def run(self) -> Divergence:
        for block in self.order:
            for inst in block.instructions:
                self.pending[inst] = None
        while self.pending:
            inst = next(iter(self.pending))
            del self.pending[inst]
            self._visit(inst)
        # What the optimistic fixpoint never reached depends on itself only: it is uniform.
        for block in self.order:
            for inst in block.instructions:
                self.result.shapes.setdefault(inst, UNIFORM)
        return self.result

    def _get(self, value: Value) -> Shape | None:
        if isinstance(value, Instruction | Argument):
            return self.result.shapes.get(value)
        if isinstance(value, ConstInt):
            return uniform(constant_multiple(value.value))
        return UNIFORM

    def _visit(self, inst: Instruction) -> None:
        if inst.op == "br" and inst.operands:
            shape = self._get(inst.operands[0])
            block = inst.block
            assert block is not None
            if shape is not None and not shape.is_uniform:
                if block not in self.result.divergent_branches:
                    self.result.divergent_branches.add(block)
                    self._propagate(block)
            return
        if inst.is_terminator:
            return
        old = self.result.shapes.get(inst)
        new = self._evaluate(inst)
        if new is None:
            return
        new = join(old, new)
        assert new is not None
        if new != old:
            self.result.shapes[inst] = new
            for user in inst.users:
                if isinstance(user, Instruction) and user.block in self.number:
                    self.pending[user] = None

    def _evaluate(self, inst: Instruction) -> Shape | None:
        if inst.op == "phi":
            return self._phi(inst)
        found = self.special(inst)
        if found is not None:
            return found
        shapes = [self._get(v) for v in inst.operands]
        if any(s is None for s in shapes):
            return None
        return transfer(inst, shapes, self.width)  # type: ignore[arg-type]

    def _phi(self, phi: Instruction) -> Shape | None:
        block = phi.block
        assert block is not None
        loop = self.exit_loops.get(block)
        leaves_apart = loop is not None and loop.header in self.result.divergent_loops
        if block in self.result.joins or leaves_apart:
            first = phi.operands[0]
            invariant = isinstance(first, Constant | Argument) or (
                loop is not None
                and isinstance(first, Instruction)
                and first.block not in loop.blocks
            )
            one_value = all(v is first for v in phi.operands)
            if not (one_value and (invariant or block not in self.exit_loops)):
                if leaves_apart or any(
                    not self._agrees(phi, branch, behind)
                    for branch, behind in self.parting[block].items()
                ):
                    return VARYING
        shape: Shape | None = None
        for value in phi.operands:
            shape = join(shape, self._get(value))
        if shape is not None and shape.assumed and not self._settled(block, shape):
            return VARYING
        return shape

    def _agrees(self, phi: Instruction, branch: Block, behind: set[Block]) -> bool:
        """Whether lanes that `branch` parts bring `phi` one value from before it. Edges that do not
        come from it or from `behind` it are taken by all of them or by none."""
        found: Value | None = None
        seen: set[Value] = set()
        work: list[Value] = [phi]
        while work:
            value = work.pop()
            if value in seen:
                continue
            seen.add(value)
            home = value.block if isinstance(value, Instruction) else None
            if home is None or (value is not phi and self.tree.dominates(home, branch)):
                if found is not None and not same(value, found):
                    return False
                found = value
            elif isinstance(value, Instruction) and value.op == "phi" and home in behind:
                work += [v for v, source in value.incoming if source is branch or source in behind]
            else:
                return False
        return True

    def _settled(self, block: Block, shape: Shape) -> bool:
        """Whether the assumptions were tested before the loop whose header `block` is."""
        loop = self.loops.loop_of(block)
        if loop is None or loop.header is not block:
            return False
        return all(
            e.block not in loop.blocks and self.tree.dominates(e.block, block)
            for e in shape.assumed
            if e.block is not None
        )

    def _reconvergence(self, branch: Block) -> Block | None:
        """Where all lanes of the branch meet again before the iteration ends. A post-dominator
        that some lanes reach only after going round is not such a place."""
        stop = self.post.idom(branch)
        loop = self.loops.loop_of(branch)
        if stop is None or stop not in (loop.blocks if loop is not None else ()):
            return stop
        if self.loops.loop_of(stop) is loop and self.iteration.postdominates(stop, branch):
            return stop
        return None

    def _propagate(self, branch: Block) -> None:
        """Marks the joins of a newly divergent branch, and the loops it makes divergent."""
        stop = self._reconvergence(branch)
        label: dict[Block, Block] = {}
        exited: set[Loop] = set()
        continued: set[Block] = set()
        work: set[Block] = set()
        joins: dict[Block, None] = {}

        def reach(source: Block, target: Block, tag: Block) -> None:
            loop = self.loops.loop_of(source)
            while loop is not None and target not in loop.blocks:
                if branch in loop.blocks:
                    exited.add(loop)
                loop = loop.parent
            if self.number[target] <= self.number[source]:  # back edge
                owner = self.loops.loop_of(target)
                if owner is not None and branch in owner.blocks and owner.header is target:
                    continued.add(target)
                return
            known = label.get(target)
            if known is None:
                label[target] = tag
                work.add(target)
            elif known is not tag and known is not target:
                label[target] = target
                work.add(target)
                joins[target] = None
            elif known is target and known is not tag:
                joins[target] = None

        for successor in branch.successors:
            reach(branch, successor, successor)
        if len(branch.successors) == 2:
            a, b = branch.successors
            if label.get(a) is not a and label.get(a) is not None:
                joins[a] = None
            del a, b
        while work:
            block = min(work, key=self.number.__getitem__)
            work.discard(block)
            if block is stop:
                continue
            for successor in block.successors:
                reach(block, successor, label[block])
        behind = set(label)
        for block in joins:
            self.result.joins.add(block)
            self.parting.setdefault(block, {})[branch] = behind
            for phi in block.phis:
                self.pending[phi] = None
        for loop in exited:
            if loop.header in continued and loop.header not in self.result.divergent_loops:
                self.result.divergent_loops.add(loop.header)
                for block in dict.fromkeys(
                    s for b in loop.ordered_blocks for s in b.successors if s not in loop.blocks
                ):
                    for phi in block.phis:
                        self.pending[phi] = None
