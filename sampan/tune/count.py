"""Kernels that count the arithmetic they do and the bytes they ask for.

Each function adds up constants of the blocks it passes in two variables of its own, which become
registers, and adds the sums to two words in memory when it returns. Counted are operations of
floating point (a fused multiply-add as two) and the bytes of loads, stores and atomics outside of
shared memory and of the thread's own variables: what threads ask for, whether a cache or memory
answers. The runtime's report has both (runtime/stats.cpp).
"""

from __future__ import annotations

from collections.abc import Iterable

from sampan.frontend.nvvm import Variable
from sampan.frontend.reach import Reach
from sampan.ir.builder import Builder
from sampan.ir.constants import const_int, zero
from sampan.ir.core import Function, GlobalVariable, Instruction, Module, Value
from sampan.ir.types import I8, I64, Type, VectorType, array_type, size_of

VARIABLE = "sampan.counts"  # of two words of 64 bits: operations, bytes
_ONE = frozenset({"fadd", "fsub", "fmul", "fdiv", "frem"})
_CALLS = {"llvm.fma": 2, "llvm.fmuladd": 2, "llvm.sqrt": 1}
_THROUGH = frozenset({"getelementptr", "phi", "select", "bitcast", "addrspacecast", "freeze"})


def count_work(module: Module, kernel: Function) -> Variable:
    """Makes the kernel count, at SIMT level, and all it calls. Returns what holds the counts."""
    counts = GlobalVariable(
        VARIABLE, (kind := array_type(2, I64)), zero(kind), linkage="internal", align=8
    )
    module.variables[VARIABLE] = counts
    for function in Reach(module).closure([kernel]):
        if function.blocks:
            _instrument(function, counts)
    return Variable(VARIABLE, counts, 0)


def _instrument(function: Function, counts: GlobalVariable) -> None:
    amounts = [(block, _amounts(block.instructions)) for block in function.blocks]
    build = Builder(function.entry, function.entry.first_non_phi)
    sums = [build.alloca(I64, align=8) for _ in range(2)]
    for place in sums:
        build.store(const_int(I64, 0), place, 8)
    for block, amount in amounts:
        build.position(block, block.instructions[-1])
        for place, number in zip(sums, amount, strict=True):
            if number:
                more = build.add(build.load(I64, place, 8), const_int(I64, number))
                build.store(more, place, 8)
        if block.instructions[-1].op == "ret":
            _add_up(build, sums, counts)


def _add_up(build: Builder, sums: Iterable[Value], counts: GlobalVariable) -> None:
    for number, place in enumerate(sums):
        target = build.gep(I8, counts, [8 * number], ("inbounds",)) if number else counts
        build.atomicrmw("add", target, build.load(I64, place, 8), "monotonic", 8)


def _amounts(instructions: Iterable[Instruction]) -> tuple[int, int]:
    """Operations and bytes of a block that is passed once."""
    operations = bytes_ = 0
    for inst in instructions:
        if inst.op in _ONE:
            operations += _lanes(inst.type)
        elif inst.op == "call":
            name = inst.callee_name
            per_lane = next((n for start, n in _CALLS.items() if name.startswith(start + ".")), 0)
            operations += per_lane * _lanes(inst.type)
        elif inst.op in ("load", "store", "atomicrmw", "cmpxchg"):
            pointer = inst.operands[1 if inst.op == "store" else 0]
            if not _is_private(pointer):
                moved = {"load": inst, "store": inst.operands[0]}.get(inst.op, inst.operands[-1])
                bytes_ += size_of(moved.type) * (1 if inst.op in ("load", "store") else 2)
    return operations, bytes_


def _lanes(type: Type) -> int:
    return type.count if isinstance(type, VectorType) else 1


def _is_private(pointer: Value) -> bool:
    """Whether it points into shared memory or at a variable of the thread, as far as one sees."""
    pending, seen = [pointer], set()
    while pending:
        value = pending.pop()
        if value in seen:
            continue
        seen.add(value)
        if not isinstance(value, Instruction):
            continue
        if value.op == "alloca" or value.callee_name == "sampan.shared.base":
            return True
        if value.op in _THROUGH:
            pending += [v for v in value.operands if v.type.is_pointer]
    return False
