"""What the CUDA headers declare, as clang sees it: for `docs/supported.md` (tools/supported.py).

clang writes the syntax tree of a file that includes every header, as JSON of hundreds of megabytes,
most of it the C++ library's. It is read line by line; only declarations in our headers are parsed.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sampan.frontend.clang import (
    HEADERS,
    RUNTIME_INCLUDE,
    ClangOptions,
    device_command,
    host_command,
)

# Headers that hold nothing for a user: stubs by other names, and what only stands in for others.
_NOT_PUBLIC = ("crt", "fallback", "sampan")


@dataclass(frozen=True, order=True)
class Declaration:
    """A name that a user's program may use. `kind`: function, type, value or macro."""

    header: str  # as the page names it: `cuda.h`, `sampan/warp.h`, `clang: __clang_cuda_math.h`
    kind: str
    name: str


def public_headers() -> list[str]:
    """The names by which programs include our headers."""
    found = (path.relative_to(HEADERS) for path in HEADERS.rglob("*.h"))
    return sorted(str(path) for path in found if path.parts[0] not in _NOT_PUBLIC)


def declarations() -> set[Declaration]:
    """All that the headers declare, on either side, once for each name and header."""
    found: set[Declaration] = set()
    with tempfile.TemporaryDirectory(prefix="sampan-") as folder:
        source = Path(folder) / "all.cu"
        source.write_text("".join(f"#include <{name}>\n" for name in public_headers()))
        options = ClangOptions()
        for command in (
            device_command(source, options, None),
            host_command(source, options, None, None),
        ):
            found.update(_of_tree([*command, "-Xclang", "-ast-dump=json"]))
        found.update(_macros([*device_command(source, options, None), "-E", "-dD"]))
    return found


def _label(file: str) -> str | None:
    """How the page names a header, or None for a file that is not ours or clang's for CUDA."""
    path = Path(file)
    for folder in (HEADERS, RUNTIME_INCLUDE):
        if path.resolve().is_relative_to(folder):
            return str(path.resolve().relative_to(folder))
    return f"clang: {path.name}" if path.name.startswith("__clang_cuda_") else None


def _of_tree(command: list[str]) -> Iterator[Declaration]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for file, chunk in _top_level(process.stdout):
            label = _label(file)
            if label is not None:
                yield from _named(json.loads(chunk), label)
    if process.returncode != 0:
        raise RuntimeError(f"clang failed ({process.returncode}) on the headers")


def _top_level(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """File and text of each top-level declaration.

    clang names a file only where it differs from the last one it named, so that all lines matter.
    """
    file, at_start, chunk = "", "", None
    included = False  # inside "includedFrom": {...}, whose file is another matter
    for line in lines:
        if line == "    {\n":
            chunk, at_start = [], ""
        if '"includedFrom": {' in line:
            included = True
        elif included:
            included = "}" not in line
        elif '"file": "' in line:
            file = json.loads("{" + line.strip().rstrip(",") + "}")["file"]
        elif not at_start and line.startswith('      "range"'):
            at_start = file  # "loc" came just before
        if chunk is None:
            continue
        chunk.append(line)
        if line in ("    }\n", "    },\n"):
            if _label(at_start or file) is not None:
                yield at_start or file, "".join(chunk).rstrip().rstrip(",")
            chunk = None


def _named(node: dict[str, Any], label: str) -> Iterator[Declaration]:
    kind, name = node.get("kind", ""), node.get("name", "")
    if kind in ("LinkageSpecDecl", "NamespaceDecl"):
        inside = node.get("inner", ())
        if kind == "LinkageSpecDecl" or name not in ("", "std", "sampan_detail", "__sampan"):
            for child in inside:
                yield from _named(child, label)
        return
    sort = {
        "FunctionDecl": "function",
        "FunctionTemplateDecl": "function",
        "RecordDecl": "type",
        "CXXRecordDecl": "type",
        "ClassTemplateDecl": "type",
        "EnumDecl": "type",
        "TypedefDecl": "type",
        "TypeAliasDecl": "type",
        "VarDecl": "value",
    }.get(kind)
    if sort and name and not node.get("isImplicit") and _is_public(name):
        yield Declaration(label, sort, name)
    if kind == "EnumDecl":
        for child in node.get("inner", ()):
            if child.get("kind") == "EnumConstantDecl":
                yield Declaration(label, "value", child["name"])


def _is_public(name: str) -> bool:
    """Whether users may know names of this form: not the headers' own, the compiler's, or tags."""
    private = r"__sampan|__SAMPAN|sampan_|__nv_|__clang|__cuda_?[A-Za-z]|operator|__\w*Atomic[A-Z]"
    return not re.match(private + r"|\w+(_st|_enum)$", name)


def _macros(command: list[str]) -> Iterator[Declaration]:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    label = None
    for line in done.stdout.splitlines():
        marker = re.match(r'# \d+ "([^"]*)"', line)
        if marker:
            label = _label(marker[1])
        elif label is not None and not label.startswith("clang: "):
            named = re.match(r"#define (\w+)", line)
            if named and _is_public(named[1]) and not _is_guard(named[1]):
                yield Declaration(label, "macro", named[1])


def _is_guard(name: str) -> bool:
    return name.startswith("SAMPAN_") or bool(re.match(r"\w+_H_*$", name))
