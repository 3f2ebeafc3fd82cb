"""Line tables of the device code: which source line each of its instructions comes from.

The passes carry clang's `!dbg` attachments along. `build` replaces them by the least that LLVM
needs to write a line table: every form of a function is one subprogram, and every instruction lies
at one place of it, the innermost one in the user's own files. What inlining nested is flattened,
because a fault is reported at the line that the user wrote. The runtime (runtime/lines.cpp) reads
the table when a kernel faults; gdb and profilers read it too.
"""

from __future__ import annotations

import os
import re

from sampan.demangle import demangle
from sampan.frontend.locations import Places
from sampan.frontend.metadata import DEBUG_NAMES
from sampan.ir.core import Function, Module

# Version 4 is the last whose line table needs no other section, so that its reader can be small.
DWARF_VERSION = 4
_NUMBERED = re.compile(r"![0-9]+")


def build(module: Module) -> None:
    """Requires the module as it will be written; metadata that the new places do not need stays."""
    _LineTables(module).run()


class Nodes:
    """Adds metadata nodes to a module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.next = 1 + max(
            (int(name[1:]) for name in module.metadata if _NUMBERED.fullmatch(name)), default=-1
        )

    def add(self, text: str) -> str:
        name = f"!{self.next}"
        self.next += 1
        self.module.metadata[name] = text
        return name

    def module_flags(self, dwarf: int) -> str:
        """What `!llvm.module.flags` must say for debug information to be emitted."""
        flags = [
            self.add(f'!{{i32 7, !"Dwarf Version", i32 {dwarf}}}'),
            self.add('!{i32 2, !"Debug Info Version", i32 3}'),
        ]
        return f"!{{{', '.join(flags)}}}"


class _LineTables:
    def __init__(self, module: Module) -> None:
        self.module = module
        self.places = Places(module)
        self.nodes = Nodes(module)
        self._node = self.nodes.add
        self.files: dict[str, str] = {}
        self.main = ""  # a file of the user's
        self.unit = ""
        self.type = ""

    def run(self) -> None:
        defined = [f for f in self.module.functions.values() if f.blocks]
        for function in self.module.functions.values():
            function.metadata = {}
        self.main = self._first_file(defined)
        if not self.main:
            self.module.metadata.pop(DEBUG_NAMES[0], None)
            return
        # With the root as its directory every other directory is spelled out in the table.
        name = _quoted(os.path.basename(self.main))
        file = self._node(f'!DIFile(filename: {name}, directory: "/")')
        self.unit = self._node(
            f"distinct !DICompileUnit(language: DW_LANG_C_plus_plus_14, file: {file}, "
            'producer: "sampan", isOptimized: true, runtimeVersion: 0, '
            "emissionKind: LineTablesOnly, splitDebugInlining: false, nameTableKind: None)"
        )
        self.type = self._node(f"!DISubroutineType(types: {self._node('!{}')})")
        for function in defined:
            self._function(function)
        self.module.metadata[DEBUG_NAMES[0]] = f"!{{{self.unit}}}"
        self.module.metadata[DEBUG_NAMES[1]] = self.nodes.module_flags(DWARF_VERSION)

    def _first_file(self, functions: list[Function]) -> str:
        for function in functions:
            for inst in function.instructions():
                node = inst.metadata.get("dbg")
                if node and (place := self.places.of(node)):
                    return place[0]
        return ""

    def _function(self, function: Function) -> None:
        instructions = list(function.instructions())
        places = [self.places.of(i.metadata.get("dbg", "")) for i in instructions]
        # What calls the code of others, and has no line itself, still needs to be a subprogram:
        # without one LLVM drops the places of what it inlines.
        first = next((place for place in places if place), (self.main, 0, 0))
        home = self._file(first[0])
        name, line = demangle(function.name.split(".")[0]).split("(")[0], first[1]
        scope = self._node(
            f"distinct !DISubprogram(name: {_quoted(name)}, scope: {home}, file: {home}, "
            f"line: {line}, type: {self.type}, scopeLine: {line}, "
            f"spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: {self.unit})"
        )
        function.metadata = {"dbg": scope}
        scopes = {first[0]: scope}
        made: dict[tuple[str, int, int] | None, str] = {}
        for inst, place in zip(instructions, places, strict=True):
            inst.metadata.pop("dbg", None)
            # LLVM wants a place for every call that it might inline.
            if place is None and inst.op != "call":
                continue
            node = made.get(place)
            if node is None:
                file, line, column = place or (first[0], 0, 0)
                if file not in scopes:
                    scopes[file] = self._node(
                        f"!DILexicalBlockFile(scope: {scope}, file: {self._file(file)}, "
                        "discriminator: 0)"
                    )
                node = made[place] = self._node(
                    f"!DILocation(line: {line}, column: {column}, scope: {scopes[file]})"
                )
            inst.metadata["dbg"] = node

    def _file(self, path: str) -> str:
        if path not in self.files:
            folder, name = os.path.split(path)
            self.files[path] = self._node(
                f"!DIFile(filename: {_quoted(name)}, directory: {_quoted(folder)})"
            )
        return self.files[path]


def _quoted(text: str) -> str:
    # A backslash is left: names of files come from clang's nodes, where it begins an escape.
    escaped = re.sub(
        r'["\x00-\x1f]|[^\x00-\x7f]+',
        lambda m: "".join(f"\\{b:02X}" for b in m[0].encode("utf-8", "surrogateescape")),
        text,
    )
    return f'"{escaped}"'
