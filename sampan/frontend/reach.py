"""Which functions and variables a function can reach: direct calls, indirect calls, references."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.ir.core import (
    Constant,
    Function,
    GlobalVariable,
    InlineAsm,
    Instruction,
    Module,
    Value,
    walk_constant,
)


class Reach:
    """The call graph of a module as it is when this is made. All orders follow the text."""

    def __init__(self, module: Module) -> None:
        self.callees: dict[Function, list[Function]] = {}
        self.variables: dict[Function, list[GlobalVariable]] = {}
        self.indirect: set[Function] = set()  # functions with an indirect call
        taken: dict[Function, None] = {}
        for function in module.functions.values():
            self._scan(function, taken)
        for variable in module.variables.values():
            if variable.initializer is not None and not variable.name.startswith("llvm."):
                for leaf in walk_constant(variable.initializer):
                    if isinstance(leaf, Function):
                        taken[leaf] = None
        self.address_taken = list(taken)

    def _scan(self, function: Function, taken: dict[Function, None]) -> None:
        callees: dict[Function, None] = {}
        variables: dict[GlobalVariable, None] = {}
        for inst in function.instructions():
            for index, operand in enumerate(inst.operands):
                called = inst.op == "call" and index == len(inst.operands) - 1
                if called and not isinstance(operand, (Function, InlineAsm)):
                    self.indirect.add(function)
                for leaf in leaves(operand):
                    if isinstance(leaf, GlobalVariable):
                        variables[leaf] = None
                    elif isinstance(leaf, Function):
                        (callees if called and leaf is operand else taken)[leaf] = None
        self.callees[function] = list(callees)
        self.variables[function] = list(variables)

    def closure(self, roots: Iterable[Function]) -> list[Function]:
        """The functions that can run when one of `roots` does; declarations included.

        An indirect call can reach every function whose address is taken.
        """
        found: dict[Function, None] = {}
        pending = list(roots)
        while pending:
            function = pending.pop()
            if function in found:
                continue
            found[function] = None
            pending += reversed(self.callees.get(function, []))
            if function in self.indirect:
                pending += reversed(self.address_taken)
        return list(found)


def leaves(operand: Value) -> Iterable[Value]:
    """The globals inside an operand."""
    if not isinstance(operand, Constant):
        return ()
    return (v for v in walk_constant(operand) if isinstance(v, (GlobalVariable, Function)))


def direct_calls(function: Function) -> Iterable[Instruction]:
    return (i for i in function.instructions() if i.op == "call" and i.callee_name)


def reachable_globals(module: Module, roots: Iterable[Function | GlobalVariable]) -> set[Value]:
    """Every function and variable that `roots` reach through code and initialisers."""
    found: set[Value] = set()
    pending: list[Value] = list(roots)
    while pending:
        value = pending.pop()
        if value in found:
            continue
        found.add(value)
        if isinstance(value, GlobalVariable) and value.initializer is not None:
            pending += leaves(value.initializer)
        elif isinstance(value, Function):
            for inst in value.instructions():
                for operand in inst.operands:
                    pending += leaves(operand)
    return found
