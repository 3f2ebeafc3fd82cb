"""Parsing calls, and the attributes behind an argument list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sampan.ir.core import (
    Block,
    Instruction,
    Value,
)
from sampan.ir.lexer import join_tokens
from sampan.ir.parse_values import ValueParser
from sampan.ir.types import (
    FunctionType,
    function_type,
    pointer_type,
)

CALLING_CONVENTIONS = frozenset(
    "ccc fastcc coldcc tailcc swiftcc swifttailcc ghccc preserve_mostcc preserve_allcc "
    "preserve_nonecc ptx_kernel ptx_device spir_kernel spir_func amdgpu_kernel amdgpu_device "
    "x86_stdcallcc x86_fastcallcc x86_thiscallcc x86_vectorcallcc x86_regcallcc x86_64_sysvcc "
    "win64cc aarch64_vector_pcs aarch64_sve_vector_pcs riscv_vector_cc anyregcc".split()
)
# Words that may follow function attributes (behind a function's header, or an invoke).
_NO_ATTRIBUTES = frozenset(
    "to section partition comdat align gc prefix prologue personality unnamed_addr "
    "local_unnamed_addr".split()
)


class CallParser(ValueParser):
    """Adds calls to operands."""

    # What starts an instruction; any other word behind a call's arguments is an attribute.
    parsers: dict[str, Callable[[str], Instruction]]

    def label(self) -> Block:
        raise NotImplementedError

    def _call(self, op: str) -> Instruction:
        tail = ""
        if op != "call":
            tail = op
            self.expect("call")
        flags = self.flags()
        inst = self._call_core("call")
        if tail:
            inst.attrs["tail"] = tail
        if flags:
            inst.attrs["flags"] = flags
        return inst

    def _invoke(self, op: str) -> Instruction:
        inst = self._call_core("invoke")
        self.expect("to")
        normal = self.label()
        self.expect("unwind")
        inst.targets = [normal, self.label()]
        return inst

    def _call_core(self, op: str) -> Instruction:
        attrs: dict[str, Any] = {}
        if self.peek() in CALLING_CONVENTIONS:
            attrs["cc"] = self.next()
        elif self.peek() == "cc":
            self.at += 1
            attrs["cc"] = f"cc {self.integer()}"
        ret_attrs = self.attributes()
        if ret_attrs:
            attrs["ret_attrs"] = ret_attrs
        type = self.type()
        signature: FunctionType | None = None
        if self.tokens[self.at] == "(":
            signature = self.function_type_rest(type)
        callee = self._callee()
        self.expect("(")
        operands: list[Value] = []
        param_attrs: list[str] = []
        if not self.accept(")"):
            while True:
                argument_type = self.type()
                param_attrs.append(self.attributes())
                operands.append(self.value(argument_type))
                if self.accept(")"):
                    break
                self.expect(",")
        if signature is None:
            signature = function_type(type, tuple(o.type for o in operands))
        attrs["function_type"] = signature
        if any(param_attrs):
            attrs["param_attrs"] = tuple(param_attrs)
        fn_attrs = self.trailing_attributes()
        if fn_attrs:
            attrs["fn_attrs"] = fn_attrs
        if self.tokens[self.at] == "[":
            attrs["bundles"] = self.balanced()
        inst = Instruction(op, signature.result, [*operands, callee])
        inst.attrs = attrs
        return inst

    def _callee(self) -> Value:
        space = 0
        if self.accept("addrspace"):
            self.expect("(")
            space = self.integer()
            self.expect(")")
        return self.value(pointer_type(space))

    def trailing_attributes(self) -> str:
        """Function attributes behind an argument list, groups expanded."""
        parts: list[str] = []
        while True:
            token = self.tokens[self.at]
            first = token[0]
            if first == "#":
                self.at += 1
                parts.append(self.symbols.attribute_groups.get(token, ""))
            elif token[-1] == ":":
                break
            elif first == '"':
                self.at += 1
                if self.accept("="):
                    parts.append(f"{token}={self.next()}")
                else:
                    parts.append(token)
            elif first.isalpha() and token not in self.parsers and token not in _NO_ATTRIBUTES:
                start = self.at
                self.at += 1
                if self.tokens[self.at] == "(":
                    self.balanced()
                parts.append(join_tokens(self.tokens[start : self.at]))
            else:
                break
        return " ".join(p for p in parts if p)
