"""Emits instructions before a given one: what the lowering of intrinsics is written with."""

from __future__ import annotations

from typing import Any

from sampan import abi
from sampan.frontend.fuse import type_suffix
from sampan.ir.constants import const_int
from sampan.ir.core import Function, Instruction, Module, Value
from sampan.ir.result_types import compare_type
from sampan.ir.types import I1, I8, I32, I64, PTR, VOID, FunctionType, Type, function_type


class Emit:
    """New instructions go before `position` and have its source place."""

    def __init__(self, module: Module, position: Instruction) -> None:
        self.module = module
        self.position = position
        self.location = {k: v for k, v in position.metadata.items() if k == "dbg"}

    def inst(self, op: str, type: Type, operands: list[Value], **attrs: Any) -> Instruction:
        made = Instruction(op, type, operands, metadata=dict(self.location), **attrs)
        return made.insert_before(self.position)

    def call(self, name: str, type: FunctionType, args: list[Value]) -> Instruction:
        """A call of a function by name, declared if need be."""
        callee: Function = self.module.get_or_declare(name, type)
        return self.inst("call", type.result, [*args, callee], function_type=type)

    def sampan(self, name: str, *args: Value) -> Instruction:
        """A call of a sampan.* intrinsic or of a runtime function."""
        known = abi.INTRINSICS.get(name) or abi.RUNTIME_FUNCTIONS[name]
        attributes = "noreturn nounwind" if name in abi.NORETURN_FUNCTIONS else "nounwind"
        self.module.get_or_declare(name, known, attributes)
        return self.call(name, known, list(args))

    def intrinsic(self, name: str, *args: Value) -> Instruction:
        """llvm.NAME of the arguments' common type, overloaded on it."""
        t = args[0].type
        signature = function_type(t, tuple(a.type for a in args))
        return self.call(f"llvm.{name}.{type_suffix(t)}", signature, list(args))

    def call_intrinsic(self, name: str, value: Value, *rest: Value) -> Instruction:
        """llvm.NAME with immediates behind its value, overloaded on the value's type."""
        signature = function_type(value.type, tuple(a.type for a in (value, *rest)))
        return self.call(f"llvm.{name}.{type_suffix(value.type)}", signature, [value, *rest])

    def is_class(self, value: Value, classes: int) -> Instruction:
        """Whether a float is of one of the classes, bits of llvm.is.fpclass."""
        signature = function_type(I1, (value.type, I32))
        name = f"llvm.is.fpclass.{type_suffix(value.type)}"
        return self.call(name, signature, [value, const_int(I32, classes)])

    def integer(self, value: int, type: Type = I32) -> Value:
        return const_int(type, value)

    def binary(self, op: str, left: Value, right: Value | int) -> Value:
        if isinstance(right, int):
            right = const_int(left.type, right)
        return self.inst(op, left.type, [left, right])

    def cast(self, op: str, value: Value, type: Type) -> Value:
        return value if value.type is type else self.inst(op, type, [value])

    def compare(self, pred: str, left: Value, right: Value | int) -> Value:
        if isinstance(right, int):
            right = const_int(left.type, right)
        op = "fcmp" if left.type.scalar.is_float else "icmp"
        return self.inst(op, compare_type(left.type), [left, right], pred=pred)

    def select(self, condition: Value, if_true: Value, if_false: Value) -> Value:
        return self.inst("select", if_true.type, [condition, if_true, if_false])

    def fence(self, scope: str = "") -> None:
        attrs = {"syncscope": scope} if scope else {}
        self.inst("fence", VOID, [], ordering="seq_cst", **attrs)

    def load(self, type: Type, pointer: Value, align: int) -> Instruction:
        return self.inst("load", type, [pointer], align=align)

    def offset(self, pointer: Value, offset: int) -> Value:
        if not offset:
            return pointer
        return self.inst(
            "getelementptr",
            PTR,
            [pointer, const_int(I32, offset)],
            source_type=I8,
            flags=frozenset({"inbounds"}),
        )

    def offset_bytes(self, pointer: Value, bytes: int) -> Value:
        """`pointer` moved by a constant, of which nothing is known about what lies there."""
        if not bytes:
            return pointer
        amount = const_int(I64, bytes & (2**64 - 1))
        return self.inst("getelementptr", PTR, [pointer, amount], source_type=I8)

    def boolean(self, value: bool) -> Value:
        return const_int(I1, int(value))
