"""Loops in the shape the vectoriser wants.

Requires: reducible, one return block. Establishes for every loop: a preheader (single
predecessor of the header from outside, which branches only there), one latch, one exit block whose
predecessors all lie in the loop, and LCSSA form (a value of the loop used outside is used through a
phi of the exit block).

An exit that leaves several loops at once leaves them one at a time: the one exit block of the
inner loop tests a selector and branches on.
"""

from __future__ import annotations

from sampan.ir.cfg import DominatorTree, Loop, LoopInfo, predecessors
from sampan.ir.constants import const_int
from sampan.ir.core import Block, Function, Instruction, Poison
from sampan.ir.edit import branch, join_edges, jump
from sampan.ir.ssa_repair import repair
from sampan.ir.types import I1, I32


def run(function: Function, context: object = None) -> bool:
    if not LoopInfo(function).loops:
        return False
    _each_loop(function, _add_preheader)
    _each_loop(function, _merge_latches)
    _each_loop(function, _dedicate_exits)
    form_lcssa(function)
    _each_loop(function, _single_exit)
    return True


def _each_loop(function: Function, action: object) -> None:
    """Applies `action` to each loop, innermost first, recomputing the loops after a change."""
    done: set[Block] = set()
    while True:
        info = LoopInfo(function)
        pending = [
            loop
            for loop in sorted(info.loops, key=lambda x: -x.depth)
            if loop.header not in done
        ]
        if not pending:
            return
        for loop in pending:
            done.add(loop.header)
            if action(function, loop):  # type: ignore[operator]
                break


def _add_preheader(function: Function, loop: Loop) -> bool:
    header = loop.header
    outside = [p for p in predecessors(function)[header] if p not in loop.blocks]
    if len(outside) == 1 and outside[0].successors == [header] and header is not function.entry:
        return False
    if header is function.entry:
        entry = Block("entry", function)
        function.blocks.insert(0, entry)
        jump(entry, header)
        return True
    join_edges(function, outside, header, "preheader")
    return True


def _merge_latches(function: Function, loop: Loop) -> bool:
    latches = [p for p in predecessors(function)[loop.header] if p in loop.blocks]
    if len(latches) == 1 and latches[0].successors == [loop.header]:
        return False
    if len(latches) == 1:
        # A conditional latch is fine as long as its other edge leaves the loop.
        return False
    latch = join_edges(function, latches, loop.header, "latch")
    # Keep blocks in an order in which the latch follows the loop's body.
    function.blocks.remove(latch)
    last = max(function.blocks.index(b) for b in loop.blocks)
    function.blocks.insert(last + 1, latch)
    return True


def exit_edges(loop: Loop) -> list[tuple[Block, Block]]:
    """Edges that leave the loop, in a deterministic order."""
    blocks = [b for b in loop.ordered_blocks]
    return [(b, s) for b in blocks for s in b.successors if s not in loop.blocks]


def _dedicate_exits(function: Function, loop: Loop) -> bool:
    preds = predecessors(function)
    changed = False
    for target in dict.fromkeys(t for _, t in exit_edges(loop)):
        inside = [p for p in preds[target] if p in loop.blocks]
        if len(inside) != len(preds[target]):
            join_edges(function, inside, target, "loop.exit")
            changed = True
    return changed


def _single_exit(function: Function, loop: Loop) -> bool:
    edges = exit_edges(loop)
    targets = list(dict.fromkeys(t for _, t in edges))
    if len(targets) <= 1:
        return False
    exit_block = Block("loop.exit", function)
    last = max(function.blocks.index(b) for b in loop.blocks)
    function.blocks.insert(last + 1, exit_block)
    selector = exit_block.append(Instruction("phi", I32))
    merged: list[tuple[Instruction, Instruction]] = []
    for target in targets:
        for phi in target.phis:
            merged.append((phi, exit_block.append(Instruction("phi", phi.type))))
    for source, target in edges:
        selector.add_incoming(const_int(I32, targets.index(target)), source)
        for phi, joint in merged:
            value = phi.incoming_for(source) if phi.block is target else Poison(phi.type)
            joint.add_incoming(value, source)
        source.terminator.replace_target(target, exit_block)
    current = exit_block
    reached_from: dict[Block, Block] = {}
    for number, target in enumerate(targets[:-1]):
        final = number == len(targets) - 2
        following = targets[-1] if final else function.add_block("loop.exit.next", after=current)
        test = current.append(
            Instruction("icmp", I1, [selector, const_int(I32, number)], pred="eq")
        )
        branch(current, test, target, following)
        reached_from[target] = current
        reached_from[following] = current
        current = following
    for phi, joint in merged:
        assert phi.block is not None
        phi.replace_all_uses_with(joint) if phi.users else None
        phi.erase()
    return True


def form_lcssa(function: Function) -> None:
    """Every value of a loop that is used outside it is used through a phi of an exit block."""
    info = LoopInfo(function)
    tree = DominatorTree(function)
    preds = predecessors(function)
    for loop in sorted(info.loops, key=lambda x: -x.depth):
        exits = list(dict.fromkeys(t for _, t in exit_edges(loop)))
        for block in loop.ordered_blocks:
            for inst in list(block.instructions):
                outside = _uses_outside(inst, loop)
                if not outside:
                    continue
                definitions: dict[Block, Instruction] = {}
                for target in exits:
                    if not tree.dominates(block, target):
                        continue
                    phi = Instruction("phi", inst.type)
                    for p in preds[target]:
                        phi.add_incoming(inst, p)
                    target.insert(0, phi)
                    definitions[target] = phi
                uses = [(u, i) for u, i in outside if u not in definitions.values()]
                repair(function, definitions, inst.type, uses, Poison(inst.type), "lcssa")


def _uses_outside(inst: Instruction, loop: Loop) -> list[tuple[Instruction, int]]:
    found = []
    for user in list(inst.users):
        assert isinstance(user, Instruction)
        for i, operand in enumerate(user.operands):
            if operand is inst:
                where = user.targets[i] if user.op == "phi" else user.block
                if where not in loop.blocks:
                    found.append((user, i))
    return found
