"""Ways that lanes take through a function, and the warp-wide operations that they come to first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sampan import abi
from sampan.ir.cfg import Loop, LoopInfo
from sampan.ir.core import Block, Instruction, Value
from sampan.simt.asked_masks import is_ask, masks_from

_BARRIERS = abi.BARRIERS

# How often a way went round each loop: (number of the loop, count). The count starts again where
# the loop is entered again; it is 2 for two and more.
Rounds = tuple[tuple[int, int], ...]
# Values that hold the result of the ask that is followed.
Held = frozenset[Instruction]
# A place in a round of the loops that hold it.
Event = tuple[Instruction, Rounds]
Accepts = Callable[[Instruction, Rounds, Held], bool]


@dataclass(frozen=True)
class Point:
    """Lanes that come to a block, behind its phis."""

    block: Block
    rounds: Rounds = ()
    held: Held = frozenset()


@dataclass
class Side:
    """What lanes come to first."""

    events: dict[Event, None] = field(default_factory=dict)
    joined: list[Point] = field(default_factory=list)  # where the search was to stop


class TooManyWays(Exception):
    pass


class Steps:
    """Counts the steps of all searches in a function."""

    def __init__(self, most: int) -> None:
        self.left = most

    def step(self) -> None:
        """Raises TooManyWays after the last one."""
        self.left -= 1
        if self.left < 0:
            raise TooManyWays


class Rounding:
    """Counts the rounds of the loops that hold some of the `places`."""

    def __init__(self, loops: LoopInfo, places: Iterable[Instruction]) -> None:
        self.loops = loops.loops
        self.loop_of = loops.loop_of
        self.numbers: dict[Loop, int] = {}
        blocks = {place.block for place in places}
        for number, loop in enumerate(self.loops):
            if not blocks.isdisjoint(loop.blocks):
                self.numbers[loop] = number

    def behind(self, rounds: Rounds, source: Block, target: Block) -> Rounds:
        """The rounds behind an edge."""
        loop = self.loop_of(target)
        again = loop in self.numbers and loop.header is target and source in loop.blocks
        if not again and not rounds:
            return rounds
        counts = {n: c if target in self.loops[n].blocks else 0 for n, c in rounds}
        if again:
            for n in counts:
                if _is_inside(self.loops[n], loop):
                    counts[n] = 0
            number = self.numbers[loop]
            counts[number] = min(counts.get(number, 0) + 1, 2)
        return tuple(sorted(counts.items()))

    def of(self, block: Block, rounds: Rounds) -> Rounds:
        """Those that tell apart how often lanes come to a block."""
        return tuple((n, c) for n, c in rounds if c and block in self.loops[n].blocks)

    def repeats(self, inst: Instruction, rounds: Rounds) -> bool:
        """Whether ways that went round so may have executed the instruction again."""
        loop = self.loop_of(inst.block)
        while loop is not None:
            if loop not in self.numbers:
                return True  # nothing is known of its rounds
            if any(n == self.numbers[loop] for n, _ in rounds):
                return True
            loop = loop.parent
        return False


def _is_inside(inner: Loop, outer: Loop) -> bool:
    return inner is not outer and inner.header in outer.blocks


class Ways:
    """Follows lanes, and which values hold the result of `ask` as it was when they started."""

    def __init__(
        self,
        loops: LoopInfo,
        steps: Steps,
        operations: Iterable[Instruction],
        barriers: Iterable[Instruction],
        ask: Instruction | None = None,
        masks: Iterable[Value] = (),
    ) -> None:
        """`masks`: those that are of interest of the values that the ask's result is mixed into."""
        self.steps = steps
        self.ask = ask
        self.mixed = _between(ask, masks) if ask is not None else {}
        places = [*operations, *self.mixed, *(ask.arguments if ask is not None else ())]
        self.rounding = Rounding(loops, [i for i in places if isinstance(i, Instruction)])
        relevant = {*operations, *barriers, *(i for i in self.mixed if i.op != "phi")}
        self.operations = frozenset(operations)
        self.points: dict[Block, list[Instruction]] = {}
        for block in dict.fromkeys(i.block for i in relevant):
            assert block is not None
            self.points[block] = [i for i in block.instructions if i in relevant]
        self.phis: dict[Block, list[Instruction]] = {}
        for inst in self.mixed:
            if inst.op == "phi" and inst.block is not None:
                self.phis.setdefault(inst.block, []).append(inst)

    def go(self, point: Point, held: Held, target: Block) -> Point:
        """From the end of the point's block, where `held` hold the result, to a successor."""
        phis = self.phis.get(target)
        if phis:
            now = {phi for phi in phis if phi.incoming_for(point.block) in held}
            held = held.difference(phis) | now
        return Point(target, self.rounding.behind(point.rounds, point.block, target), held)

    def everywhere(self) -> list[tuple[Point, Held]]:
        """All points that lanes come to from the ask while a value holds its result, with the
        values that do at the blocks' ends."""
        assert self.ask is not None and self.ask.block is not None
        found: list[tuple[Point, Held]] = []
        start = Point(self.ask.block)
        seen = {start}
        work = [(start, True)]
        while work:
            point, first = work.pop()
            self.steps.step()
            held = set(point.held)
            running = not first
            for inst in self.points.get(point.block, ()):
                if running:
                    self._execute(inst, held)
                elif inst is self.ask:
                    running = True
                    held.add(inst)
            if not held:
                continue
            at_end = frozenset(held)
            found.append((point, at_end))
            for successor in point.block.successors:
                after = self.go(point, at_end, successor)
                if after not in seen:
                    seen.add(after)
                    work.append((after, False))
        return found

    def _execute(self, inst: Instruction, held: set[Instruction]) -> None:
        if inst in self.mixed:
            if not is_ask(inst) and any(v in held for v in inst.operands):
                held.add(inst)
            else:
                held.discard(inst)

    def first(self, starts: list[Point], stop: Block | None, accepts: Accepts) -> Side:
        """The operations that `accepts` which lanes come to first, before any barrier."""
        side = Side()
        seen = set(starts)
        work = list(seen)
        while work:
            point = work.pop()
            if point.block is stop:
                side.joined.append(point)
                continue
            self.steps.step()
            held = self._pass(point, accepts, side)
            if held is None:
                continue
            for successor in point.block.successors:
                after = self.go(point, held, successor)
                if after not in seen:
                    seen.add(after)
                    work.append(after)
        return side

    def _pass(self, point: Point, accepts: Accepts, side: Side) -> Held | None:
        """What holds the result at the block's end; None if lanes stop before."""
        points = self.points.get(point.block)
        if not points:
            return point.held
        held = set(point.held)
        for inst in points:
            if inst.callee_name in _BARRIERS:
                return None
            if inst in self.operations and accepts(inst, point.rounds, frozenset(held)):
                side.events[inst, self.rounding.of(point.block, point.rounds)] = None
                return None
            self._execute(inst, held)
        return frozenset(held)


def _between(ask: Instruction, masks: Iterable[Value]) -> dict[Instruction, None]:
    """The values on the way from the ask to the masks."""
    forward = masks_from(ask)
    found = {mask: None for mask in masks if isinstance(mask, Instruction) and mask in forward}
    work = list(found)
    while work:
        for operand in work.pop().operands:
            if isinstance(operand, Instruction) and operand in forward and operand not in found:
                found[operand] = None
                work.append(operand)
    return {inst: None for inst in forward if inst in found}


def is_barrier(inst: Instruction) -> bool:
    return inst.callee_name in _BARRIERS
