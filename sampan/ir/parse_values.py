"""Parsing constants and operands of textual LLVM IR."""

from __future__ import annotations

import struct

from sampan.ir.constants import (
    double_bits_to_float_bits,
    float_to_bits,
)
from sampan.ir.core import (
    CASTS,
    ConstAggregate,
    Constant,
    ConstExpr,
    ConstFloat,
    ConstInt,
    ConstNull,
    ConstSplat,
    ConstString,
    GlobalValue,
    InlineAsm,
    MetadataValue,
    Poison,
    Undef,
    Value,
)
from sampan.ir.lexer import join_tokens, name_of, unescape
from sampan.ir.parse_types import CONSTANT_WORDS, Symbols, TypeParser
from sampan.ir.types import (
    METADATA,
    PTR,
    FloatType,
    IntType,
    Type,
)

__all__ = ["Symbols", "ValueParser"]


class ValueParser(TypeParser):
    """Adds operands to types. Methods consume what they parse."""

    # ---- Values ----------------------------------------------------------------------------------

    def typed_value(self) -> Value:
        type = self.type()
        return self.value(type)

    def local(self, token: str, type: Type) -> Value:
        self.fail(f"local value '{token}' outside of a function")

    def global_value(self, token: str) -> GlobalValue:
        found = self.symbols.globals.get(name_of(token))
        if found is None:
            self.fail(f"use of undefined global '{token}'")
        return found

    def value(self, type: Type) -> Value:
        """The operand that starts here, of the given type."""
        token = self.tokens[self.at]
        first = token[0]
        if first == "%":
            self.at += 1
            return self.local(token, type)
        if first == "@":
            self.at += 1
            return self.global_value(token)
        if type is METADATA:
            return MetadataValue(METADATA, self.metadata_text())
        if token == "asm":
            return self._inline_asm()
        return self.constant(type)

    def constant(self, type: Type) -> Constant:
        token = self.tokens[self.at]
        self.at += 1
        key = (type, token)
        cached = self.symbols.constants.get(key)
        if cached is not None:
            return cached
        first = token[0]
        made: Constant | None = None
        if isinstance(type, IntType):
            made = self._int(type, token)
        elif isinstance(type, FloatType):
            made = self._float(type, token)
        if made is None:
            if token == "null" or token == "zeroinitializer" or token == "none":
                made = ConstNull(type)
            elif token == "undef":
                made = Undef(type)
            elif token == "poison":
                made = Poison(type)
        if made is not None:
            self.symbols.constants[key] = made
            return made
        if first == "@":
            return self.global_value(token)
        if token[:2] == 'c"':
            data = unescape(token[2:-1]).encode("latin-1")
            if getattr(type, "count", -1) != len(data):
                self.fail(f"a string of {len(data)} bytes for {type}")
            return ConstString(type, data)
        if token == "[" or token == "{":
            return self._aggregate(type, "]" if token == "[" else "}")
        if token == "<":
            if self.accept("{"):
                result = self._aggregate(type, "}")
                self.expect(">")
                return result
            return self._aggregate(type, ">")
        if token == "splat":
            self.expect("(")
            element = self.typed_value()
            self.expect(")")
            return ConstSplat(type, [element])
        if token in ("dso_local_equivalent", "no_cfi"):
            return self.global_value(self.next())
        if token in CONSTANT_WORDS:
            return self._expression(token, type)
        self.at -= 1
        self.fail(f"expected a value of type {type}, found '{token}'")

    def _int(self, type: IntType, token: str) -> Constant | None:
        if token == "true":
            return ConstInt(type, 1)
        if token == "false" or token == "zeroinitializer":
            return ConstInt(type, 0)
        if token[:3] in ("u0x", "s0x"):
            return ConstInt(type, int(token[3:], 16))
        if token[0] == "-" or token[0].isdigit():
            return ConstInt(type, int(token))
        return None

    def _float(self, type: FloatType, token: str) -> Constant | None:
        kind = type.kind
        if token[:2] == "0x":
            marker = token[2]
            if marker in "HR":
                return ConstFloat(type, int(token[3:], 16))
            if marker == "K":
                return ConstFloat(type, int(token[3:], 16))
            if marker == "L":
                # The low half is written first.
                digits = token[3:].rjust(32, "0")
                return ConstFloat(type, int(digits[16:] + digits[:16], 16))
            bits = int(token[2:], 16)
            if kind == "double":
                return ConstFloat(type, bits)
            if kind == "float":
                return ConstFloat(type, double_bits_to_float_bits(bits))
            value = struct.unpack("<d", struct.pack("<Q", bits))[0]
            return ConstFloat(type, float_to_bits(kind, value))
        if token[0] in "+-0123456789":
            try:
                value = float(token)
            except ValueError:
                return None
            return ConstFloat(type, float_to_bits(kind, value))
        if token == "zeroinitializer":
            return ConstFloat(type, 0)
        return None

    def _aggregate(self, type: Type, close: str) -> Constant:
        elements: list[Value] = []
        if not self.accept(close):
            while True:
                elements.append(self.typed_value())
                if self.accept(close):
                    break
                self.expect(",")
        return ConstAggregate(type, elements)

    def _expression(self, op: str, type: Type) -> Constant:
        flags = self.flags()
        attrs: dict[str, object] = {"flags": flags} if flags else {}
        if op == "blockaddress":
            self.fail("blockaddress is not supported")
        if op == "getelementptr":
            if self.accept("inrange"):
                attrs["inrange"] = self.balanced()
                attrs["flags"] = flags | self.flags()
            self.expect("(")
            attrs["source_type"] = self.type()
            self.expect(",")
            return ConstExpr(op, type, self._operand_list(), **attrs)
        if op in ("icmp", "fcmp"):
            attrs["pred"] = self.next()
        self.expect("(")
        if op in CASTS:
            operand = self.typed_value()
            self.expect("to")
            target = self.type()
            self.expect(")")
            return ConstExpr(op, target, [operand], **attrs)
        return ConstExpr(op, type, self._operand_list(), **attrs)

    def _operand_list(self) -> list[Value]:
        operands = [self.typed_value()]
        while not self.accept(")"):
            self.expect(",")
            operands.append(self.typed_value())
        return operands

    def _inline_asm(self) -> InlineAsm:
        self.expect("asm")
        keywords: list[str] = []
        while self.peek()[0] != '"':
            keywords.append(self.next())
        template = self.next()[1:-1]
        self.expect(",")
        constraints = self.next()[1:-1]
        return InlineAsm(PTR, template, constraints, " ".join(keywords))

    def metadata_text(self) -> str:
        """A metadata operand or attachment: a reference, a string or an inline node."""
        start = self.at
        token = self.next()
        if token == "distinct":
            self.at += 1
            self.balanced()
        elif token == "!" or (token[0] == "!" and self.peek() == "("):
            self.balanced()
        elif token[0] != "!":
            # A value as metadata: its type, then the value.
            self.at -= 1
            self.type()
            self.at += 1
        return join_tokens(self.tokens[start : self.at])
