"""Which functions of a module can be interrupted, so must be generators."""

from __future__ import annotations

from sampan.ir.core import Constant, Function, Instruction, Module, walk_constant
from sampan.ir.graph import reverse_post_order
from sampan.ir.interp_collectives import ACTIVE_MASK, MEETINGS

# Calls at which a lane waits for others, or lets them run.
BARRIERS = frozenset({"sampan.barrier", "sampan.barrier.reduce"})
GRID_SYNC = "sampan.barrier.grid"
NAMED_BARRIER = "sampan_named_barrier"
CLUSTER_WAIT = "sampan.barrier.cluster"
_ALONE = frozenset({ACTIVE_MASK, GRID_SYNC, CLUSTER_WAIT, NAMED_BARRIER})
YIELDING = frozenset({"sampan_yield", "sampan_nanosleep"})


def retreating_edges(function: Function) -> set[tuple[int, int]]:
    """Edges to a block that is not later in reverse post-order, as pairs of `id`s."""
    number = {block: i for i, block in enumerate(reverse_post_order(function))}
    return {(id(b), id(s)) for b in number for s in b.successors if number[s] <= number[b]}


def address_taken(module: Module) -> set[Function]:
    """Functions that something other than a direct call names."""
    found: set[Function] = set()
    for function in module.functions.values():
        for inst in function.instructions():
            for index, operand in enumerate(inst.operands):
                if inst.op == "call" and index == len(inst.operands) - 1:
                    continue
                if isinstance(operand, Constant):
                    found.update(v for v in walk_constant(operand) if isinstance(v, Function))
    for variable in module.variables.values():
        if variable.initializer is not None:
            found.update(v for v in walk_constant(variable.initializer) if isinstance(v, Function))
    return found


def interruptible(module: Module) -> set[Function]:
    """Functions during which the scheduler may run another lane.

    Those with a scheduling point of their own (barrier, atomic or volatile access, a loop that
    touches memory, an indirect call), those that call one, and those whose address is taken.
    """
    found = {f for f in address_taken(module) if f.blocks}
    callers: dict[Function, set[Function]] = {}
    for function in module.functions.values():
        if not function.blocks:
            continue
        if _has_point(function):
            found.add(function)
        for inst in function.instructions():
            if inst.op == "call" and isinstance(inst.callee, Function):
                callers.setdefault(inst.callee, set()).add(function)
    work = list(found)
    while work:
        for caller in callers.get(work.pop(), ()):
            if caller not in found:
                found.add(caller)
                work.append(caller)
    return found


def is_point(inst: Instruction) -> bool:
    """Whether other lanes may run just before this instruction."""
    if inst.op in ("atomicrmw", "cmpxchg", "fence"):
        return True
    if inst.op in ("load", "store"):
        return bool(inst.attrs.get("volatile")) or "ordering" in inst.attrs
    if inst.op != "call":
        return False
    name = inst.callee_name
    return name in YIELDING or waits(name)


def waits(name: str) -> bool:
    """Whether a lane waits there for others, or for an answer that depends on them."""
    return name in BARRIERS or name in MEETINGS or name in _ALONE


def _has_point(function: Function) -> bool:
    memory = False
    for inst in function.instructions():
        if is_point(inst):
            return True
        if inst.op == "call" and not isinstance(inst.callee, Function):
            return True
        memory = memory or inst.op in ("load", "store")
    return memory and bool(retreating_edges(function))
