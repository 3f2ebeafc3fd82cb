"""Where a branch around inactive code pays.

Linearised code runs whether or not a lane is active. Before a costly stretch that only some lanes
execute, an empty *guard* block is put; if lanes wait behind it, linearisation gives it a branch
that skips the stretch when no lane is active. Requires CANONICAL form and its divergence;
keeps both (phis of the guarded block move to the guard with their shapes).
"""

from __future__ import annotations

from sampan.ir.cfg import DominatorTree, LoopInfo, predecessors
from sampan.ir.core import Block, Function, Instruction
from sampan.ir.edit import jump
from sampan.simt.divergence import Divergence
from sampan.simt.edges import is_edge_test

# In units of one vector instruction. A skip costs a mask test and a branch that may be mispredicted
# (about 15 cycles); below this the masked code is cheaper on average.
SKIP_THRESHOLD = 24
EDGE_THRESHOLD = 4
_COST = {"load": 4, "store": 4, "atomicrmw": 100, "cmpxchg": 100, "udiv": 20, "sdiv": 20}
_COST |= {"urem": 20, "srem": 20, "fdiv": 8, "frem": 100, "phi": 0, "br": 0}
_CALL_COST = 100
_INTRINSIC_COST = 2
_LOOP_COST = 1000


def run(function: Function, divergence: Divergence) -> set[Block]:
    """Inserts the guards and returns them."""
    tree = DominatorTree(function)
    loops = LoopInfo(function)
    chosen: list[Block] = []
    for branch in [b for b in function.blocks if b in divergence.divergent_branches]:
        loop = loops.loop_of(branch)
        for target in branch.successors:
            leaves = loop is not None and target not in loop.blocks
            if leaves or tree.idom(target) is not branch or target in divergence.joins:
                continue
            if loop is not None and target is loop.header:
                continue
            cost = _region_cost(target, tree, loops)
            # At an edge all lanes go one way, and the branch is predicted well.
            edge = is_edge_test(branch.terminator.operands[0], divergence)
            if cost >= (EDGE_THRESHOLD if edge else SKIP_THRESHOLD):
                chosen.append(target)
    guards: set[Block] = set()
    for target in dict.fromkeys(chosen):
        guards.add(_insert(function, target))
    return guards


def _region_cost(block: Block, tree: DominatorTree, loops: LoopInfo) -> int:
    """Cost of all that `block` dominates, as far as it matters for the threshold."""
    cost = 0
    outer = loops.loop_of(block)
    work = [block]
    while work and cost < SKIP_THRESHOLD:
        current = work.pop()
        if loops.loop_of(current) is not outer:
            return _LOOP_COST
        cost += sum(map(_instruction_cost, current.instructions))
        work.extend(tree.children(current))
    return cost


def _instruction_cost(inst: Instruction) -> int:
    if inst.op == "call":
        return _INTRINSIC_COST if inst.callee_name.startswith("llvm.") else _CALL_COST
    return _COST.get(inst.op, 1)


def _insert(function: Function, target: Block) -> Block:
    sources = predecessors(function)[target]
    guard = Block("guard", function)
    function.blocks.insert(function.blocks.index(target), guard)
    for source in sources:
        source.terminator.replace_target(target, guard)
    for phi in list(target.phis):
        target.instructions.remove(phi)
        guard.append(phi)
    jump(guard, target)
    return guard
