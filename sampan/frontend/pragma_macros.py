"""Rewrites `#define NAME #pragma unroll`, as nvcc accepts it, to `#define NAME _Pragma("unroll")`.

nvcc's compiler reads text that a preprocessor has written, in which what a macro became looks like
any pragma. Clang takes what comes of a macro for code, says where the macro is defined, and the
source is compiled again from a corrected copy (see corrections.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_FROM_MACRO = re.compile(
    r"^(?P<file>[^\n:]+):(?P<line>\d+):\d+: note: expanded from macro", re.MULTILINE
)
_DEFINITION = re.compile(
    r"^(?P<head>\s*#\s*define\s+\w+\s+)#\s*pragma\s+(?P<words>.*?)(?P<end>\s*)$"
)


def definitions(message: str) -> list[tuple[str, int]]:
    """File and line of the macros that a message of clang's, with its notes, names."""
    return [(match["file"], int(match["line"])) for match in _FROM_MACRO.finditer(message)]


def make_operators(text: str, lines: Iterable[int]) -> str:
    """`text` with the definitions of pragmas in those lines, which count from 1, written as
    operators. Lines keep their numbers; the one that is changed gets longer."""
    parts = text.split("\n")
    for number in lines:
        if 0 < number <= len(parts) and (match := _DEFINITION.match(parts[number - 1])):
            words = match["words"].replace("\\", "\\\\").replace('"', '\\"')
            parts[number - 1] = f'{match["head"]}_Pragma("{words}"){match["end"]}'
    return "\n".join(parts)
