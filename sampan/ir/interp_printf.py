"""printf as device code calls it: a format and a buffer with the packed arguments."""

from __future__ import annotations

import re

from sampan.ir.constants import bits_to_float
from sampan.ir.interp_memory import Memory
from sampan.ir.interp_values import signed

_DIRECTIVE = re.compile(
    r"%(?P<flags>[-+ #0]*)(?P<width>\*|\d*)(?:\.(?P<precision>\*|\d*))?"
    r"(?P<length>hh|h|ll|l|j|z|t|L)?(?P<kind>[diouxXcfFeEgGaAsp%])"
)


def format_arguments(memory: Memory, template: str, arguments: int) -> tuple[str, int]:
    """The text, and the number of arguments taken. Each argument lies at its own alignment."""
    position = arguments
    taken = 0

    def take(size: int) -> int:
        nonlocal position, taken
        position = -(-position // size) * size
        value = int.from_bytes(memory.read(position, size), "little")
        position += size
        taken += 1
        return value

    def one(match: re.Match[str]) -> str:
        kind = match["kind"]
        if kind == "%":
            return "%"
        flags, width, precision = match["flags"], match["width"], match["precision"]
        if width == "*":
            number = signed(take(4), 32)
            flags, width = (flags + "-", str(-number)) if number < 0 else (flags, str(number))
        if precision == "*":
            number = signed(take(4), 32)
            precision = str(number) if number >= 0 else None
        spec = "%" + flags + width + ("." + precision if precision is not None else "")
        size = 8 if match["length"] in ("l", "ll", "j", "z", "t") else 4
        if kind in "di":
            return (spec + "d") % signed(take(size), size * 8)
        if kind in "ouxX":
            text = (spec + kind.replace("u", "d")) % take(size)
            return text.replace("0o", "0", 1) if kind == "o" else text
        if kind == "c":
            return ("%" + flags + width + "s") % chr(take(4) & 0xFF)
        if kind == "s":
            return (spec + "s") % memory.string(take(8))
        if kind == "p":
            return ("%" + flags + width + "s") % hex(take(8))
        value = bits_to_float("double", take(8))
        if kind in "aA":
            text = value.hex()
            return text.upper() if kind == "A" else text
        if value != value or value in (float("inf"), float("-inf")):
            return ("%" + flags.replace("0", "") + width + "s") % str(value)
        return (spec + kind) % value

    return _DIRECTIVE.sub(one, template), taken
