"""Full debug information of device code, for `-G`: what a debugger needs to stop and look around.

Lane code that is not optimised is so close to what clang wrote that clang's own description still
holds: functions, types, and the variables, each in its alloca. Added are CUDA's built-in variables,
which a kernel reads from its `SampanThread`: `print threadIdx` works as it does on a GPU.
"""

from __future__ import annotations

import re

from sampan import abi
from sampan.frontend.locations import Places
from sampan.frontend.metadata import DEBUG_NAMES
from sampan.ir.core import VARIABLE, Function, Instruction, Module
from sampan.ir.types import PTR, VOID
from sampan.line_tables import DWARF_VERSION, Nodes

_NODE_FIELD = re.compile(r"\b(\w+): (![0-9]+)")
# Lists of what the module does not define as clang described it: device variables are plain
# globals here, and CUDA's built-in ones no variables at all.
_UNIT_LISTS = re.compile(r", (?:globals|imports): ![0-9]+")
# Where the built-in variables lie: a DWARF expression, from a variable that holds the thread.
_LAUNCH = f"DW_OP_deref, DW_OP_plus_uconst, {abi.THREAD_LAUNCH}, DW_OP_deref, DW_OP_plus_uconst"
_THREAD = "DW_OP_deref, DW_OP_plus_uconst"
_BUILT_IN = {
    "threadIdx": ("uint3", f"{_THREAD}, {abi.THREAD_TID}"),
    "blockIdx": ("uint3", f"{_THREAD}, {abi.THREAD_CTAID}"),
    "blockDim": ("dim3", f"{_LAUNCH}, {abi.LAUNCH_BLOCK}"),
    "gridDim": ("dim3", f"{_LAUNCH}, {abi.LAUNCH_GRID}"),
}


def build(module: Module) -> None:
    """Requires lane forms with clang's debug information, of kernels that were not optimised."""
    nodes = Nodes(module)
    for name, text in module.metadata.items():
        if "!DICompileUnit(" in text:
            module.metadata[name] = _UNIT_LISTS.sub("", text)
    module.metadata[DEBUG_NAMES[1]] = nodes.module_flags(DWARF_VERSION)
    places = Places(module)
    types: dict[str, str] = {}
    for function in module.functions.values():
        scope = function.metadata.get("dbg", "")
        described = "!DISubprogram(" in module.metadata.get(scope, "")
        if described and places.of_header(scope):
            # A step does not enter our headers: their code belongs to the line that calls it.
            words = [w for w in function.attrs.split() if w not in ("noinline", "alwaysinline")]
            function.attrs = " ".join([*words, "alwaysinline"])
            described = False
        if not function.blocks or not described:
            function.metadata = {}
            for inst in function.instructions():
                inst.metadata.pop("dbg", None)
                inst.metadata.pop(VARIABLE, None)
            continue
        nowhere = nodes.add(f"!DILocation(line: 0, scope: {scope})")
        for inst in function.instructions():
            if "dbg" in inst.metadata:
                inst.metadata["dbg"] = places.outside_headers(inst.metadata["dbg"])
            elif inst.op == "call":  # LLVM wants a place for every call that it might inline
                inst.metadata["dbg"] = nowhere
            if VARIABLE in inst.metadata:
                where = inst.metadata[VARIABLE].rpartition(" ")[2]
                if places.outside_headers(where) != where:
                    del inst.metadata[VARIABLE]
        if function.args and function.args[0].name == "self":
            _add_built_in(function, scope, nowhere, nodes, types)


def _add_built_in(
    function: Function, scope: str, place: str, nodes: Nodes, types: dict[str, str]
) -> None:
    """Keeps `self` in memory, and describes the built-in variables in terms of it."""
    entry = function.entry
    fields = dict(_NODE_FIELD.findall(nodes.module.metadata[scope]))
    records = []
    for name, (type_name, expression) in _BUILT_IN.items():
        if type_name not in types:
            types[type_name] = _three_numbers(type_name, nodes)
        variable = nodes.add(
            f'!DILocalVariable(name: "{name}", scope: {scope}, file: {fields["file"]}, '
            f"type: {types[type_name]})"
        )
        records.append(f"{variable}, !DIExpression({expression}), {place}")
    slot = Instruction("alloca", PTR, [], "self.slot", allocated_type=PTR, align=8)
    slot.metadata[VARIABLE] = "; ".join(records)
    store = Instruction("store", VOID, [function.args[0], slot], align=8, volatile=True)
    entry.insert(0, slot)
    entry.insert(1, store)


def _three_numbers(name: str, nodes: Nodes) -> str:
    number = nodes.add('!DIBasicType(name: "unsigned int", size: 32, encoding: DW_ATE_unsigned)')
    members = [
        nodes.add(
            f'!DIDerivedType(tag: DW_TAG_member, name: "{axis}", baseType: {number}, size: 32, '
            f"offset: {32 * i})"
        )
        for i, axis in enumerate("xyz")
    ]
    listed = nodes.add(f"!{{{', '.join(members)}}}")
    return nodes.add(
        f'!DICompositeType(tag: DW_TAG_structure_type, name: "{name}", size: 96, '
        f"elements: {listed})"
    )
