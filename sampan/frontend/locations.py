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


class Places:
    """Places of many instructions: `span_of` with a memory, for whole modules."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._found: dict[str, tuple[str, int, int] | None] = {}
        self._fields: dict[str, dict[str, str]] = {}
        self._files: dict[str, tuple[str, bool]] = {}

    def of(self, node: str) -> tuple[str, int, int] | None:
        """(absolute file, line, column) of a `!dbg` node, the innermost in the user's files; None
        where there is none or the code belongs to no line."""
        if node not in self._found:
            self._found[node] = self._find(node)
        return self._found[node]

    def outside_headers(self, node: str) -> str:
        """The place that inlined a header's code, if `node` lies in such."""
        while self.of_header(self._parse(node).get("scope", "")):
            outer = self._parse(node).get("inlinedAt", "")
            if not outer:
                break
            node = outer
        return node

    def of_header(self, scope: str) -> bool:
        """Whether a function is one of our headers or clang's."""
        file = self._file_of(scope)
        return file is not None and file[1]

    def _find(self, node: str) -> tuple[str, int, int] | None:
        innermost = None
        if "!DISubprogram(" in self.module.metadata.get(node, ""):  # a function: its name's place
            fields = self._parse(node)
            file = self._file_of(node)
            return (file[0], int(fields.get("line") or 0), 0) if file else None
        while node:
            fields = self._parse(node)
            found = self._file_of(fields.get("scope", ""))
            line = int(fields.get("line") or 0)
            if found and line:
                place = (found[0], line, int(fields.get("column") or 0))
                if not found[1]:
                    return place
                innermost = innermost or place
            node = fields.get("inlinedAt", "")
        return innermost

    def _file_of(self, node: str) -> tuple[str, bool] | None:
        """The file of a scope, and whether it is one of our headers or clang's."""
        for _ in range(64):  # a scope chain ends at a node that has a file
            fields = self._parse(node)
            if file := fields.get("file"):
                if file not in self._files:
                    path = os.path.abspath(_joined(self._parse(file)))
                    self._files[file] = path, _is_system(Span(path))
                return self._files[file]
            node = fields.get("scope", "")
            if not node:
                return None
        return None

    def _parse(self, node: str) -> dict[str, str]:
        if node not in self._fields:
            self._fields[node] = _fields(self.module, node)
        return self._fields[node]


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
    return shown_path(_joined(_fields(module, node)))


def shown_path(path: str) -> str:
    """As messages show it: relative to the working directory where it is below that."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def _joined(file: dict[str, str]) -> str:
    """The path that a DIFile's fields spell."""
    name, folder = file.get("filename", ""), file.get("directory", "")
    return name if os.path.isabs(name) or not folder else os.path.join(folder, name)


def _fields(module: Module, node: str) -> dict[str, str]:
    """The fields of a debug node; references keep their `!`."""
    text = module.metadata.get(node, "")
    return {m[1]: m[2] or m[3] or m[4] or "" for m in _FIELD.finditer(text)}
