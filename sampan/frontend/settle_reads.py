"""All threads read what a barrier waited for before any of them goes on.

    __syncthreads();
    float largest = found[0];           // for every thread
    ...                                 // no barrier
    if (lane == 0) found[warp] = sum;   // warp 0 may be here before others have read

This is a race, and on a GPU, where the warps of a block leave a barrier together, one that nobody
sees. Here warps take turns from barrier to barrier, so all but the first would read the sum. Where
threads read a fixed place of a shared variable straight after a barrier, and a store to the
variable can follow without one between, the reads are followed by another barrier. Programs without
races do what they did.

Requires that address spaces are collapsed and addresses of shared variables are instructions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sampan.ir.core import Block, ConstInt, Function, GlobalVariable, Instruction, Module, Value

_BARRIERS = ("llvm.nvvm.barrier.cta.sync.aligned.all", "llvm.nvvm.barrier.cta.sync.all")
_HARMLESS_CALLS = ("llvm.nvvm.read.", "llvm.lifetime.")


def settle_reads(module: Module, shared: Collection[GlobalVariable]) -> None:
    """Adds the barriers; `shared` are the module's shared variables."""
    if not shared:
        return
    for function in module.functions.values():
        for barrier in list(_barriers(function)):
            reads = _reads_after(barrier, shared)
            last = next((r for r, v in reversed(reads) if _stored_after(r, v)), None)
            if last is not None:
                barrier.clone().insert_after(last)


def _barriers(function: Function) -> Iterator[Instruction]:
    return (inst for inst in function.instructions() if _is_barrier(inst))


def _is_barrier(inst: Instruction) -> bool:
    if inst.op != "call" or inst.callee_name not in _BARRIERS:
        return False
    number = inst.arguments[0] if inst.arguments else None
    return number is None or (isinstance(number, ConstInt) and number.value == 0)


def _reads_after(
    barrier: Instruction, shared: Collection[GlobalVariable]
) -> list[tuple[Instruction, GlobalVariable]]:
    """Loads from fixed places of shared variables, as far as nothing else happens before them."""
    assert barrier.block is not None
    instructions = barrier.block.instructions
    found = []
    for inst in instructions[instructions.index(barrier) + 1 :]:
        if inst.op in ("store", "atomicrmw", "cmpxchg", "fence"):
            break
        if inst.op == "call" and not inst.callee_name.startswith(_HARMLESS_CALLS):
            break
        if inst.op == "load":
            variable = _fixed_place(inst.operands[0])
            if variable in shared:
                assert variable is not None
                found.append((inst, variable))
    return found


def _fixed_place(pointer: Value) -> GlobalVariable | None:
    """The variable in which the same place is read by every thread."""
    while isinstance(pointer, Instruction) and pointer.op == "getelementptr":
        if not all(isinstance(index, ConstInt) for index in pointer.operands[1:]):
            return None
        pointer = pointer.operands[0]
    return pointer if isinstance(pointer, GlobalVariable) else None


def _stored_after(read: Instruction, variable: GlobalVariable) -> bool:
    """Whether the variable may be stored to behind `read` with no barrier between."""
    assert read.block is not None
    instructions = read.block.instructions
    rest = instructions[instructions.index(read) + 1 :]
    pending: list[Block] = []
    seen: set[Block] = set()
    while True:
        for inst in rest:
            if _is_barrier(inst):
                break
            if _stores_to(inst, variable):
                return True
        else:
            pending += [b for b in rest[-1].targets if b not in seen]
        if not pending:
            return False
        block = pending.pop()
        seen.add(block)
        rest = block.instructions


def _stores_to(inst: Instruction, variable: GlobalVariable) -> bool:
    if inst.op == "store":
        return variable in _roots(inst.operands[1])
    if inst.op in ("atomicrmw", "cmpxchg"):
        return variable in _roots(inst.operands[0])
    return inst.op == "call" and any(variable in _roots(a) for a in inst.arguments)


def _roots(pointer: Value) -> set[Value]:
    """What an address is computed from."""
    found: set[Value] = set()
    pending = [pointer]
    while pending:
        value = pending.pop()
        if value in found:
            continue
        found.add(value)
        if isinstance(value, Instruction):
            if value.op == "getelementptr":
                pending.append(value.operands[0])
            elif value.op in ("phi", "select"):
                pending += value.operands
    return found
