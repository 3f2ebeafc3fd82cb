"""Parsing types, constants and operands of textual LLVM IR (one chunk of tokens)."""

from __future__ import annotations

import struct
from typing import NoReturn

from sampan.ir.constants import (
    double_bits_to_float_bits,
    float_to_bits,
)
from sampan.ir.core import (
    BINARY,
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
    Module,
    Poison,
    Undef,
    Value,
)
from sampan.ir.errors import IRError
from sampan.ir.lexer import END, join_tokens, name_of, tokenize, unescape
from sampan.ir.types import (
    LABEL,
    METADATA,
    PTR,
    TOKEN,
    VOID,
    FloatType,
    FunctionType,
    IntType,
    StructType,
    Type,
    array_type,
    float_type,
    function_type,
    int_type,
    pointer_type,
    struct_type,
    vector_type,
)

FLAGS = frozenset(
    "nuw nsw exact disjoint inbounds nusw nneg samesign fast nnan ninf nsz arcp contract "
    "reassoc afn".split()
)
# Words that start a constant; any other word before an operand is a parameter attribute.
_CONSTANT_WORDS = (
    frozenset(
        "null true false undef poison zeroinitializer none splat asm getelementptr blockaddress "
        "dso_local_equivalent no_cfi extractelement insertelement shufflevector icmp fcmp "
        "select".split()
    )
    | BINARY
    | CASTS
)
_SIMPLE_TYPES: dict[str, Type] = {
    "void": VOID,
    "label": LABEL,
    "metadata": METADATA,
    "token": TOKEN,
    "i1": int_type(1),
    "i8": int_type(8),
    "i16": int_type(16),
    "i32": int_type(32),
    "i64": int_type(64),
    **{k: float_type(k) for k in FloatType.BITS},
}


class Symbols:
    """What the chunks of one module share: its named types, globals and interned constants."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.types: dict[str, Type] = {}
        self.globals: dict[str, GlobalValue] = {}
        self.constants: dict[tuple[Type, str], Constant] = {}
        self.attribute_groups: dict[str, str] = {}


class ValueParser:
    """A position in a list of tokens. Methods consume what they parse."""

    def __init__(self, symbols: Symbols, text: str) -> None:
        self.symbols = symbols
        self.tokens = tokenize(text)
        self.at = 0

    # ---- Tokens ----------------------------------------------------------------------------------

    def fail(self, message: str) -> NoReturn:
        raise IRError(message)

    def next(self) -> str:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def peek(self) -> str:
        return self.tokens[self.at]

    def expect(self, token: str) -> None:
        found = self.tokens[self.at]
        if found != token:
            self.fail(f"expected '{token}', found '{found}'")
        self.at += 1

    def accept(self, token: str) -> bool:
        if self.tokens[self.at] == token:
            self.at += 1
            return True
        return False

    def integer(self) -> int:
        token = self.next()
        try:
            return int(token)
        except ValueError:
            self.fail(f"expected an integer, found '{token}'")

    def balanced(self) -> str:
        """Text of a parenthesised or braced group of tokens that starts here."""
        start = self.at
        depth = 0
        while True:
            token = self.next()
            if token in ("(", "{", "["):
                depth += 1
            elif token in (")", "}", "]"):
                depth -= 1
                if not depth:
                    return join_tokens(self.tokens[start : self.at])
            elif token == END:
                self.fail("unbalanced parentheses")

    def flags(self) -> frozenset[str]:
        start = self.at
        while self.tokens[self.at] in FLAGS:
            self.at += 1
        return frozenset(self.tokens[start : self.at])

    # ---- Types -----------------------------------------------------------------------------------

    def type(self) -> Type:
        token = self.tokens[self.at]
        self.at += 1
        simple = _SIMPLE_TYPES.get(token)
        if simple is not None:
            return simple
        if token == "ptr":
            return self._pointer()
        first = token[0]
        if first == "%":
            name = name_of(token)
            found = self.symbols.types.get(name)
            if found is None:
                # Used but never defined: opaque.
                found = self.symbols.types[name] = StructType(None, False, name)
                self.symbols.module.named_types[name] = found
            return found
        if first == "i" and token[1:].isdigit():
            return int_type(int(token[1:]))
        if token == "[":
            count = self.integer()
            self.expect("x")
            element = self.type()
            self.expect("]")
            return array_type(count, element)
        if token == "{":
            return struct_type(self._struct_elements(), False)
        if token == "<":
            if self.accept("{"):
                elements = self._struct_elements()
                self.expect(">")
                return struct_type(elements, True)
            if self.peek() == "vscale":
                self.fail("scalable vectors are not supported")
            count = self.integer()
            self.expect("x")
            element = self.type()
            self.expect(">")
            return vector_type(count, element)
        self.at -= 1
        self.fail(f"expected a type, found '{token}'")

    def _pointer(self) -> Type:
        if self.tokens[self.at] == "addrspace":
            self.at += 1
            self.expect("(")
            space = self.integer()
            self.expect(")")
            return pointer_type(space)
        return PTR

    def _struct_elements(self) -> tuple[Type, ...]:
        elements: list[Type] = []
        if self.accept("}"):
            return ()
        while True:
            elements.append(self.type())
            if self.accept("}"):
                return tuple(elements)
            self.expect(",")

    def type_or_function_type(self) -> Type:
        result = self.type()
        if self.tokens[self.at] == "(":
            return self.function_type_rest(result)
        return result

    def function_type_rest(self, result: Type) -> FunctionType:
        self.expect("(")
        params: list[Type] = []
        vararg = False
        if not self.accept(")"):
            while True:
                if self.accept("..."):
                    vararg = True
                else:
                    params.append(self.type())
                if self.accept(")"):
                    break
                self.expect(",")
        return function_type(result, tuple(params), vararg)

    # ---- Attributes ------------------------------------------------------------------------------

    def attributes(self) -> str:
        """Attributes of a parameter or result that precede a type or an operand, as text."""
        start = self.at
        while True:
            token = self.tokens[self.at]
            first = token[0]
            if first == '"':
                self.at += 1
                if self.accept("="):
                    self.at += 1
            elif first.isalpha() and token not in _CONSTANT_WORDS and not self._is_type(token):
                self.at += 1
                if token == "align":
                    if self.peek() == "(":
                        self.balanced()
                    else:
                        self.at += 1
                elif self.tokens[self.at] == "(":
                    self.balanced()
            else:
                break
        return join_tokens(self.tokens[start : self.at]) if self.at > start else ""

    @staticmethod
    def _is_type(token: str) -> bool:
        return token in _SIMPLE_TYPES or token == "ptr" or (token[0] == "i" and token[1:].isdigit())

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
        if token in _CONSTANT_WORDS:
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
