"""Adds the `template` of `A<T>::template f<n>(x)` where a source leaves it out, as nvcc accepts.

Clang says so where it can tell. Otherwise it reads `f < n > (x)` as comparisons and is surprised
when it instantiates the code. Either message stands where the whole name begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MISSING = "missing 'template' keyword prior to dependent template name"
MISREAD = "reference to overloaded function could not be resolved"
_NAME = re.compile(r"\s*[A-Za-z_]\w*\s*")
_KEYWORD = "template "


def add_keywords(text: str, errors: Iterable[tuple[int, int, str]]) -> str:
    """`text` with the keyword where the errors (line and column from 1, columns in bytes as clang
    counts them; message) say that it is missing. Names that need none stay as they are."""
    lines = text.splitlines(keepends=True)
    for line, column, message in sorted(set(errors), reverse=True):
        if not 1 <= line <= len(lines) or not message.startswith((MISSING, MISREAD)):
            continue
        before = lines[line - 1].encode(errors="surrogateescape")[: column - 1]
        start = len(before.decode(errors="surrogateescape"))
        end = line + 8  # a name broken over more lines is left alone
        rest = "".join(lines[line - 1 : end])
        at = _place_of_keyword(rest, start)
        if at is not None:
            lines[line - 1 : end] = (rest[:at] + _KEYWORD + rest[at:]).splitlines(keepends=True)
    return "".join(lines)


def _place_of_keyword(text: str, start: int) -> int | None:
    """Where the last part of the name at `start` begins, if it is `….>::part<` without keyword."""
    at = start
    dependent = False
    last: int | None = None
    while found := _NAME.match(text, at):
        word = found[0].strip()
        if word == _KEYWORD.strip():
            return None
        begin = at + len(found[0]) - len(found[0].lstrip())
        at = found.end()
        has_arguments = text[at : at + 1] == "<"
        if has_arguments:
            closed = _end_of_arguments(text, at)
            if closed is None:
                return None
            at = closed
        if not text.startswith("::", at):
            last = begin if has_arguments and dependent else None
            break
        dependent = dependent or has_arguments
        at += 2
    return last


def _end_of_arguments(text: str, at: int) -> int | None:
    """Behind the `>` that closes the `<` at `at`; None where it is not clear which."""
    depth = inside = 0
    for position in range(at, min(len(text), at + 2000)):
        character = text[position]
        if character in "([{":
            inside += 1
        elif character in ")]}":
            inside -= 1
        elif character in ";\"'" or inside < 0:
            return None
        elif not inside and character == "<":
            depth += 1
        elif not inside and character == ">" and text[position - 1] != "-":
            depth -= 1
            if depth == 0:
                return position + 1
    return None
