"""Source places of instructions, from the line tables that clang leaves as metadata."""

from __future__ import annotations

import os
import re

from sampan.diagnostics import Span, UnsupportedError
from sampan.ir.core import Function, Instruction, Module

_FIELD = re.compile(r'(\w+): (?:"((?:[^"\\]|\\.)*)"|(![0-9]+)|(-?\d+))')


def span_of(module: Module, inst: Instruction) -> Span | None:
    """Where an instruction comes from; for inlined code the place inside the inlined function."""
    return _span(module, inst.metadata.get("dbg", ""))


def span_of_function(module: Module, function: Function) -> Span | None:
    return _span(module, function.metadata.get("dbg", ""))


def unsupported(what: str, inst: Instruction, hint: str = "") -> UnsupportedError:
    """The error for a construct that Sampan does not support, at the place of `inst`."""
    function = inst.block.function if inst.block else None
    module = function.module if function else None
    where = f" (in device function {function.name})" if function else ""
    return UnsupportedError(
        f"{what}{where}", span=span_of(module, inst) if module else None, hint=hint
    )


def _span(module: Module, node: str) -> Span | None:
    line = column = 0
    for _ in range(64):  # a scope chain ends at a node that has a file
        text = module.metadata.get(node, "")
        fields = {m[1]: m[2] or m[3] or m[4] or "" for m in _FIELD.finditer(text)}
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


def _path(module: Module, node: str) -> str:
    text = module.metadata.get(node, "")
    fields = {m[1]: m[2] or "" for m in _FIELD.finditer(text)}
    name, folder = fields.get("filename", ""), fields.get("directory", "")
    path = name if os.path.isabs(name) or not folder else os.path.join(folder, name)
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
