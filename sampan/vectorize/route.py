"""Partial linearisation: where control goes when divergent branches no longer branch.

The deferral algorithm of Moll & Hack ("Partial control-flow linearization", PLDI 2018). Blocks are
visited in a loop-compact topological order. `pending[b]` holds the blocks that some lanes wait to
execute when control is at b, each with the *origins* of the edges that lead there. A divergent
branch goes to the first of what is pending and its own successors, and defers the rest. A uniform
branch stays a branch, unless pending blocks lie before both its successors.

Requires CANONICAL form. This module only computes the new edges; `linearize` rewrites the function.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sampan.ir.cfg import Loop, LoopInfo
from sampan.ir.core import Block
from sampan.simt.divergence import Divergence

Pending = dict[Block, dict[Block, None]]  # target -> origins, in order of discovery


class Unroutable(Exception):
    """The routing would leave a loop with lanes still waiting inside it."""


@dataclass
class Routing:
    order: list[Block]
    # New successors: [next], or [if_true, if_false] of the (possibly replaced) condition.
    successors: dict[Block, list[Block]] = field(default_factory=dict)
    # Guards whose branch tests for any active lane: [body, skip].
    skips: set[Block] = field(default_factory=set)
    # Edges of the new graph with the origins of the original edges into the target they stand for.
    carried: dict[Block, dict[Block, dict[Block, None]]] = field(default_factory=dict)

    _parents: dict[Block, Block] | None = None

    def dominates(self, a: Block, b: Block) -> bool:
        """Whether every new path to `b` passes `a`."""
        if self._parents is None:
            self._parents = self._new_dominators()
        current = b
        while current is not a and current in self._parents:
            current = self._parents[current]
        return current is a

    def _new_dominators(self) -> dict[Block, Block]:
        """Immediate dominators. One pass is enough: the order is topological but for back edges,
        and those lead to headers, which dominate their latches."""
        number = {b: i for i, b in enumerate(self.order)}
        parents: dict[Block, Block] = {}
        for block in self.order:
            sources = [s for s in self.carried.get(block, {}) if number[s] < number[block]]
            if not sources:
                continue
            common = sources[0]
            for source in sources[1:]:
                other = source
                while common is not other:
                    if number[common] > number[other]:
                        common = parents[common]
                    else:
                        other = parents[other]
            parents[block] = common
        return parents

    def new_predecessors(self, block: Block) -> dict[Block, dict[Block, None]]:
        """New predecessor -> origins."""
        return self.carried.get(block, {})


def route(
    order: list[Block], loops: LoopInfo, divergence: Divergence, guards: set[Block]
) -> Routing:
    number = {b: i for i, b in enumerate(order)}
    routing = Routing(order)
    pending: dict[Block, Pending] = {b: {} for b in order}

    def send(source: Block, targets: Pending) -> Block:
        chosen = min(targets, key=number.__getitem__)
        if number[chosen] <= number[source]:
            raise Unroutable(f"block {source.name} would go back to {chosen.name}")
        into = routing.carried.setdefault(chosen, {}).setdefault(source, {})
        into.update(targets[chosen])
        for target, origins in targets.items():
            if target is not chosen:
                pending[chosen].setdefault(target, {}).update(origins)
        return chosen

    def with_pending(block: Block, *targets: Block) -> Pending:
        result: Pending = {t: dict(o) for t, o in pending[block].items()}
        for target in targets:
            result.setdefault(target, {})[block] = None
        return result

    def leave_to(block: Block, target: Block) -> Block:
        """Sends along an exit edge: nothing inside the loops that it leaves may be pending."""
        chosen = send(block, with_pending(block, target))
        loop = loops.loop_of(block)
        while loop is not None and target not in loop.blocks:
            if chosen in loop.blocks:
                raise Unroutable(f"lanes wait at {chosen.name} while others leave the loop")
            loop = loop.parent
        return chosen

    for block in order:
        successors = block.successors
        loop = loops.loop_of(block)
        latch_of = _latch_loop(block, loops)
        if not successors:
            if pending[block]:
                raise Unroutable("lanes still wait at the return")
            routing.successors[block] = []
        elif latch_of is not None:
            header = latch_of.header
            routing.carried.setdefault(header, {}).setdefault(block, {})[block] = None
            exits = [s for s in successors if s is not header]
            if header in divergence.divergent_loops:
                (exit_block,) = loop_exits(latch_of)
                routing.successors[block] = [header, leave_to(block, exit_block)]
            elif exits:
                out = leave_to(block, exits[0])
                routing.successors[block] = [header if s is header else out for s in successors]
            else:
                routing.successors[block] = [header]
        elif loop is not None and _leaves_divergent_loop(block, loop, divergence):
            inside = [s for s in successors if s in loop.blocks]
            routing.successors[block] = [send(block, with_pending(block, *inside))]
        elif block in divergence.divergent_branches:
            routing.successors[block] = [send(block, with_pending(block, *successors))]
        elif block in guards and _may_skip(block, pending[block], loop, number):
            body = send(block, with_pending(block, *successors))
            rest = send(block, {t: dict(o) for t, o in pending[block].items()})
            if body is rest:
                routing.successors[block] = [body]
            else:
                routing.successors[block] = [body, rest]
                routing.skips.add(block)
        else:
            chosen = []
            for s in block.terminator.targets if len(successors) > 1 else successors:
                if loop is not None and s not in loop.blocks:
                    chosen.append(leave_to(block, s))
                else:
                    chosen.append(send(block, with_pending(block, s)))
            if len(chosen) == 2 and chosen[0] is chosen[1]:
                chosen.pop()
            routing.successors[block] = chosen
    return routing


def _may_skip(block: Block, pending: Pending, loop: Loop | None, number: dict[Block, int]) -> bool:
    """Whether lanes wait behind the guard in the same iteration: a skip must not pass the latch,
    which collects the lanes that have left."""
    if not pending:
        return False
    return loop is None or min(pending, key=number.__getitem__) in loop.blocks


def _latch_loop(block: Block, loops: LoopInfo) -> Loop | None:
    for s in block.successors:
        loop = loops.loop_of(s)
        if loop is not None and loop.header is s and block in loop.blocks:
            return loop
    return None


def _leaves_divergent_loop(block: Block, loop: Loop, divergence: Divergence) -> bool:
    return loop.header in divergence.divergent_loops and any(
        s not in loop.blocks for s in block.successors
    )


def loop_exits(loop: Loop) -> list[Block]:
    return list(
        dict.fromkeys(s for b in loop.ordered_blocks for s in b.successors if s not in loop.blocks)
    )
