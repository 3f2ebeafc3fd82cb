"""Code without masks for gangs that are not at an edge.

    if (i < n) { … }           becomes    if (all lanes have i < n) { copy of … }
                                          else if (i < n) { … }
    do { … } while (i < n);    becomes    do { copy of … } while (all lanes have i < n);
                                          if (i < n) do { … } while (i < n);

In the copy every lane is active, so its accesses to memory need no masks: those are slow where the
target lacks masked instructions, and what a masked store wrote is not forwarded to loads. Only for
edge tests that all lanes come to, and for gangs that are full. Requires and keeps CANONICAL form;
shapes have to be computed anew where it says that it changed something.
"""

from __future__ import annotations

from sampan import abi
from sampan.ir.cfg import DominatorTree, Loop, LoopInfo, predecessors
from sampan.ir.clone import clone_blocks
from sampan.ir.constants import const_bool
from sampan.ir.core import Block, Function, Instruction, Value
from sampan.ir.dominators import PostDominatorTree
from sampan.ir.edit import branch, jump
from sampan.ir.types import I1, function_type
from sampan.simt.divergence import Divergence
from sampan.simt.edges import is_edge_test, partial_blocks

LARGEST = 400  # instructions of one copy; of all copies in a kernel three times as many
_MEETINGS = (*abi.BARRIERS, "sampan.warp.", "sampan_cluster", "sampan_named")
_MEMORY = frozenset({"load", "store", "atomicrmw", "cmpxchg"})


class Budget:
    """What may still be copied in a kernel."""

    def __init__(self) -> None:
        self.left = 3 * LARGEST

    def take(self, instructions: list[Instruction]) -> bool:
        """Whether a copy of them is worth its size, and allowed."""
        if not any(i.op in _MEMORY for i in instructions) or len(instructions) > LARGEST:
            return False
        if len(instructions) > self.left or any(map(_single, instructions)):
            return False
        self.left -= len(instructions)
        return True


class FullPaths:
    """Makes the copies of one kernel. `run` is called until it changes nothing: a copy may have
    edge tests of its own."""

    def __init__(self, function: Function, budget: Budget) -> None:
        self.function = function
        self.budget = budget
        self.tested: set[Block] = set()  # blocks whose branch has its copies

    def run(self, divergence: Divergence) -> bool:
        function = self.function
        candidates = [
            b
            for b in function.blocks
            if b in divergence.divergent_branches
            and b not in self.tested
            and is_edge_test(b.terminator.operands[0], divergence)
        ]
        if not candidates:
            return False
        post = PostDominatorTree(function)
        partial = partial_blocks(function, divergence, post)
        tree = DominatorTree(function)
        loops = LoopInfo(function, tree)
        for block in candidates:
            loop = loops.loop_of(block)
            if loop is not None and self._rounds_begin_full(loop, block, partial):
                if self._worth(loop.ordered_blocks):
                    self._copy_loop(loop, block)
                    return True  # loops and dominators are others now
        preds = predecessors(function)
        plans = []
        for block in candidates:
            stop = post.idom(block)
            if block in partial or stop is None:
                continue
            for side in dict.fromkeys(block.successors):
                if side is stop or preds[side] != [block]:
                    continue
                region = _region(side, stop)
                if all(tree.dominates(side, b) for b in region) and self._worth(region):
                    plans.append((block, side, stop, region))
        branches: dict[Block, Block] = {}  # where the branch of a block is now
        for block, side, stop, region in plans:
            branches[block] = self._copy(branches.get(block, block), side, stop, region)
        return bool(plans)

    @staticmethod
    def _rounds_begin_full(loop: Loop, block: Block, partial: set[Block]) -> bool:
        """Whether lanes leave the loop at `block`, its end, alone, and come to it together."""
        if loop.latch is not block or loop.exiting_blocks != [block]:
            return False
        return loop.preheader is not None and loop.preheader not in partial

    def _worth(self, region: list[Block]) -> bool:
        return self.budget.take([i for b in region for i in b.instructions])

    def _copy(self, block: Block, side: Block, stop: Block, region: list[Block]) -> Block:
        """`block` gets the test whether all lanes go to `side`; its branch moves to a new block,
        which is returned."""
        function = self.function
        test = function.add_block("edge", after=block)
        old = block.terminator.detach()
        test.append(old)
        for successor in dict.fromkeys(old.targets):
            _rename_source(successor, block, test)
        copies = clone_blocks(function, region, block, ".full")
        full = copies[side]
        assert isinstance(full, Block)
        _rename_source(full, test, block)
        for phi in stop.phis:
            for value, source in list(phi.incoming):
                copy = copies.get(source)
                if isinstance(copy, Block):
                    phi.add_incoming(copies.get(value, value), copy)
        condition = _taken(block, old, side)
        branch(block, self._all(block, condition), full, test)
        self.tested.add(test)
        return test

    def _copy_loop(self, loop: Loop, latch: Block) -> None:
        function, before = self.function, loop.preheader
        (exit_block,) = loop.exit_blocks
        header = loop.header
        assert before is not None
        copies = clone_blocks(function, loop.ordered_blocks, before, ".full")
        full, full_latch = copies[header], copies[latch]
        assert isinstance(full, Block) and isinstance(full_latch, Block)
        # Behind the copy: who has rounds left goes on to the loop as it was.
        left = function.add_block("edge", after=full_latch)
        again = function.add_block("edge.loop", after=left)
        kept: dict[Value, Value] = {}

        def keep(value: Value) -> Value:
            """`value` as the copy of the loop leaves it, through a phi of its exit block."""
            value = copies.get(value, value)
            if not isinstance(value, Instruction) or value not in in_copy:
                return value
            if value not in kept:
                phi = Instruction("phi", value.type)
                phi.add_incoming(value, full_latch)
                kept[value] = left.insert(0, phi)
            return kept[value]

        in_copy = {c for c in copies.values() if isinstance(c, Instruction)}
        before.terminator.replace_target(header, full)
        for phi in header.phis:
            value = keep(phi.incoming_for(latch))
            phi.remove_incoming(before)
            phi.add_incoming(value, again)
        jump(again, header)
        # Where both loops end.
        joint = function.add_block("edge.end", after=exit_block)
        count = len(exit_block.phis)
        moved = exit_block.instructions[count:]
        del exit_block.instructions[count:]
        for inst in moved:
            inst.block = joint
        joint.instructions = moved
        for successor in dict.fromkeys(joint.successors):
            _rename_source(successor, exit_block, joint)
        for phi in list(exit_block.phis):
            merged = Instruction("phi", phi.type)
            phi.replace_all_uses_with(merged) if phi.users else None
            merged.add_incoming(phi, exit_block)
            merged.add_incoming(keep(phi.incoming_for(latch)), left)
            joint.insert(0, merged)
        jump(exit_block, joint)
        # The copy goes on while no lane leaves.
        old = full_latch.terminator
        stays = old.targets[0] is full
        condition = old.operands[0]
        branch(left, keep(condition), *((again, joint) if stays else (joint, again)))
        old.detach()
        branch(full_latch, self._all(full_latch, _taken(full_latch, old, full)), full, left)
        old.drop_operands()
        self.tested.add(left)
        self.tested.add(latch)

    def _all(self, block: Block, condition: Value) -> Instruction:
        assert self.function.module is not None
        callee = self.function.module.get_or_declare("sampan.all", function_type(I1, (I1,)))
        call = Instruction("call", I1, [condition, callee], function_type=callee.function_type)
        return block.append(call)


def _taken(block: Block, old: Instruction, side: Block) -> Value:
    """Whether the branch `old` goes to `side`, computed at the end of `block`."""
    condition = old.operands[0]
    if old.targets[0] is side:
        return condition
    return block.append(Instruction("xor", I1, [condition, const_bool(True)]))


def _rename_source(block: Block, old: Block, new: Block) -> None:
    for phi in block.phis:
        phi.targets = [new if t is old else t for t in phi.targets]


def _region(side: Block, stop: Block) -> list[Block]:
    """Blocks from `side` on, up to `stop`."""
    found: dict[Block, None] = {}
    work = [side]
    while work:
        block = work.pop()
        if block is not stop and block not in found:
            found[block] = None
            work += block.successors
    return list(found)


def _single(inst: Instruction) -> bool:
    """Whether there has to be one place for it: other lanes or gangs are met here, or memory
    begins to live."""
    return inst.op == "alloca" or inst.callee_name.startswith(_MEETINGS)
