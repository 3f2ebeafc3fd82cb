"""The text of inline PTX as statements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


class PtxSyntaxError(Exception):
    """The text is not what the parser understands; the message quotes the part."""


@dataclass(frozen=True)
class Address:
    """[base + offset]. `base` is a register, an operand or, for a number alone, empty."""

    base: str
    offset: int = 0


@dataclass(frozen=True)
class Vector:
    """{a, b, …}"""

    parts: tuple[Operand, ...]


# A name (register, operand `$0`, special register `%tid.x`, `_`), possibly behind `!` or `-`; a
# number as it is written; an address; a vector.
Operand = str | Address | Vector


@dataclass
class Statement:
    """One instruction: `@guard opcode.modifiers operands`."""

    text: str
    opcode: str
    modifiers: tuple[str, ...] = ()
    operands: list[Operand] = field(default_factory=list)
    second: str = ""  # of a destination pair `d|p`
    guard: str = ""  # predicate register
    guard_negated: bool = False


@dataclass(frozen=True)
class Declaration:
    """`.reg .type names;`"""

    type: str
    names: tuple[str, ...]


_ESCAPE = re.compile(r"\\([0-9A-Fa-f]{2})")
_DECLARATION = re.compile(r"\.reg\s+(?:\.v[24]\s+)?\.(\w+)\s+(.*)", re.DOTALL)
_RANGE = re.compile(r"([\w$%]+)<(\d+)>")
_GUARD = re.compile(r"@(!?)\s*([\w$%]+)\s+(.*)", re.DOTALL)
_OPCODE = re.compile(r"([A-Za-z_]\w*(?:(?:\.|::)\w+)*)\s*(.*)", re.DOTALL)
_LABEL = re.compile(r"[\w$%]+\s*:(?!:)")


def parse(template: str) -> list[Statement | Declaration]:
    """The statements of a template as LLVM writes it. Raises PtxSyntaxError."""
    text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), template)
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.DOTALL)
    # "$$" is a dollar sign and "%%" a percent sign; operands are $0, or ${0:…} with a modifier.
    text = text.replace("$$", "\0").replace("%%", "%")
    text = re.sub(r"\$\{(\d+)(?::\w+)?\}", r"$\1", text)
    if "$(" in text or "$|" in text:
        raise PtxSyntaxError("alternatives for several assembler dialects")
    text = text.replace("\0", "$")
    return [_statement(part) for part in _split(text)]


def _split(text: str) -> list[str]:
    """Parts between semicolons; the braces of scopes (those not inside a statement) are dropped."""
    parts: list[str] = []
    current, depth = "", 0
    for character in text:
        if character == ";" and depth == 0:
            parts.append(current)
            current = ""
        elif character == "{" and not current.strip():
            current = ""  # opens a scope
        elif character == "}" and depth == 0:
            if current.strip():
                raise PtxSyntaxError(f"no semicolon after '{current.strip()}'")
            current = ""  # closes one
        else:
            depth += (character in "{[(") - (character in "}])")
            current += character
    parts.append(current)
    return [" ".join(part.split()) for part in parts if part.strip()]


def _statement(text: str) -> Statement | Declaration:
    if declared := _DECLARATION.fullmatch(text):
        return Declaration(declared[1], tuple(_declared_names(declared[2])))
    if _LABEL.match(text):
        raise PtxSyntaxError(f"the label {text.split(':')[0].strip()}")
    guard, negated, rest = "", False, text
    if guarded := _GUARD.fullmatch(text):
        negated, guard, rest = bool(guarded[1]), guarded[2], guarded[3]
    found = _OPCODE.fullmatch(rest)
    if not found:
        raise PtxSyntaxError(f"'{text}'")
    opcode, *modifiers = found[1].replace("::", "_").split(".")
    operands = [_operand(part) for part in _commas(found[2])]
    statement = Statement(text, opcode, tuple(modifiers), operands, "", guard, negated)
    if operands and isinstance(operands[0], str) and "|" in operands[0]:
        first, second = (s.strip() for s in operands[0].split("|", 1))
        statement.operands[0], statement.second = first, second
    return statement


def _declared_names(text: str) -> list[str]:
    names: list[str] = []
    for part in text.split(","):
        if many := _RANGE.fullmatch(part.strip()):
            names += [f"{many[1]}{i}" for i in range(int(many[2]))]
        else:
            names.append(part.strip())
    return names


def _commas(text: str) -> list[str]:
    """Parts between commas outside braces and brackets."""
    parts, current, depth = [], "", 0
    for character in text:
        depth += (character in "{[(") - (character in "}])")
        if character == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    parts.append(current)
    return [part.strip() for part in parts if part.strip()]


def _operand(text: str) -> Operand:
    if text.startswith("{") and text.endswith("}"):
        return Vector(tuple(_operand(part) for part in _commas(text[1:-1])))
    if text.startswith("[") and text.endswith("]"):
        return _address(text[1:-1].strip())
    return text.replace(" ", "")


def _address(text: str) -> Address:
    found = re.fullmatch(r"([\w$%.]+)\s*(?:([+-])\s*(-?(?:0[xX][0-9A-Fa-f]+|\d+)))?", text)
    if not found:
        raise PtxSyntaxError(f"the address [{text}]")
    base, sign, number = found.groups()
    offset = int(number, 0) * (-1 if sign == "-" else 1) if number else 0
    return Address(base, offset)
