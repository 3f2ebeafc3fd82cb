"""Finds loops that may wait for another thread, and lets the others run there.

Threads of a block share one OS thread, so a loop that polls memory must give way. A loop polls if
it touches memory that others may write (volatile or atomic accesses, fences, or calls that do) and
one of its exits is decided by something other than its own counting: a value loaded from the same
address each time, an atomic's result, a merge of paths, a call's result. A compare-and-swap whose
expected value changes with every turn never waits, so it does not count.

A loop that *only looks* changes no memory, and whether it goes on depends on memory alone: a thread
in it stays there until another one writes. Where all threads that could write are in such loops, or
wait, none of them will ever leave, which the runtime then reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sampan import abi
from sampan.ir.core import Block, Function, Instruction, Value

_PURE_CALLS = ("llvm.", "sampan.", "__nv_")
_MEETINGS = ("sampan.barrier", "sampan.warp.")
_NANOSLEEP = "sampan_nanosleep"


@dataclass(frozen=True)
class Spin:
    """A loop that may poll."""

    header: Block
    latches: tuple[Block, ...]
    body: frozenset[Block]
    only_looks: bool


def spins(function: Function) -> list[Spin]:
    """The loops that may poll."""
    found = []
    for header, latches, body in natural_loops(function):
        if _touches_shared_state(body) and not _has_barrier(body):
            if any(_may_poll(condition, header, body) for condition in _exits(body)):
                looks = _only_looks(header, body)
                found.append(Spin(header, tuple(latches), frozenset(body), looks))
    return found


def spin_latches(function: Function) -> list[Block]:
    """The sources of back edges of loops that may poll, in block order."""
    found = {latch for spin in spins(function) for latch in spin.latches}
    return [block for block in function.blocks if block in found]


def _only_looks(header: Block, body: set[Block]) -> bool:
    """Whether no turn of the loop changes memory (but for the first), and nothing but what is in
    memory decides how the next turn goes."""
    if any(_may_write(inst, body) for block in body for inst in block.instructions):
        return False
    pending = [op for block in body for op in block.terminator.operands]
    seen: set[Value] = set()
    while pending:
        value = pending.pop()
        if value in seen or not isinstance(value, Instruction) or value.block not in body:
            continue
        seen.add(value)
        if (value.op == "phi" and value.block is header) or value.op == "call":
            return False
        pending += value.operands
    return True


def _may_write(inst: Instruction, body: set[Block]) -> bool:
    """Whether it does more than look. An exchange of the same value has done its work after the
    first turn, a compare-and-swap that succeeds again and again is no loop that waits."""
    if inst.op == "store":
        return True
    if inst.op == "atomicrmw":
        value, operation = inst.operands[1], inst.attrs["operation"]
        if operation == "xchg":
            return _varies(value, body)
        return operation not in ("add", "or", "sub", "xor") or getattr(value, "value", 1) != 0
    if inst.op != "call":
        return False
    name = inst.callee_name
    if name == _NANOSLEEP:
        return False
    return name.startswith(_MEETINGS) or not name.startswith("sampan.")


def natural_loops(function: Function) -> Iterator[tuple[Block, list[Block], set[Block]]]:
    """(header, latches, body) of each loop; an irreducible cycle counts from its first block."""
    predecessors: dict[Block, list[Block]] = {block: [] for block in function.blocks}
    for block in function.blocks:
        for successor in block.successors:
            predecessors[successor].append(block)
    latches: dict[Block, list[Block]] = {}
    for source, target in _back_edges(function):
        latches.setdefault(target, []).append(source)
    for header, sources in latches.items():
        body = {header}
        pending = list(sources)
        while pending:
            block = pending.pop()
            if block not in body:
                body.add(block)
                pending += predecessors[block]
        yield header, sources, body


def _back_edges(function: Function) -> Iterator[tuple[Block, Block]]:
    """Edges to a block on the stack of a depth-first walk."""
    active: set[Block] = set()
    seen = {function.entry}
    stack: list[tuple[Block, Iterator[Block]]] = [(function.entry, iter(function.entry.successors))]
    active.add(function.entry)
    while stack:
        block, successors = stack[-1]
        for successor in successors:
            if successor in active:
                yield block, successor
            elif successor not in seen:
                seen.add(successor)
                active.add(successor)
                stack.append((successor, iter(successor.successors)))
                break
        else:
            active.discard(block)
            stack.pop()


def _touches_shared_state(body: set[Block]) -> bool:
    return any(_is_shared_access(inst) for block in body for inst in block.instructions)


def _is_shared_access(inst: Instruction) -> bool:
    if inst.op in ("atomicrmw", "cmpxchg", "fence"):
        return True
    if inst.op in ("load", "store"):
        return bool(inst.attrs.get("volatile") or inst.attrs.get("ordering"))
    return inst.op == "call" and not _is_pure_call(inst)


def _is_pure_call(call: Instruction) -> bool:
    name = call.callee_name
    return name.startswith(_PURE_CALLS) and name not in abi.BARRIERS


def _has_barrier(body: set[Block]) -> bool:
    return any(inst.callee_name in abi.BARRIERS for block in body for inst in block.instructions)


def _exits(body: set[Block]) -> Iterator[Value | None]:
    """The conditions on which the loop is left; None for a loop without exits."""
    left = False
    for block in body:
        terminator = block.terminator
        if any(target not in body for target in terminator.targets):
            left = True
            yield terminator.operands[0] if terminator.operands else None
        elif not terminator.targets:
            left = True
    if not left:
        yield None


def _may_poll(condition: Value | None, header: Block, body: set[Block]) -> bool:
    if condition is None:
        return True
    seen: set[Value] = set()
    pending: list[Value] = [condition]
    while pending:
        value = pending.pop()
        if value in seen or not isinstance(value, Instruction) or value.block not in body:
            continue
        seen.add(value)
        if value.op == "phi" and value.block is not header:
            return True
        if value.op == "load":
            if value.attrs.get("volatile") or value.attrs.get("ordering"):
                return True
            if not _varies(value.operands[0], body):
                return True
            continue
        if value.op == "atomicrmw" or (value.op == "call" and not _is_pure_call(value)):
            return True
        if value.op == "cmpxchg":
            if not _varies(value.operands[1], body):
                return True
            continue
        pending += value.operands
    return False


def _varies(value: Value, body: set[Block]) -> bool:
    """Whether the value is computed in the loop (what is invariant was hoisted out of it)."""
    return isinstance(value, Instruction) and value.block in body
