"""Parsing types and attributes of textual LLVM IR, over one chunk of tokens."""

from __future__ import annotations

from typing import NoReturn

from sampan.ir.core import (
    BINARY,
    CASTS,
    Constant,
    GlobalValue,
    Module,
)
from sampan.ir.errors import IRError
from sampan.ir.lexer import END, join_tokens, name_of, tokenize
from sampan.ir.types import (
    LABEL,
    METADATA,
    PTR,
    TOKEN,
    VOID,
    FloatType,
    FunctionType,
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
CONSTANT_WORDS = (
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


class TypeParser:
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
            elif first.isalpha() and token not in CONSTANT_WORDS and not self._is_type(token):
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
