"""Collapses the GPU's address spaces into one: every pointer becomes a plain `ptr`.

Requires that shared variables have been replaced (frontend.shared) and that `isspacep` has been
lowered. Establishes: no type anywhere names an address space, no `addrspacecast` is left, and
overloaded intrinsics have the names that go with plain pointers.
"""

from __future__ import annotations

import re

from sampan.ir.core import (
    Constant,
    ConstExpr,
    Function,
    GlobalValue,
    Instruction,
    Module,
    Value,
)
from sampan.ir.types import (
    PTR,
    ArrayType,
    FunctionType,
    PointerType,
    StructType,
    Type,
    VectorType,
    array_type,
    function_type,
    struct_type,
    vector_type,
)

_TYPE_ATTRS = ("source_type", "allocated_type", "function_type")
_IN_TEXT = re.compile(r" addrspace\(\d+\)")
_IN_NAME = re.compile(r"(?<=\.)(v\d+)?p\d+(?=\.|$)")


def collapse(module: Module) -> None:
    _Collapse().run(module)


class _Collapse:
    def __init__(self) -> None:
        self.types: dict[Type, Type] = {}
        self.done: set[Constant] = set()

    def run(self, module: Module) -> None:
        for named in module.named_types.values():
            self.type(named)
        for variable in module.variables.values():
            variable.type = PTR
            variable.value_type = self.type(variable.value_type)
            if variable.initializer is not None:
                variable.initializer = self.constant(variable.initializer)
        for function in list(module.functions.values()):
            self.signature(function)
        for function in module.functions.values():
            for inst in function.instructions():
                self.instruction(inst)
        self.rename_intrinsics(module)

    # ---- Types ---------------------------------------------------------------------------------

    def type(self, t: Type) -> Type:
        found = self.types.get(t)
        if found is None:
            self.types[t] = t  # a struct that holds a pointer to itself ends here
            found = self.types[t] = self._collapsed(t)
        return found

    def _collapsed(self, t: Type) -> Type:
        if isinstance(t, PointerType):
            return PTR
        if isinstance(t, VectorType):
            return vector_type(t.count, self.type(t.element))
        if isinstance(t, ArrayType):
            return array_type(t.count, self.type(t.element))
        if isinstance(t, FunctionType):
            return function_type(
                self.type(t.result), tuple(self.type(p) for p in t.params), t.vararg
            )
        if isinstance(t, StructType) and t.elements is not None:
            elements = tuple(self.type(e) for e in t.elements)
            if t.name is None:
                return struct_type(elements, t.packed)
            t.elements = elements
        return t

    # ---- Values --------------------------------------------------------------------------------

    def constant(self, value: Value) -> Constant:
        """`value` with collapsed types, in place; the operand of an addrspacecast for a cast."""
        assert isinstance(value, Constant)
        if isinstance(value, ConstExpr) and value.op == "addrspacecast":
            return self.constant(value.operands[0])
        if isinstance(value, GlobalValue) or value in self.done:
            return value
        self.done.add(value)
        value.type = self.type(value.type)
        if isinstance(value, ConstExpr):
            self.attributes(value.attrs)
        self.operands(value)
        return value

    def operands(self, user: Instruction | Constant) -> None:
        for index, operand in enumerate(user.operands):
            if isinstance(operand, Constant):
                new = self.constant(operand)
                if new is not operand:
                    user.set_operand(index, new)

    def attributes(self, attrs: dict[str, object]) -> None:
        for key in _TYPE_ATTRS:
            if key in attrs:
                attrs[key] = self.type(attrs[key])  # type: ignore[arg-type]
        attrs.pop("addrspace", None)
        if "param_attrs" in attrs:
            texts: tuple[str, ...] = attrs["param_attrs"]  # type: ignore[assignment]
            attrs["param_attrs"] = tuple(_IN_TEXT.sub("", text) for text in texts)

    def instruction(self, inst: Instruction) -> None:
        self.operands(inst)
        self.attributes(inst.attrs)
        inst.type = self.type(inst.type)
        if inst.op == "addrspacecast":
            inst.replace_all_uses_with(inst.operands[0])
            inst.erase()

    # ---- Functions -----------------------------------------------------------------------------

    def signature(self, function: Function) -> None:
        collapsed = self.type(function.function_type)
        assert isinstance(collapsed, FunctionType)
        function.type = PTR
        function.function_type = collapsed
        for argument in function.args:
            argument.type = self.type(argument.type)
            argument.attrs = _IN_TEXT.sub("", argument.attrs)

    def rename_intrinsics(self, module: Module) -> None:
        """llvm.memcpy.p0.p1.i64 becomes llvm.memcpy.p0.p0.i64, merged with one that exists."""
        for name, function in list(module.functions.items()):
            if not name.startswith("llvm.") or name.startswith("llvm.nvvm."):
                continue
            new = _IN_NAME.sub(lambda m: f"{m[1] or ''}p0", name)
            if new == name:
                continue
            del module.functions[name]
            existing = module.functions.get(new)
            if existing is None:
                function.name = new
                module.functions[new] = function
            else:
                function.replace_all_uses_with(existing)
