"""Masks: which lanes execute each block, as explicit `i1` values.

At this level a mask is an ordinary scalar `i1`: the answer for the lane at hand. `widen` makes it
a vector. An edge's mask is `select(mask, condition, false)`, never an `and`: the condition of a
lane that is not active may be poison.

Establishes: `Masks.of[block]` for every block; for each divergent loop a `live` phi, and for each
phi of its exit block a tracker phi that collects every lane's value when that lane leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sampan.ir.cfg import DominatorTree, Loop, LoopInfo, predecessors
from sampan.ir.constants import const_bool
from sampan.ir.core import Block, ConstInt, Function, Instruction, Poison, Value
from sampan.ir.types import I1, function_type
from sampan.simt.divergence import Divergence
from sampan.simt.iteration import IterationPostDominators
from sampan.simt.shape import UNIFORM, VARYING
from sampan.vectorize.route import Routing, loop_exits


@dataclass
class Masks:
    of: dict[Block, Value] = field(default_factory=dict)
    # Blocks that are never reached without an active lane: no guard needed there.
    nonempty: set[Block] = field(default_factory=set)
    values: set[Value] = field(default_factory=set)  # every mask value: absent means false
    loop_conditions: dict[Block, Value] = field(default_factory=dict)  # latch -> any(live)
    edges: dict[tuple[Block, Block], Value] = field(default_factory=dict)


class MaskBuilder:
    def __init__(
        self,
        function: Function,
        entry_mask: Value,
        loops: LoopInfo,
        divergence: Divergence,
        routing: Routing,
    ) -> None:
        self.function = function
        self.entry_mask = entry_mask
        self.loops = loops
        self.divergence = divergence
        self.routing = routing
        self.masks = Masks()
        self.tree = DominatorTree(function)
        self.preds = predecessors(function)
        self.post = IterationPostDominators(function, loops)
        self.false = const_bool(False)
        self.copies: dict[Block, Instruction] = {}

    # -- small builders, with the folding that keeps full masks visible ---------------------------

    def at_end(self, block: Block, inst: Instruction) -> Instruction:
        block.insert(len(block.instructions) - 1, inst)
        self.divergence.shapes[inst] = (
            UNIFORM if all(self.divergence.is_uniform(v) for v in inst.operands) else VARYING
        )
        if inst.type is I1:
            self.masks.values.add(inst)
        return inst

    def negate(self, block: Block, value: Value) -> Value:
        if isinstance(value, ConstInt):
            return const_bool(not value.value)
        return self.at_end(block, Instruction("xor", I1, [value, const_bool(True)]))

    def both(self, block: Block, mask: Value, condition: Value) -> Value:
        """mask and condition, where the condition counts only under the mask."""
        if isinstance(mask, ConstInt) and not mask.value:
            return mask
        return self.at_end(block, Instruction("select", I1, [mask, condition, self.false]))

    def either(self, block: Block, a: Value, b: Value) -> Value:
        if a is b:
            return a
        for x, y in ((a, b), (b, a)):
            if isinstance(x, ConstInt):
                return x if x.value else y
        return self.at_end(block, Instruction("or", I1, [a, b]))

    def any(self, block: Block, mask: Value) -> Value:
        """Whether any lane of `mask` is set, computed at the end of `block`."""
        if isinstance(mask, ConstInt):
            return mask
        assert self.function.module is not None
        callee = self.function.module.get_or_declare("sampan.any", function_type(I1, (I1,)))
        call = Instruction("call", I1, [mask, callee], function_type=callee.function_type)
        block.insert(len(block.instructions) - 1, call)
        self.divergence.shapes[call] = UNIFORM
        return call

    # -- masks ------------------------------------------------------------------------------------

    def edge(self, source: Block, target: Block) -> Value:
        """Mask of the original edge source -> target, available at the end of `source`."""
        key = (source, target)
        if key not in self.masks.edges:
            mask = self.masks.of[source]
            terminator = source.terminator
            if len(source.successors) == 1:
                self.masks.edges[key] = self.taken_from(source, target)
            else:
                condition = terminator.operands[0]
                if terminator.targets[0] is not target:
                    condition = self.negate(source, condition)
                self.masks.edges[key] = self.both(source, mask, condition)
        return self.masks.edges[key]

    def taken_from(self, source: Block, target: Block) -> Value:
        """The mask of `source` as it counts in `target`: false if control did not pass `source`.

        The mask may be a value of an earlier block, or constant: then it says nothing about the
        way control took, and a copy made in `source` does (it is false on other paths).
        """
        if self.routing.dominates(source, target):
            return self.masks.of[source]
        if source not in self.copies:
            copy = Instruction("freeze", I1, [self.masks.of[source]])
            self.copies[source] = self.at_end(source, copy)
            self.divergence.shapes[copy] = VARYING
        return self.copies[source]

    def inherited(self, source: Block, block: Block) -> Value:
        """The mask of `source` as that of `block`. Memory accesses use a block's mask without
        naming it, so it has to be a value of this block where it needs repair."""
        mask = self.taken_from(source, block)
        return mask if self.routing.dominates(source, block) else self._local(mask, block)

    def _local(self, mask: Value, block: Block) -> Value:
        here = Instruction("freeze", I1, [mask])
        block.insert(len(block.phis), here)
        self.masks.values.add(here)
        self.divergence.shapes[here] = VARYING
        return here

    def build(self) -> Masks:
        for block in self.routing.order:
            self.masks.of[block] = self._mask(block)
            for latch_loop in self._latched(block):
                if latch_loop.header in self.divergence.divergent_loops:
                    self._close_loop(block, latch_loop)
        return self.masks

    def _latched(self, block: Block) -> list[Loop]:
        return [
            loop
            for s in block.successors
            if (loop := self.loops.loop_of(s)) is not None
            and loop.header is s
            and block in loop.blocks
        ]

    def _mask(self, block: Block) -> Value:
        masks = self.masks
        if block is self.function.entry:
            masks.nonempty.add(block)
            return self.entry_mask
        loop = self.loops.loop_of(block)
        if loop is not None and loop.header is block:
            before = self._outside(loop)
            self._inherit(before, block)
            if block not in self.divergence.divergent_loops:
                return self.inherited(before, block)
            live = Instruction("phi", I1, name="live")
            live.add_incoming(self.taken_from(before, block), before)
            block.insert(0, live)
            masks.values.add(live)
            self.divergence.shapes[live] = VARYING
            return live
        left = self._left_loop(block)
        if left is not None:
            before = self._outside(left)
            self._inherit(before, block)
            return self.inherited(before, block)
        dominator = self.tree.idom(block)
        assert dominator is not None
        if self._has_lane(dominator, block):
            masks.nonempty.add(block)
        if self.loops.loop_of(dominator) is loop and self.post.postdominates(block, dominator):
            self._inherit(dominator, block)
            new = list(self.routing.new_predecessors(block))
            if (
                len(new) == 1
                and new[0] in self.routing.skips
                and self.routing.successors[new[0]][0] is block
            ):
                masks.nonempty.add(block)
            return self.inherited(dominator, block)
        if self._exact(block):
            sources = list(self.routing.new_predecessors(block))
            if all(s in masks.nonempty for s in sources):
                masks.nonempty.add(block)
            if all(masks.of[s] is masks.of[sources[0]] for s in sources):
                return masks.of[sources[0]]
            phi = Instruction("phi", I1, name="mask")
            for s in self.preds[block]:
                phi.add_incoming(masks.of[s], s)
            block.insert(0, phi)
            masks.values.add(phi)
            self.divergence.shapes[phi] = VARYING
            return phi
        total: Value = self.false
        edges = [self.edge(p, block) for p in self.preds[block]]
        index = len(block.phis)
        for edge in edges:
            if total is self.false:
                total = edge
            elif total is not edge:
                inst = Instruction("or", I1, [total, edge])
                block.insert(index, inst)
                index += 1
                masks.values.add(inst)
                self.divergence.shapes[inst] = VARYING
                total = inst
        if isinstance(total, Instruction) and total.block is not block:
            if not all(self.routing.dominates(p, block) for p in self.preds[block]):
                return self._local(total, block)
        return total

    def _has_lane(self, dominator: Block, block: Block) -> bool:
        """Whether `block` is where a loop over lanes has found one that is active."""
        terminator = dominator.terminator
        if not terminator.operands or terminator.targets[0] is not block:
            return False
        condition = terminator.operands[0]
        named = isinstance(condition, Instruction) and condition.callee_name == "sampan.gang.has"
        return named and self.preds[block] == [dominator]

    def _inherit(self, source: Block, block: Block) -> None:
        """`block` has the mask of `source`, so it is never empty if that is not; unless control
        comes to `block` another way, past `source`, when no lane wants either."""
        if source in self.masks.nonempty and self.routing.dominates(source, block):
            self.masks.nonempty.add(block)

    def _outside(self, loop: Loop) -> Block:
        (before,) = [p for p in self.preds[loop.header] if p not in loop.blocks]
        return before

    def _left_loop(self, block: Block) -> Loop | None:
        """The loop whose one exit block `block` is."""
        for p in self.preds[block]:
            loop = self.loops.loop_of(p)
            if loop is not None and block not in loop.blocks:
                return loop
        return None

    def _exact(self, block: Block) -> bool:
        """Every new edge into `block` is an original one that only the right lanes take."""
        new = self.routing.new_predecessors(block)
        if set(new) != set(self.preds[block]):
            return False
        for source, origins in new.items():
            if set(origins) != {source}:
                return False
            if len(source.successors) > 1 and len(self.routing.successors[source]) < 2:
                return False
            if source in self.routing.skips:
                return False
        return True

    # -- divergent loops --------------------------------------------------------------------------

    def _close_loop(self, latch: Block, loop: Loop) -> None:
        """Gives the live phi its second operand and makes the trackers of the live-outs."""
        live = self.masks.of[loop.header]
        assert isinstance(live, Instruction)
        (exit_block,) = loop_exits(loop)
        exits = [p for p in self.preds[exit_block]]
        staying: Value = live
        noted: dict[Block, Value] = {}
        chain = self._chain(exits, live, latch)
        if chain is not None:
            # All lanes that stay come to the next place where lanes leave: who leaves need not be
            # computed. Who comes there is noted; what they leave with later overwrites it.
            exits, staying = chain
            noted = {p: self.masks.of[p] for p in exits}
        else:
            noted = {p: self.edge(p, exit_block) for p in exits}
            for mask in noted.values():
                staying = self.both(latch, staying, self.negate(latch, mask))
        live.add_incoming(staying, latch)
        self.masks.loop_conditions[latch] = self.any(latch, staying)
        before = self._outside(loop)
        for phi in exit_block.phis:
            values = [phi.incoming_for(p) for p in exits]
            first = values[0]
            if all(v is first for v in values) and self._invariant(first, loop):
                phi.replace_all_uses_with(first) if phi.users else None
                phi.erase()
                continue
            tracker = Instruction("phi", phi.type, name="tracker")
            tracker.add_incoming(Poison(phi.type), before)
            loop.header.insert(0, tracker)
            self.divergence.shapes[tracker] = VARYING
            current: Value = tracker
            for p, value in zip(exits, values, strict=True):
                current = Instruction("select", phi.type, [noted[p], value, current])
                latch.insert(len(latch.instructions) - 1, current)
                self.divergence.shapes[current] = VARYING
            tracker.add_incoming(current, latch)
            phi.replace_all_uses_with(current) if phi.users else None
            phi.erase()

    def _chain(
        self, exits: list[Block], live: Value, latch: Block
    ) -> tuple[list[Block], Value] | None:
        """The places where lanes leave a loop in the order in which all that stay come to them, and
        the mask of who stays at last; None if there is no such order."""
        exits = sorted(exits, key=self.routing.order.index)
        staying = live
        for p in exits:
            if self.masks.of[p] is not staying or not self.tree.dominates(p, latch):
                return None
            stays = [s for s in p.successors if self._within(s, p)]
            if len(p.successors) != 2 or len(stays) != 1:
                return None
            staying = self.edge(p, stays[0])
        return exits, staying

    def _within(self, successor: Block, source: Block) -> bool:
        loop = self.loops.loop_of(source)
        return loop is not None and successor in loop.blocks

    @staticmethod
    def _invariant(value: Value, loop: Loop) -> bool:
        return not (isinstance(value, Instruction) and value.block in loop.blocks)
