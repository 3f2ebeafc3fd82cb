"""Constants that hold addresses of shared variables become variables of each thread.

`int *places[2] = {&tile[1], &tile[2]}` is a constant to clang, but a shared variable has another
address in every block. A function that uses such a constant gets a copy of its own, filled at the
entry.
"""

from __future__ import annotations

from collections.abc import Collection

from sampan.diagnostics import UnsupportedError
from sampan.frontend.expand_constants import expand_constants
from sampan.ir.core import Function, GlobalVariable, Instruction, Module, Value, walk_constant
from sampan.ir.types import PTR, VOID, align_of


def expand_shared_constants(module: Module, shared: Collection[GlobalVariable]) -> None:
    """Requires collapsed address spaces. Establishes: no initialiser holds the address of one of
    the shared variables. Raises UnsupportedError where that of a variable does."""
    holders = _holders(module, set(shared))
    if not holders:
        return
    for holder in holders:
        if not holder.is_const:
            raise UnsupportedError(
                f"the initialiser of {holder.name} holds the address of a shared variable",
                hint="assign it in the kernel: the address differs from block to block",
            )
    for function in module.functions.values():
        if function.blocks:
            _copy_in(function, holders)
    for holder in holders:
        del module.variables[holder.name]


def _holders(module: Module, found: set[Value]) -> list[GlobalVariable]:
    """Variables whose initialisers hold one of `found`, directly or by another such variable."""
    holders: list[GlobalVariable] = []
    changed = True
    while changed:
        changed = False
        for variable in module.variables.values():
            initializer = variable.initializer
            if initializer is None or variable in found or variable.name.startswith("llvm."):
                continue
            if any(leaf in found for leaf in walk_constant(initializer)):
                holders.append(variable)
                found.add(variable)
                changed = True
    return holders


def _copy_in(function: Function, holders: list[GlobalVariable]) -> None:
    wanted: set[Value] = set(holders)
    copies: dict[Value, Instruction] = {}
    more = True
    while more:  # a copy's initial value may hold the address of another
        more = False
        expand_constants(function, lambda value: value in wanted)
        for inst in list(function.instructions()):
            for index, operand in enumerate(inst.operands):
                if operand not in wanted:
                    continue
                if operand not in copies:
                    assert isinstance(operand, GlobalVariable)
                    copies[operand] = _copy(function, operand)
                    more = True
                inst.set_operand(index, copies[operand])


def _copy(function: Function, holder: GlobalVariable) -> Instruction:
    type = holder.value_type
    alignment = max(holder.align or 1, align_of(type))
    space = Instruction("alloca", PTR, [], allocated_type=type, align=alignment)
    function.entry.insert(0, space)
    first = next(i for i in function.entry.instructions if i.op != "alloca")
    assert holder.initializer is not None
    Instruction("store", VOID, [holder.initializer, space], align=alignment).insert_before(first)
    return space
