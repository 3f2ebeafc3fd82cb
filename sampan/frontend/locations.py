"""Source places of instructions, from the line tables that clang leaves as metadata."""

from __future__ import annotations

import os
import re
from pathlib import Path

from sampan.demangle import demangle
from sampan.diagnostics import Span, UnsupportedError
from sampan.frontend.clang import HEADERS
from sampan.ir.core import Instruction, Module

_FIELD = re.compile(r'(\w+): (?:"((?:[^"\\]|\\.)*)"|(![0-9]+)|(-?\d+))')


def span_of(module: Module, inst: Instruction) -> Span | None:
    """Where an instruction comes from. For inlined code the innermost place in the user's own
    files: what our headers and clang's do inside is of no use to anyone."""
    node = inst.metadata.get("dbg", "")
    innermost = span = _span(module, node)
    while span is not None and _is_system(span):
        node = _fields(module, node).get("inlinedAt", "")
        span = _span(module, node)
    return span or innermost


def unsupported(what: str, inst: Instruction, hint: str = "") -> UnsupportedError:
    """The error for a construct that Sampan does not support, at the place of `inst`."""
    function = inst.block.function if inst.block else None
    module = function.module if function else None
    where = f" (in device function {demangle(function.name)})" if function else ""
    return UnsupportedError(
        f"{what}{where}", span=span_of(module, inst) if module else None, hint=hint
    )


def _span(module: Module, node: str) -> Span | None:
    line = column = 0
    for _ in range(64):  # a scope chain ends at a node that has a file
        fields = _fields(module, node)
        if not line and fields.get("line", "").isdigit():
            line = int(fields["line"])
            column = int(fields.get("column") or 0)
        file = fields.get("file")
        if file:
            return Span(_path(module, file), line, column)
        if "scope" not in fields:
            return None
        node = fields["scope"]
    return None


def _is_system(span: Span) -> bool:
    path = Path(span.file).resolve()
    return path.is_relative_to(HEADERS) or path.name.startswith("__clang_")


def _path(module: Module, node: str) -> str:
    fields = _fields(module, node)
    name, folder = fields.get("filename", ""), fields.get("directory", "")
    path = name if os.path.isabs(name) or not folder else os.path.join(folder, name)
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def _fields(module: Module, node: str) -> dict[str, str]:
    """The fields of a debug node; references keep their `!`."""
    text = module.metadata.get(node, "")
    return {m[1]: m[2] or m[3] or m[4] or "" for m in _FIELD.finditer(text)}
