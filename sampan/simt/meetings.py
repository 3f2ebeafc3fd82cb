"""Warp-wide operations at which lanes from different paths may meet.

CUDA lets lanes come to a warp-wide operation from anywhere: `if (c) __syncwarp(); else
__syncwarp();` is one meeting of the whole warp. Vector code runs one path after the other, so it
serves an operation only where nobody whom the member mask names can be waiting elsewhere. That is
so unless

- the operation is executed by some lanes only (a divergent branch decides on it), and
- lanes that took another way can come to an operation, this one in a later round of a loop or
  another, before a barrier of the whole block: at a barrier nobody is left behind.

Member masks that were found by asking (`__activemask`, `__ballot_sync`, `__match_any_sync`) name
lanes that were there together, and are trusted. What is left runs as a fibre per lane.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan import matrices
from sampan.ir.cfg import LoopInfo, PostDominatorTree
from sampan.ir.core import Block, ConstInt, Function, Instruction, Value
from sampan.ir.types import I1
from sampan.simt.divergence import Divergence
from sampan.simt.iteration import IterationPostDominators

_MEMBERS = {
    f"sampan.warp.{name}": 0 for name in ("read", "ballot", "match", "reduce", "sync")
} | dict.fromkeys(matrices.SHAPES, 0)
_ASKED = frozenset({"sampan.warp.activemask", "sampan.warp.ballot", "sampan.warp.match"})


def unmet_operation(
    function: Function, divergence: Divergence, meets_inside: Callable[[Instruction], bool]
) -> Instruction | None:
    """An operation that lanes on other paths may have to meet, if there is one.

    `function` is canonical, with its divergence. `meets_inside(call)`: whether the function that
    is called holds such operations itself.
    """
    return _Search(function, divergence, meets_inside).run()


class _Search:
    def __init__(
        self,
        function: Function,
        divergence: Divergence,
        meets_inside: Callable[[Instruction], bool],
    ) -> None:
        self.function = function
        self.divergence = divergence
        self.meets_inside = meets_inside
        self.sites = {
            block: found
            for block in function.blocks
            if (found := [i for i in block.instructions if self._is_site(i)])
        }

    def run(self) -> Instruction | None:
        if not self.sites or not self.divergence.divergent_branches:
            return None
        self.loops = LoopInfo(self.function)
        self.post = PostDominatorTree(self.function)
        self.iteration = IterationPostDominators(self.function, self.loops)
        for branch in self.function.blocks:
            if branch not in self.divergence.divergent_branches:
                continue
            apart = self._apart(branch)
            for block, sites in self.sites.items():
                if block in apart and self._may_wait_elsewhere(branch, block):
                    return sites[0]
        return None

    def _is_site(self, inst: Instruction) -> bool:
        if inst.op != "call":
            return False
        if inst.callee_name in _MEMBERS:
            return not trusted(inst.arguments[_MEMBERS[inst.callee_name]])
        return not inst.callee_name.startswith(("llvm.", "sampan")) and self.meets_inside(inst)

    def _apart(self, branch: Block) -> set[Block]:
        """Blocks that lanes may execute after the branch before all have come together again."""
        stop = self._reconvergence(branch)
        found: set[Block] = set()
        work = list(branch.successors)
        while work:
            block = work.pop()
            if block not in found and block is not stop:
                found.add(block)
                work.extend(block.successors)
        return found

    def _reconvergence(self, branch: Block) -> Block | None:
        stop = self.post.idom(branch)
        loop = self.loops.loop_of(branch)
        if stop is None or loop is None or stop not in loop.blocks:
            return stop
        if self.loops.loop_of(stop) is loop and self.iteration.postdominates(stop, branch):
            return stop
        return None

    def _may_wait_elsewhere(self, branch: Block, site: Block) -> bool:
        """Whether a lane that goes from `branch` past `site` can come to an operation, or to `site`
        in a later round, without a block's barrier on the way."""
        seen: set[tuple[Block, bool]] = set()
        work = [(s, self._goes_round(branch, s, site)) for s in branch.successors]
        while work:
            block, later = work.pop()
            if (block, later) in seen:
                continue
            seen.add((block, later))
            if block is site:
                if later:
                    return True
                continue  # in the same round: here all come together
            meets, passes = self._first(block)
            if meets:
                return True
            if passes:
                work += [(s, later or self._goes_round(block, s, site)) for s in block.successors]
        return False

    def _goes_round(self, source: Block, target: Block, site: Block) -> bool:
        """Whether the edge starts a new round of a loop that holds `site`."""
        loop = self.loops.loop_of(target)
        return (
            loop is not None
            and loop.header is target
            and source in loop.blocks
            and site in loop.blocks
        )

    def _first(self, block: Block) -> tuple[bool, bool]:
        """(an operation comes before any barrier, there is no barrier)."""
        for inst in block.instructions:
            if inst.callee_name in ("sampan.barrier", "sampan.barrier.reduce"):
                return False, False
            if self._is_site(inst):
                return True, False
        return False, True


def trusted(members: Value, seen: set[Value] | None = None) -> bool:
    """Whether a member mask was found by asking who is there, or is a part of one."""
    seen = seen if seen is not None else set()
    if members in seen:  # round a loop: as good as what came in
        return True
    seen.add(members)
    if isinstance(members, ConstInt):
        return members.value == 0  # names nobody
    if not isinstance(members, Instruction):
        return False
    operands = members.operands
    if members.op in ("phi", "or"):
        return all(trusted(v, seen) for v in operands)
    if members.op == "select":
        return all(trusted(v, seen) for v in operands[1:])
    if members.op == "freeze":
        return trusted(operands[0], seen)
    if members.op == "and":
        return any(trusted(v, seen.copy()) for v in operands)
    if members.op == "xor":  # the others of those who were there, or either side
        return any(
            _all_or_nothing(b) and trusted(a, seen.copy()) for a, b in (operands, operands[::-1])
        )
    return members.callee_name in _ASKED


def _all_or_nothing(value: Value) -> bool:
    """Whether each lane's bits are all set or all clear."""
    if isinstance(value, ConstInt):
        return value.value == 0xFFFFFFFF
    return isinstance(value, Instruction) and value.op == "sext" and value.operands[0].type is I1
