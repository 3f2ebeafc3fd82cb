"""Reads clang's messages, so that two runs over one source report each of them once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_HEAD = re.compile(
    r"^(?:(?P<file>[^\n:]+):(?P<line>\d+):(?:(?P<column>\d+):)? |(?P<program>[\w.+/-]+): )"
    r"(?P<kind>fatal error|error|warning|remark|note): (?P<message>.*)$"
)
_COUNT = re.compile(r"^\d+ (?:errors?|warnings?)(?: and \d+ errors?)? generated")
_INCLUDED = re.compile(r"^(?:In file included from|\s+from) ")
_SIDE = re.compile(r" when compiling for \S+$")


@dataclass(frozen=True)
class Diagnostic:
    """One message of clang with its source excerpt and notes."""

    kind: str  # "error", "fatal error", "warning" or "remark"
    file: str  # "" when clang names none
    line: int
    column: int
    message: str
    text: str  # everything clang printed for it, notes included

    @property
    def is_error(self) -> bool:
        return self.kind.endswith("error")


def parse_diagnostics(output: str) -> list[Diagnostic]:
    """The messages of one clang run, in order. Notes belong to the message before them."""
    groups: list[tuple[re.Match[str], list[str]]] = []
    included: list[str] = []
    for line in output.splitlines():
        if _COUNT.match(line):
            continue
        if _INCLUDED.match(line):
            included.append(line)
            continue
        head = _HEAD.match(line)
        if head is not None and (head["kind"] != "note" or not groups):
            if head["program"]:  # the compiler driver speaks: its name is no help
                line = f"{head['kind']}: {_SIDE.sub('', head['message'])}"
            groups.append((head, [*included, line]))
        elif groups:
            groups[-1][1].extend([*included, line])
        included = []
    return [_diagnostic(head, lines) for head, lines in groups]


def merge_diagnostics(runs: Iterable[list[Diagnostic]]) -> tuple[Diagnostic, ...]:
    """All messages of several runs; one that has the same place and words counts once."""
    seen: dict[tuple[str, str, int, int, str], Diagnostic] = {}
    for run in runs:
        for one in run:
            seen.setdefault((one.kind, one.file, one.line, one.column, one.message), one)
    return tuple(seen.values())


def _diagnostic(head: re.Match[str], lines: list[str]) -> Diagnostic:
    # Clang's flag by nvcc's name.
    lines = [line.replace("(i.e. requires -fgpu-rdc)", "(-rdc=true)") for line in lines]
    return Diagnostic(
        kind=head["kind"],
        file=head["file"] or "",
        line=int(head["line"] or 0),
        column=int(head["column"] or 0),
        message=_SIDE.sub("", head["message"]),
        text="\n".join(lines),
    )
