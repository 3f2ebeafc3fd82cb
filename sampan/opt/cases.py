"""Cases of single passes: one .ll file each, with what to do and to expect in comment lines.

    ; pass: canonicalize.scalarize          the pass, as opt/passes.py names it (several: in order)
    ; width: 8                              second argument of `run`, for passes that take a width
    ; level: CANONICAL                      what the result must verify as (default: SIMT)
    ; refused: a reason                     the pass must raise Refused with this text in it
    ; call: f(3, 1.5, buffer(16))           run @f before and after; compare result and buffers
    ; CHECK: text                           the written result has it, behind the CHECK before
    ; CHECK-NEXT: text                      the same, in the next line
    ; CHECK-NOT: text                       not between the neighbouring CHECKs

`{{…}}` in a text is a regular expression; spaces match any white space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from sampan.ir.reader import read_module
from sampan.ir.verify import verify
from sampan.ir.writer import write_module
from sampan.opt.passes import find_pass, run_pass
from sampan.vectorize.refused import Refused

_DIRECTIVE = re.compile(r"^; *([A-Za-z][A-Za-z-]*): *(.*?) *$", re.MULTILINE)


@dataclass
class Case:
    path: Path
    passes: list[str] = field(default_factory=list)
    width: int = 0
    level: str = "SIMT"
    refused: str = ""
    calls: list[str] = field(default_factory=list)
    checks: list[tuple[str, str]] = field(default_factory=list)  # kind, text

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")


def read_case(path: Path) -> Case:
    case = Case(path)
    for key, value in _DIRECTIVE.findall(path.read_text(encoding="utf-8")):
        if key == "pass":
            case.passes += value.split()
        elif key == "width":
            case.width = int(value)
        elif key == "level":
            case.level = value
        elif key == "refused":
            case.refused = value
        elif key == "call":
            case.calls.append(value)
        elif key.startswith("CHECK"):
            case.checks.append((key, value))
        else:
            raise ValueError(f"{path}: unknown directive '{key}'")
    if not case.passes:
        raise ValueError(f"{path}: names no pass")
    return case


def apply(case: Case) -> str:
    """Runs the passes on every defined function; returns the written module, verified."""
    module = read_module(case.text, str(case.path))
    verify(module, "SIMT")
    for name in case.passes:
        one = find_pass(name)
        for function in list(module.functions.values()):
            if not function.is_declaration:
                run_pass(one, function, case.width)
    for function in module.functions.values():
        verify(function, case.level)
    return write_module(module)


def apply_refused(case: Case) -> str:
    """The reason for which the passes refuse the case; '' if they do not."""
    try:
        apply(case)
    except Refused as refusal:
        return refusal.reason
    return ""


def check(case: Case, output: str) -> None:
    """Compares the output with the CHECK lines. Raises AssertionError."""
    lines = [line for line in output.split("\n") if not line.lstrip().startswith(";")]
    at = 0  # first line not yet matched
    forbidden: list[str] = []
    for kind, text in case.checks:
        if kind == "CHECK-NOT":
            forbidden.append(text)
            continue
        pattern = _pattern(text)
        limit = at + 1 if kind == "CHECK-NEXT" else len(lines)
        found = next((i for i in range(at, limit) if pattern.search(lines[i])), None)
        assert found is not None, f"no line for `{kind}: {text}` from line {at} on in\n{output}"
        _refuse(lines[at:found], forbidden, output)
        forbidden = []
        at = found + 1
    _refuse(lines[at:], forbidden, output)


def _refuse(lines: list[str], forbidden: list[str], output: str) -> None:
    for text in forbidden:
        for line in lines:
            assert not _pattern(text).search(line), f"`{line}` must not be there:\n{output}"


def _pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\{.*?\}\})", text)
    return re.compile(
        "".join(
            part[2:-2] if part.startswith("{{") else r"\s+".join(map(re.escape, part.split(" ")))
            for part in parts
        )
    )
