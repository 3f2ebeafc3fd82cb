"""Address spaces come back: every pointer gets the space of what it points to.

The front end collapses the GPU's spaces into one. A device has several: a thread's variables, the
device's memory, the block's shared memory; and a generic one for pointers that may lie in any.
`assign` finds by a fixpoint over copies which pointers point into one space only; all others, and
all pointers in memory, are generic. Requires a flat kernel (flatten) without constant expressions.
"""

from __future__ import annotations

from collections.abc import Mapping

from sampan.ir.core import (
    Argument,
    Block,
    ConstAggregate,
    ConstNull,
    Function,
    Instruction,
    Module,
    Poison,
    Undef,
    Value,
)
from sampan.ir.types import (
    PTR,
    ArrayType,
    PointerType,
    StructType,
    Type,
    VectorType,
    array_type,
    pointer_type,
    struct_type,
)
from sampan.simt_exit.base import GENERIC, GLOBAL, PRIVATE

_TYPE_ATTRS = ("source_type", "allocated_type")


def assign(function: Function, arguments: Mapping[Argument, int], launch: Argument) -> None:
    """`arguments`: the spaces of the pointers that the kernel gets. Pointers in `launch`, where its
    parameters are, come from the host and so lie in the device's memory."""
    _Spaces(function, arguments, launch).run()


def generic_types(module: Module) -> None:
    """Pointers in named structs become generic."""
    for named in module.named_types.values():
        if isinstance(named, StructType) and named.elements is not None:
            named.elements = tuple(map(_in_memory, named.elements))


def _in_memory(type: Type) -> Type:
    """A type as it lies in memory. Named structs are changed by `generic_types`."""
    if type is PTR:
        return pointer_type(GENERIC)
    if isinstance(type, ArrayType):
        return array_type(type.count, _in_memory(type.element))
    if isinstance(type, StructType) and type.name is None and type.elements is not None:
        return struct_type(tuple(map(_in_memory, type.elements)), type.packed)
    assert not (isinstance(type, VectorType) and type.element is PTR)
    return type


class _Spaces:
    def __init__(
        self, function: Function, arguments: Mapping[Argument, int], launch: Argument
    ) -> None:
        self.function = function
        self.launch = launch
        self.spaces: dict[Value, int] = {**arguments}
        self.casts: dict[tuple[Block, Value, int], Value] = {}

    def run(self) -> None:
        pointers = [i for i in self.function.instructions() if i.type is PTR]
        changed = True
        while changed:  # spaces only ever go up: unknown, one, generic
            changed = False
            for inst in pointers:
                old, new = self.spaces.get(inst), self._find(inst)
                if old is not None and new != old:
                    new = GENERIC
                if new is not None and new != old:
                    self.spaces[inst] = new
                    changed = True
        for inst in pointers:  # what nothing but null ever reaches
            self.spaces.setdefault(inst, GENERIC)
        for inst in self.function.instructions():
            self._retype(inst)
        for inst in self.function.instructions():
            self._operands(inst)

    # ---- Which space -----------------------------------------------------------------------------

    def _find(self, inst: Instruction) -> int | None:
        if inst.op == "alloca":
            return PRIVATE
        if inst.op in ("getelementptr", "freeze"):
            return self._of(inst.operands[0])
        if inst.op == "load":
            return GLOBAL if self._from_launch(inst.operands[0]) else GENERIC
        if inst.op not in ("phi", "select"):
            return GENERIC
        found: int | None = None
        for value in inst.operands[1:] if inst.op == "select" else inst.operands:
            space = self._of(value)
            if space is not None:
                found = space if found in (None, space) else GENERIC
        return found

    def _of(self, value: Value) -> int | None:
        """None: not known yet, or a constant that fits any space."""
        if isinstance(value, (ConstNull, Undef, Poison)):
            return None
        if isinstance(value, (Instruction, Argument)):
            return self.spaces.get(value)
        return GENERIC

    def _from_launch(self, pointer: Value) -> bool:
        while isinstance(pointer, Instruction) and pointer.op == "getelementptr":
            pointer = pointer.operands[0]
        return pointer is self.launch

    # ---- Rewriting -------------------------------------------------------------------------------

    def _retype(self, inst: Instruction) -> None:
        if inst.type is PTR:
            inst.type = pointer_type(self.spaces[inst])
        else:
            inst.type = _in_memory(inst.type)
        for key in _TYPE_ATTRS:
            if key in inst.attrs:
                inst.attrs[key] = _in_memory(inst.attrs[key])

    def _operands(self, inst: Instruction) -> None:
        for index, operand in enumerate(inst.operands):
            if inst.op == "call" and index == len(inst.operands) - 1:
                continue
            wanted = self._wanted(inst, index, operand.type)
            if isinstance(wanted, PointerType):
                inst.set_operand(index, self._cast(operand, wanted, inst, index))
            elif _in_memory(operand.type) is not operand.type:
                inst.set_operand(index, _constant(operand))

    def _wanted(self, inst: Instruction, index: int, type: Type) -> Type | None:
        """The pointer type that an operand shall have; None where it is no pointer."""
        if not isinstance(type, PointerType):
            return None
        if inst.op in ("getelementptr", "freeze", "phi", "select"):
            return inst.type
        place = 1 if inst.op == "store" else 0
        if inst.op in ("load", "store", "atomicrmw", "cmpxchg") and index == place:
            return pointer_type(self._of_operand(inst.operands[index]))
        if inst.op == "icmp":
            both = {s for s in map(self._of, inst.operands) if s is not None}
            return pointer_type(both.pop() if len(both) == 1 else GENERIC)
        return pointer_type(GENERIC)

    def _of_operand(self, value: Value) -> int:
        space = self._of(value)
        return GLOBAL if space is None else space

    def _cast(self, value: Value, wanted: PointerType, user: Instruction, index: int) -> Value:
        if isinstance(value, (ConstNull, Undef, Poison)):
            return type(value)(wanted)
        if value.type is wanted:
            return value
        position = user.targets[index].terminator if user.op == "phi" else user
        assert position.block is not None
        key = (position.block, value, wanted.addrspace)
        if user.op == "phi" and key in self.casts:
            return self.casts[key]
        cast = Instruction("addrspacecast", wanted, [value])
        cast.insert_before(position)
        if user.op == "phi":
            self.casts[key] = cast
        return cast


def _constant(value: Value) -> Value:
    """An aggregate constant with pointers as they lie in memory."""
    type_ = _in_memory(value.type)
    if isinstance(value, (ConstNull, Undef, Poison)):
        return type(value)(type_)
    if isinstance(value, ConstAggregate):
        return ConstAggregate(type_, [_constant(operand) for operand in value.operands])
    return value
