"""Loops in which a thread may wait for another thread.

In vector code the lanes of a gang share one program counter, and the gangs of a block run one after
the other between barriers: a lane that waits for a lane of its gang, or for a later gang, waits
for ever. Such a kernel takes the lane-fibre path, where every thread makes progress.

A loop waits if leaving it depends on what it observes of other threads: a volatile or atomic load,
an atomic exchange, or a compare-and-swap whose expected value does not change in the loop (a lock).
A compare-and-swap that retries with the value it saw is lock-free: in every round a lane succeeds.
"""

from __future__ import annotations

from sampan.ir.cfg import Loop, LoopInfo
from sampan.ir.core import Constant, Function, Instruction, Value


def waiting_observation(function: Function) -> Instruction | None:
    """An instruction on which leaving a loop depends that only another thread may satisfy."""
    for loop in LoopInfo(function).loops:
        inside = [i for b in loop.ordered_blocks for i in b.instructions]
        if any(i.callee_name.startswith("sampan.barrier") for i in inside):
            continue  # in every round the other threads catch up
        observed = [i for i in inside if _observes(i, loop)]
        if not observed:
            continue
        conditions = [
            b.terminator.operands[0]
            for b in loop.ordered_blocks
            if b.terminator.operands and any(s not in loop.blocks for s in b.successors)
        ]
        reached = _depends_on(conditions, loop)
        for inst in observed:
            if inst in reached:
                return inst
    return None


def _changes(value: Value, loop: Loop) -> bool:
    """Whether the value may be another one in each round. Arithmetic in the loop on what comes from
    before does not change: the address of a shared variable is computed where it is used."""
    seen: set[Value] = set()
    work = [value]
    while work:
        one = work.pop()
        if one in seen or not isinstance(one, Instruction) or one.block not in loop.blocks:
            continue
        seen.add(one)
        if one.op in ("phi", "load", "atomicrmw", "cmpxchg"):
            return True
        if one.op == "call" and not one.callee_name.startswith("sampan."):
            return True
        work += one.operands
    return False


def _observes(inst: Instruction, loop: Loop) -> bool:
    """Whether the loop may look here again and again until another thread acts."""
    if inst.op not in ("load", "atomicrmw", "cmpxchg"):
        return False
    pointer = inst.operands[0]
    if _changes(pointer, loop):
        return False  # another place each time: a search, not a wait
    if inst.op == "load":
        return bool(inst.attrs.get("volatile") or inst.attrs.get("ordering"))
    if inst.op == "atomicrmw":
        operation = inst.attrs["operation"]
        if operation == "xchg":
            return True
        # Reading through an atomic that changes nothing: add 0, or 0.
        value = inst.operands[1]
        return operation in ("add", "or", "sub", "xor") and getattr(value, "value", 1) == 0
    if inst.op == "cmpxchg":
        expected = inst.operands[1]
        return isinstance(expected, Constant) or not (
            isinstance(expected, Instruction) and expected.block in loop.blocks
        )
    return False


def _depends_on(values: list[Value], loop: Loop) -> set[Value]:
    found: set[Value] = set()
    work = list(values)
    while work:
        value = work.pop()
        if value in found or not isinstance(value, Instruction) or value.block not in loop.blocks:
            continue
        found.add(value)
        work.extend(value.operands)
        if value.op == "phi" and value.block is not None:
            # Which operand arrives depends on the branches that lead here.
            for source in value.targets:
                if source in loop.blocks and source.terminator.operands:
                    work.append(source.terminator.operands[0])
    return found
