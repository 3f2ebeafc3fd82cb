"""Warp-wide operations at which lanes from different paths may meet.

CUDA lets lanes come to a warp-wide operation from anywhere: `if (c) __syncwarp(); else
__syncwarp();` is one meeting of the whole warp. Vector code runs one path after the other, so it
serves an operation only where nobody whom the member mask names can be waiting elsewhere.

Lanes part at a divergent branch. If both sides lead to operations at which they might meet, these
must be one and the same: the same place in the same round of the loops that hold it, which vector
code comes to once. A side on which no operation comes before the kernel's end or a barrier of the
whole block (where nobody is left behind) has no part in a meeting of the other side.

Two operations can be one meeting if their masks can be equal. Constant masks are compared. A mask
that was found by asking (simt.asked_masks) names lanes that were at one place together, so only
branches behind that place can part them, and only those on whose condition they may differ. What
is left runs as a fibre per lane.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sampan import matrices
from sampan.ir.cfg import DominatorTree, LoopInfo, PostDominatorTree
from sampan.ir.core import Block, ConstInt, Function, Instruction, Value
from sampan.simt.asked_masks import Named, asks_of, is_ask, masks_from, trusted
from sampan.simt.divergence import Divergence
from sampan.simt.iteration import IterationPostDominators
from sampan.simt.ways import (
    Accepts,
    Event,
    Held,
    Point,
    Rounding,
    Rounds,
    Steps,
    TooManyWays,
    Ways,
    is_barrier,
)

_OPERATIONS = frozenset(
    [f"sampan.warp.{name}" for name in ("read", "ballot", "match", "reduce", "sync")]
    + list(matrices.SHAPES)
)
_MOST_STEPS = 300_000  # of all searches in a function; beyond, lanes count as meeting


@dataclass(frozen=True)
class Unmet:
    operation: Instruction
    branch: Instruction | None = None  # where lanes part, if it was found


def unmet_operation(
    function: Function, divergence: Divergence, meets_inside: Callable[[Instruction], bool]
) -> Unmet | None:
    """An operation that lanes on other paths may have to meet, if there is one.

    `function` is canonical, with its divergence. `meets_inside(call)`: whether the function that
    is called holds such operations itself.
    """

    def is_operation(inst: Instruction) -> bool:
        if inst.op != "call":
            return False
        if inst.callee_name in _OPERATIONS:
            return True
        return not inst.callee_name.startswith(("llvm.", "sampan")) and meets_inside(inst)

    operations = [i for i in function.instructions() if is_operation(i)]
    if not operations or not divergence.divergent_branches:
        return None
    search = _Search(function, divergence, operations)
    try:
        return search.blind_meeting() or search.asked_meeting()
    except TooManyWays:
        return Unmet(operations[0])


class _Search:
    def __init__(
        self, function: Function, divergence: Divergence, operations: list[Instruction]
    ) -> None:
        self.function = function
        self.divergence = divergence
        self.operations = operations
        self.barriers = [i for i in function.instructions() if is_barrier(i)]
        # Those whose mask was not found by asking: nothing is known of whom it names.
        self.blind = [i for i in operations if not _is_asked(i)]
        self.asked = [i for i in operations if _is_asked(i)]
        self.tree = DominatorTree(function)
        self.loops = LoopInfo(function, self.tree)
        self.steps = Steps(_MOST_STEPS)
        post = PostDominatorTree(function)
        iteration = IterationPostDominators(function, self.loops)
        self.branches = [b for b in function.blocks if b in divergence.divergent_branches]
        self.stops = {b: self._stop(b, post, iteration) for b in self.branches}
        self.parted = {block for branch in self.branches for block in self._apart(branch)}
        self.may_part: dict[tuple[Instruction, Block], bool] = {}

    # -- where lanes part and come together -------------------------------------------------------

    def _stop(
        self, branch: Block, post: PostDominatorTree, iteration: IterationPostDominators
    ) -> Block | None:
        """Where all lanes of the branch come together again before the iteration ends."""
        stop = post.idom(branch)
        loop = self.loops.loop_of(branch)
        if stop is None or loop is None or stop not in loop.blocks:
            return stop
        if self.loops.loop_of(stop) is loop and iteration.postdominates(stop, branch):
            return stop
        return None

    def _apart(self, branch: Block) -> set[Block]:
        """Blocks that lanes may execute after the branch before all have come together again."""
        found: set[Block] = set()
        work = list(branch.successors)
        while work:
            block = work.pop()
            if block not in found and block is not self.stops[branch]:
                found.add(block)
                work.extend(block.successors)
        return found

    def _some_parted(self, operations: list[Instruction]) -> bool:
        return any(i.block in self.parted for i in operations)

    # -- masks of which nothing is known ----------------------------------------------------------

    def blind_meeting(self) -> Unmet | None:
        constants = {_constant(i) for i in self.blind}
        for value in constants:
            same = [i for i in self.blind if value is None or _constant(i) in (None, value)]
            if not self._some_parted(same):
                continue
            ways = Ways(self.loops, self.steps, same, self.barriers)
            for branch in self.branches:
                found = self._meeting(ways, branch, Point(branch), frozenset(), _accept_all)
                if found is not None:
                    return found
        return None

    # -- masks that were found by asking ----------------------------------------------------------

    def asked_meeting(self) -> Unmet | None:
        for ask in [i for i in self.function.instructions() if is_ask(i)]:
            mixed = masks_from(ask)
            users = [
                i
                for i in self.operations
                if i.callee_name in _OPERATIONS and i.arguments[0] in mixed
            ]
            if not users or not self._some_parted(self.operations):
                continue
            masks = [i.arguments[0] for i in users]
            ways = Ways(self.loops, self.steps, self.operations, self.barriers, ask, masks)
            named = {i: Named(ask, i.arguments[0], self.divergence) for i in users}
            for point, held in ways.everywhere():
                branch = point.block
                if branch in self.divergence.divergent_branches:
                    others = [i for i in self.asked if i not in named]
                    meets = _Asked(
                        named,
                        frozenset(self.blind + [i for i in others if self._may_part(i, branch)]),
                        branch.terminator.operands[0],
                        point.rounds,
                        ways.rounding,
                    )
                    start = Point(branch)
                    found = self._meeting(ways, branch, start, held, meets, named)
                    if found is not None:
                        return found
        return None

    def _may_part(self, inst: Instruction, branch: Block) -> bool:
        """Whether the lanes that an asked mask names may have been asked before the branch, and be
        parted by it. Asked again and again, of few."""
        known = self.may_part.get((inst, branch))
        if known is None:
            known = self.may_part[inst, branch] = self._parts(inst, branch)
        return known

    def _parts(self, inst: Instruction, branch: Block) -> bool:
        mask = inst.arguments[0]
        asks, by_way = asks_of(mask)
        if by_way:
            return True
        before = [a for a in asks if a.block is not None and self.tree.dominates(a.block, branch)]
        condition = branch.terminator.operands[0]
        # Whatever the ask's operands are, they cannot have changed on the way from there.
        return bool(before) and not any(
            named.inside and named.agree_on(condition, lambda i: True, lambda i: False)
            for named in (Named(ask, mask, self.divergence) for ask in before)
        )

    # -- both sides of a branch -------------------------------------------------------------------

    def _meeting(
        self,
        ways: Ways,
        branch: Block,
        start: Point,
        held: Held,
        accepts: Accepts,
        needed: dict[Instruction, Named] | None = None,
    ) -> Unmet | None:
        """An operation on one side of the branch at which lanes of the other side, that come to
        another one first, could be waited for. One of the two must be `needed`, if given."""
        stop = self.stops[branch]
        targets = list(dict.fromkeys(branch.successors))
        sides = [ways.first([ways.go(start, held, t)], stop, accepts) for t in targets]
        if len(sides) < 2 or not any(side.events for side in sides):
            return None
        behind: dict[Event, None] = {}
        if stop is not None:
            arrivals = list(dict.fromkeys(point for side in sides for point in side.joined))
            behind = ways.first(arrivals, None, accepts).events
        one, other = sides
        pairs = [(a, b) for a in one.events for b in other.events]
        for first, second in ((one, other), (other, one)):
            if second.joined:
                pairs += [(a, b) for a in first.events for b in behind]
        for a, b in pairs:
            if needed is not None and a[0] not in needed and b[0] not in needed:
                continue
            if a != b or any(count > 1 for _, count in a[1]):
                return Unmet(a[0], branch.terminator)
        return None


def _accept_all(inst: Instruction, rounds: Rounds, held: Held) -> bool:
    return True


@dataclass(frozen=True)
class _Asked:
    """Whether lanes that an ask found together, and that a branch has parted, may be named by the
    mask of an operation. `others`: operations with masks from elsewhere that may be equal to one
    of the ask's. `since`: the rounds between the ask and the branch."""

    named: dict[Instruction, Named]
    others: frozenset[Instruction]
    condition: Value
    since: Rounds
    rounding: Rounding

    def __call__(self, inst: Instruction, rounds: Rounds, held: Held) -> bool:
        if inst in self.named and inst.arguments[0] in held:
            return not self.named[inst].agree_on(
                self.condition,
                lambda i: not self.rounding.repeats(i, self.since),
                lambda i: not self.rounding.repeats(i, rounds),
            )
        return inst in self.others


def _is_asked(inst: Instruction) -> bool:
    return inst.callee_name in _OPERATIONS and trusted(inst.arguments[0])


def _constant(inst: Instruction) -> int | None:
    """The operation's constant member mask, if it has one."""
    if inst.callee_name not in _OPERATIONS:
        return None
    members = inst.arguments[0]
    return members.value if isinstance(members, ConstInt) else None
