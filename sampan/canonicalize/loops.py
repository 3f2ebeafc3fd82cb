"""Loops in the shape the vectoriser wants.

Requires: reducible, one return block. Establishes for every loop: a preheader (single
predecessor of the header from outside, which branches only there), one latch, one exit block whose
predecessors all lie in the loop, and LCSSA form (a value of the loop used outside is used through a
phi of the exit block).

An exit that leaves several loops at once leaves them one at a time: the one exit block of the
inner loop tests a selector and branches on.
"""

from __future__ import annotations

from collections.abc import Callable

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
    _each_loop(function, _close)
    return True


def _each_loop(function: Function, action: Callable[[Function, Loop, DominatorTree], bool]) -> None:
    """Applies `action` to each loop, innermost first. Loops and dominators are computed anew after
    a change, but loops of one depth have no block in common and keep theirs meanwhile."""
    done: set[Block] = set()
    while True:
        tree = DominatorTree(function)
        pending = [loop for loop in LoopInfo(function, tree).loops if loop.header not in done]
        deepest = max((loop.depth for loop in pending), default=0)
        for loop in pending:
            if loop.depth == deepest:
                done.add(loop.header)
                if action(function, loop, tree) and action is _close:
                    break  # what comes next needs the new dominators
        if not pending:
            return


def _add_preheader(function: Function, loop: Loop, tree: DominatorTree) -> bool:
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


def _merge_latches(function: Function, loop: Loop, tree: DominatorTree) -> bool:
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


def _dedicate_exits(function: Function, loop: Loop, tree: DominatorTree) -> bool:
    preds = predecessors(function)
    changed = False
    for target in loop.exit_blocks:
        inside = [p for p in preds[target] if p in loop.blocks]
        if len(inside) != len(preds[target]):
            join_edges(function, inside, target, "loop.exit")
            changed = True
    return changed


def _close(function: Function, loop: Loop, tree: DominatorTree) -> bool:
    """LCSSA form and one exit block for one loop. The loops inside it have both already: where
    they left this loop, too, they do so through a block of this loop now."""
    form_lcssa(function, loop, tree)
    return _single_exit(function, loop)


def _single_exit(function: Function, loop: Loop) -> bool:
    edges = loop.exit_edges
    targets = loop.exit_blocks
    if len(targets) <= 1:
        return False
    # What leaves the most loops is tested last, so that those loops need no selector of their own.
    targets.sort(key=lambda target: -_loops_shared(loop, target))
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
    for number, target in enumerate(targets[:-1]):
        final = number == len(targets) - 2
        following = targets[-1] if final else function.add_block("loop.exit.next", after=current)
        test = current.append(
            Instruction("icmp", I1, [selector, const_int(I32, number)], pred="eq")
        )
        branch(current, test, target, following)
        current = following
    for phi, joint in merged:
        phi.replace_all_uses_with(joint) if phi.users else None
        phi.erase()
    return True


def _loops_shared(loop: Loop, target: Block) -> int:
    """How many of the loops around `loop` the block `target` lies in."""
    outer, count = loop.parent, 0
    while outer is not None:
        count += target in outer.blocks
        outer = outer.parent
    return count


def form_lcssa(function: Function, loop: Loop, tree: DominatorTree) -> None:
    """Every value of the loop that is used outside it is used through a phi of an exit block.

    Requires exit blocks that are entered from the loop only.
    """
    preds = predecessors(function)
    exit_blocks = loop.exit_blocks
    for block in loop.ordered_blocks:
        exits = [t for t in exit_blocks if tree.dominates(block, t)]
        for inst in list(block.instructions):
            outside = _uses_outside(inst, loop)
            if not outside:
                continue
            phis = {target: _exit_phi(inst, target, preds[target]) for target in exits}
            rest = []
            for user, i in outside:
                where = user.targets[i] if user.op == "phi" else user.block
                # Nearly always one exit block dominates the use.
                target = next((t for t in exits if where and tree.dominates(t, where)), None)
                if target is None:
                    rest.append((user, i))
                else:
                    user.set_operand(i, phis[target])
            repair(function, phis, inst.type, rest, Poison(inst.type), "lcssa", tree)
            for phi in phis.values():
                if not phi.users:
                    phi.erase()


def _exit_phi(value: Instruction, target: Block, sources: list[Block]) -> Instruction:
    """The phi of the exit block `target` that receives `value` from all sides, made if need be."""
    for phi in target.phis:
        if all(v is value for v in phi.operands):
            return phi
    phi = Instruction("phi", value.type)
    for source in sources:
        phi.add_incoming(value, source)
    return target.insert(0, phi)


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
