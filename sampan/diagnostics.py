"""Errors and remarks that a person reads: what went wrong, where in the source, and what to do.

Every failure that Sampan foresees is a `SampanError`; its class fixes the exit code of the command
line (docs/cli.md). Anything else that escapes is a bug in Sampan and is reported as one.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


class ExitCode(enum.IntEnum):
    """What `sampan` exits with when it does not get as far as the program's own exit code."""

    OK = 0
    USAGE = 2
    COMPILE = 3
    ENVIRONMENT = 4
    INTERNAL = 70


@dataclass(frozen=True)
class Span:
    """A place in the user's source. Lines and columns count from 1; 0 means unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        text = self.file
        if self.line:
            text += f":{self.line}"
            if self.column:
                text += f":{self.column}"
        return text


@dataclass(frozen=True)
class Diagnostic:
    """One message in the form compilers use: `file:line:column: severity: message` and a caret."""

    severity: str  # "error", "warning", "remark", "note"
    message: str
    span: Span | None = None
    notes: tuple[Diagnostic, ...] = field(default=())

    def render(self) -> str:
        head = f"{self.severity}: {self.message}"
        lines = [f"{self.span}: {head}" if self.span else f"sampan: {head}"]
        if self.span:
            lines += _excerpt(self.span)
        for note in self.notes:
            lines.append(note.render())
        return "\n".join(lines)


class SampanError(Exception):
    """A failure that Sampan foresees. `hint` says what the user can do about it."""

    exit_code = ExitCode.ENVIRONMENT

    def __init__(self, message: str, *, span: Span | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint

    def __str__(self) -> str:
        """What a traceback shows; the command line prints `render` instead."""
        text = f"{self.span}: {self.message}" if self.span else self.message
        return f"{text}\nhint: {self.hint}" if self.hint else text

    def render(self) -> str:
        text = Diagnostic("error", self.message, self.span).render()
        return f"{text}\nhint: {self.hint}" if self.hint else text


class UsageError(SampanError):
    """The command line, a knob or an argument of the API makes no sense."""

    exit_code = ExitCode.USAGE


class CompileError(SampanError):
    """The user's source cannot be compiled.

    `output` is the compiler's own text, which already names files and lines; it is shown as it is.
    """

    exit_code = ExitCode.COMPILE

    def __init__(
        self, message: str, *, output: str = "", span: Span | None = None, hint: str = ""
    ) -> None:
        super().__init__(message, span=span, hint=hint)
        self.output = output

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text}\n{self.output.strip()}" if self.output.strip() else text

    def render(self) -> str:
        text = super().render()
        return f"{self.output.rstrip()}\n{text}" if self.output.strip() else text


class UnsupportedError(CompileError):
    """Legal CUDA that Sampan does not support (yet): the message names the construct."""


class MissingToolError(SampanError):
    """The machine lacks something Sampan needs: a compiler, a C++ library, disk space."""

    exit_code = ExitCode.ENVIRONMENT


def render_all(diagnostics: Iterable[Diagnostic]) -> str:
    return "\n".join(diagnostic.render() for diagnostic in diagnostics)


def _excerpt(span: Span) -> list[str]:
    """The source line and a caret under its column; nothing where the file cannot be read."""
    if not span.line:
        return []
    try:
        lines = Path(span.file).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return []
    if span.line > len(lines):
        return []
    source = lines[span.line - 1].rstrip("\r")
    gutter = f"{span.line:5} | "
    excerpt = [gutter + source]
    if span.column:
        # Tabs before the caret are kept, so that it stays under its column at any tab width.
        before = source[: span.column - 1]
        padding = "".join("\t" if char == "\t" else " " for char in before)
        excerpt.append(" " * 5 + " | " + padding + "^")
    return excerpt
