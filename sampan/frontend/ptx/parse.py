"""Reads the text of an inline PTX statement (PTX ISA, "Syntax"): declarations and instructions.

Operands of the asm statement are written `$0`, `$1`, … as clang passes them on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|//[^\n]*|/\*.*?\*/)
    | (?P<slot>\$\d+|\$\{\d+(?::\w+)?\})
    | (?P<number>0[fF][0-9a-fA-F]{8}|0[dD][0-9a-fA-F]{16}|0[xX][0-9a-fA-F]+U?
               |\d+\.\d*(?:[eE][+-]?\d+)?|\d+U?)
    | (?P<word>[.%_$A-Za-z](?:[\w.$%]|::)*)
    | (?P<mark>[-{}\[\],;@!+|:<>])
    """,
    re.VERBOSE | re.DOTALL,
)


class PtxError(Exception):
    """What cannot be read or has no meaning here; the text completes "… is not supported"."""


@dataclass(frozen=True)
class Name:
    """A register, declared or special."""

    text: str
    negated: bool = False  # !p


@dataclass(frozen=True)
class Slot:
    """An operand of the asm statement."""

    index: int
    negated: bool = False


@dataclass(frozen=True)
class Number:
    text: str


@dataclass(frozen=True)
class Address:
    """[base + offset]"""

    base: Operand
    offset: int


@dataclass(frozen=True)
class Group:
    """{a, b, …}: a vector, or the parts of a wider register. `pair`: a|b."""

    parts: tuple[Operand, ...]
    pair: bool = False


Operand = Name | Slot | Number | Address | Group


@dataclass(frozen=True)
class Guard:
    """@p or @!p"""

    predicate: Operand
    negated: bool


@dataclass(frozen=True)
class Statement:
    opcode: str
    modifiers: tuple[str, ...]
    operands: tuple[Operand, ...]
    guard: Guard | None
    text: str

    @property
    def type(self) -> str:
        """The last modifier: the type that most instructions end with."""
        return self.modifiers[-1] if self.modifiers else ""

    def has(self, *modifiers: str) -> bool:
        return any(one in self.modifiers for one in modifiers)


@dataclass
class Code:
    statements: list[Statement] = field(default_factory=list)
    registers: dict[str, str] = field(default_factory=dict)  # name -> type


def parse(text: str) -> Code:
    """Raises PtxError, with the part that it stumbles over."""
    return _Parser(text).run()


class _Parser:
    def __init__(self, text: str) -> None:
        self.code = Code()
        self.tokens: list[str] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise PtxError(text[at:].split("\n")[0].strip())
            if match.lastgroup != "space":
                self.tokens.append(match.group())
            at = match.end()
        self.at = 0

    def run(self) -> Code:
        while self.at < len(self.tokens):
            token = self.peek()
            if token in ("{", "}", ";"):  # scopes: registers of one asm statement share names
                self.at += 1
            elif token == ".reg":
                self.declaration()
            else:
                self.code.statements.append(self.statement())
        return self.code

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def next(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def accept(self, token: str) -> bool:
        found = self.peek() == token
        self.at += found
        return found

    def expect(self, token: str) -> None:
        if not self.accept(token):
            raise PtxError(f"{self.peek() or 'the end'} where {token} belongs")

    def declaration(self) -> None:
        self.next()
        kind = self.next().lstrip(".")
        while True:
            name = self.next()
            if self.accept("<"):
                count = int(self.next())
                self.expect(">")
                self.code.registers |= {f"{name}{i}": kind for i in range(count)}
            else:
                self.code.registers[name] = kind
            if not self.accept(","):
                break
        self.expect(";")

    def statement(self) -> Statement:
        start = self.at
        guard = None
        if self.accept("@"):
            negated = self.accept("!")
            guard = Guard(self.operand(), negated)
        word = self.next()
        if not re.match(r"[a-z]", word):
            raise PtxError(f"{word} at the start of an instruction")
        if self.peek() == ":":
            raise PtxError(f"the label {word}")
        operands: list[Operand] = []
        if self.peek() not in (";", ""):
            operands = self.list_until(lambda: self.peek() in (";", "", "}"))
        self.accept(";")
        opcode, *modifiers = word.split(".")
        text = " ".join(self.tokens[start : self.at]).removesuffix(";").strip()
        return Statement(opcode, tuple(modifiers), tuple(operands), guard, text)

    def list_until(self, ended: Callable[[], bool]) -> list[Operand]:
        found = [self.operand()]
        while not ended():
            self.expect(",")
            found.append(self.operand())
        return found

    def operand(self) -> Operand:
        first = self.single()
        if self.accept("|"):
            return Group((first, self.single()), pair=True)
        return first

    def single(self) -> Operand:
        if self.accept("["):
            base = self.single()
            offset = 0
            if self.accept("+"):
                sign = -1 if self.accept("-") else 1
                offset = sign * int(self.next().rstrip("U"), 0)
            self.expect("]")
            return Address(base, offset)
        if self.accept("{"):
            parts = self.list_until(lambda: self.peek() in ("}", ""))
            self.expect("}")
            return Group(tuple(parts))
        negated = self.accept("!")
        minus = self.accept("-")
        token = self.next()
        if re.match(r"\$\{?\d", token):
            return Slot(int(re.sub(r"\D.*", "", token.lstrip("${"))), negated)
        if token[:1].isdigit():
            return Number("-" + token if minus else token)
        if re.match(r"[%_$A-Za-z]", token):
            return Name(token, negated)
        raise PtxError(f"{token or 'the end'} where an operand belongs")
