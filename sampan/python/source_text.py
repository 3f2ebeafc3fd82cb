"""What can be told of a CUDA source without compiling it."""

from __future__ import annotations

import re

_NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"', re.DOTALL)
_MAIN = re.compile(r"\bmain\s*\(")


def has_main(code: str) -> bool:
    """Whether it is a program: whether `main(` stands outside of comments and texts."""
    return _MAIN.search(_NOT_CODE.sub(" ", code)) is not None
