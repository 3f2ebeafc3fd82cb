"""Shorthand for the scalar code around gangs: loads of the launch, counters, branches."""

from __future__ import annotations

from typing import Any

from sampan.ir.constants import const_int
from sampan.ir.core import Block, Function, Instruction, Value
from sampan.ir.types import I1, I8, I32, PTR, VOID, Type, size_of


def copy_with(inst: Instruction, operands: list[Value]) -> Instruction:
    """A copy of an instruction with these operands, in no block."""
    copy = inst.clone()
    for index, operand in enumerate(operands):
        copy.set_operand(index, operand)
    return copy


class ScalarBuilder:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.block = Block("none")
        self.before: Instruction | None = None  # insert here instead of appending

    def emit(self, op: str, type: Type, operands: list[Value], **attrs: Any) -> Instruction:
        inst = Instruction(op, type, operands, **attrs)
        if self.before is not None:
            return inst.insert_before(self.before)
        return self.block.append(inst)

    def i32(self, value: int) -> Value:
        return const_int(I32, value)

    def offset(self, pointer: Value, offset: Value | int) -> Value:
        if isinstance(offset, int):
            if offset == 0:
                return pointer
            offset = const_int(I32, offset)
        return self.emit(
            "getelementptr", PTR, [pointer, offset], source_type=I8, flags=frozenset({"inbounds"})
        )

    def load(self, t: Type, pointer: Value, offset: int = 0, invariant: bool = False) -> Value:
        inst = self.emit("load", t, [self.offset(pointer, offset)], align=min(size_of(t), 64))
        if invariant:
            inst.metadata["invariant.load"] = "!{}"
        return inst

    def store(self, value: Value, pointer: Value, offset: int = 0) -> Instruction:
        address = self.offset(pointer, offset)
        return self.emit("store", VOID, [value, address], align=min(size_of(value.type), 64))

    def binary(self, op: str, a: Value, b: Value) -> Value:
        return self.emit(op, a.type, [a, b])

    def icmp(self, pred: str, a: Value, b: Value) -> Value:
        return self.emit("icmp", I1, [a, b], pred=pred)

    def select(self, condition: Value, a: Value, b: Value) -> Value:
        return self.emit("select", a.type, [condition, a, b])

    def cast(self, op: str, value: Value, t: Type) -> Value:
        return value if value.type is t else self.emit(op, t, [value])

    def phi(self, t: Type, name: str) -> Instruction:
        inst = self.emit("phi", t, [])
        inst.name = name
        return inst

    def jump(self, target: Block) -> None:
        self.emit("br", VOID, []).targets = [target]

    def branch(self, condition: Value, if_true: Block, if_false: Block) -> None:
        self.emit("br", VOID, [condition]).targets = [if_true, if_false]
