"""Drops metadata that the emitted code does not need: loop hints, clang's own description."""

from __future__ import annotations

import re

from sampan.ir.core import Instruction, MetadataValue, Module

_NODE = re.compile(r"![0-9]+")
_VARIABLE = re.compile(r", !dbg ![0-9]+")  # clang's description of it
EMITTED = frozenset(
    "tbaa tbaa.struct range noundef nonnull align prof invariant.load nontemporal dbg".split()
)
DEBUG_NAMES = ("!llvm.dbg.cu", "!llvm.module.flags")


def strip_metadata(module: Module, also: frozenset[str] = frozenset()) -> None:
    """Keeps the kinds named above, those in `also`, and the nodes they need. Requires the line
    tables, if any."""
    emitted = EMITTED | also
    needed: dict[str, None] = dict.fromkeys(n for n in DEBUG_NAMES if n in module.metadata)
    for variable in module.variables.values():
        variable.text_attrs = _VARIABLE.sub("", variable.text_attrs)
    for function in module.functions.values():
        function.metadata = {k: v for k, v in function.metadata.items() if k == "dbg"}
        needed.update(dict.fromkeys(function.metadata.values()))
        for inst in function.instructions():
            if inst.metadata:
                inst.metadata = {k: v for k, v in inst.metadata.items() if k in emitted}
            for text in _texts(inst):
                needed.update(dict.fromkeys(_NODE.findall(text)))
    pending = list(needed)
    while pending:
        for node in _NODE.findall(module.metadata.get(pending.pop(), "")):
            if node not in needed:
                needed[node] = None
                pending.append(node)
    module.metadata = {name: text for name, text in module.metadata.items() if name in needed}


def _texts(inst: Instruction) -> list[str]:
    operands = [v.text for v in inst.operands if isinstance(v, MetadataValue)]
    return [*inst.metadata.values(), *operands]


def empty_node(module: Module) -> str:
    """The name of a node `!{}`, which kinds without content refer to."""
    last = -1
    for name, text in module.metadata.items():
        if text == "!{}":
            return name
        if name[1:].isdigit():
            last = max(last, int(name[1:]))
    module.metadata[f"!{last + 1}"] = "!{}"
    return f"!{last + 1}"
