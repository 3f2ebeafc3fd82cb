"""Descriptors: what a device function's address is.

Every path has its own form of a function, so a function pointer is the address of a table with one
slot per form (docs/architecture.md); its slots are filled when the forms exist (module_object).
"""

from __future__ import annotations

from sampan.frontend.reach import Reach
from sampan.ir.core import (
    ConstAggregate,
    Constant,
    ConstNull,
    Function,
    GlobalValue,
    GlobalVariable,
    Module,
    User,
    Value,
)
from sampan.ir.types import PTR, array_type

SLOTS = 8
DESCRIPTOR_TYPE = array_type(SLOTS, PTR)
SUFFIX = ".descriptor"


def make_descriptors(module: Module, reach: Reach) -> dict[Function, GlobalVariable]:
    """Replaces every address of a device function, in code and initialisers, by a descriptor's.

    Establishes: a function is only an operand as the callee of a direct call, and in slot 0 of its
    own descriptor, where its lane form takes its place later.
    """
    descriptors: dict[Function, GlobalVariable] = {}
    for function in reach.address_taken:
        if function.name.startswith("llvm."):
            continue
        descriptor = GlobalVariable(
            function.name + SUFFIX,
            DESCRIPTOR_TYPE,
            None,
            linkage="internal",
            is_const=True,
            align=8,
        )
        descriptors[function] = descriptor
    for function in module.functions.values():
        for inst in function.instructions():
            skip = len(inst.operands) - 1 if inst.op == "call" else -1
            for index, operand in enumerate(inst.operands):
                if isinstance(operand, Function):
                    if index != skip and operand in descriptors:
                        inst.set_operand(index, descriptors[operand])
                elif isinstance(operand, Constant):
                    _replace_within(operand, descriptors)
    for variable in module.variables.values():
        initializer = variable.initializer
        if initializer is None or variable.name.startswith("llvm."):
            continue
        if isinstance(initializer, Function):
            variable.initializer = descriptors.get(initializer, initializer)
        else:
            _replace_within(initializer, descriptors)
    for function, descriptor in descriptors.items():
        module.variables[descriptor.name] = descriptor
        fill_descriptor(descriptor, {0: function})
    return descriptors


def fill_descriptor(descriptor: GlobalVariable, slots: dict[int, Function]) -> None:
    """Gives the descriptor its forms; slots not named stay null."""
    elements: list[Value] = [slots.get(i) or ConstNull(PTR) for i in range(SLOTS)]
    descriptor.initializer = ConstAggregate(DESCRIPTOR_TYPE, elements)


def _replace_within(user: User, descriptors: dict[Function, GlobalVariable]) -> None:
    if isinstance(user, GlobalValue):
        return
    for index, operand in enumerate(user.operands):
        if isinstance(operand, Function):
            if operand in descriptors:
                user.set_operand(index, descriptors[operand])
        elif isinstance(operand, Constant):
            _replace_within(operand, descriptors)
