"""What the compiler made of each kernel, by source line: `--remarks`.

The passes call `note` where they settle for something slow. Unless `collecting` is in force that
costs a look at a variable. Only the form of a kernel that runs by preference is spoken of.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sampan.demangle import demangle
from sampan.diagnostics import Diagnostic, Span
from sampan.frontend.locations import Places, shown_path
from sampan.ir.core import Function, Instruction, Module

# What a remark is about, and its place in docs/cli.md.
KINDS = ("vectorized", "fallback", "gather", "scatter", "serialized", "spilled")


@dataclass(frozen=True)
class Remark:
    """`kernel` is as people write it; `span` is None where the code has no line."""

    kind: str
    kernel: str
    message: str
    span: Span | None

    def render(self) -> str:
        return Diagnostic("remark", f"{self.message} [{self.kind}]", self.span).render()

    def to_json(self) -> dict[str, object]:
        span = self.span or Span("")
        return {
            "kind": self.kind,
            "kernel": self.kernel,
            "message": self.message,
            "file": span.file,
            "line": span.line,
            "column": span.column,
        }


@dataclass
class _Notes:
    taken: dict[tuple[str, str, str, str], None]  # kind, kernel, message, node; in order
    kernel: str = ""
    muted: bool = False


_notes: ContextVar[_Notes | None] = ContextVar("notes", default=None)


def note(kind: str, message: str, place: Instruction | str) -> None:
    """Remembers a remark about the kernel at hand, at an instruction or a `!dbg` node."""
    notes = _notes.get()
    if notes is None or notes.muted:
        return
    node = place if isinstance(place, str) else place.metadata.get("dbg", "")
    notes.taken[(kind, notes.kernel, message, node)] = None


@contextmanager
def about(kernel: Function, preferred: bool = True) -> Iterator[None]:
    """The kernel that notes are about meanwhile; none are taken of forms not `preferred`."""
    notes = _notes.get()
    if notes is None:
        yield
        return
    notes.kernel, notes.muted = kernel.name, not preferred
    try:
        yield
    finally:
        notes.muted = False


@contextmanager
def collecting(wanted: bool) -> Iterator[None]:
    """Notes are taken meanwhile, if `wanted`."""
    token = _notes.set(_Notes({}) if wanted else None)
    try:
        yield
    finally:
        _notes.reset(token)


def resolve(module: Module) -> tuple[Remark, ...]:
    """The remarks that were taken, in the order of their places. Requires clang's debug metadata
    in `module`."""
    notes = _notes.get()
    if notes is None:
        return ()
    places = Places(module)
    found: dict[Remark, None] = {}
    for kind, kernel, message, node in notes.taken:
        place = places.of(node) if node else None
        span = Span(shown_path(place[0]), place[1], place[2]) if place else None
        found[Remark(kind, demangle(kernel), message, span)] = None
    return tuple(sorted(found, key=_order))


def _order(remark: Remark) -> tuple[object, ...]:
    span = remark.span or Span("")
    return span.file, span.line, span.column, KINDS.index(remark.kind), remark.message
