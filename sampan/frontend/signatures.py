"""What a module offers to somebody who launches its kernels by hand: kernels with their parameters,
device variables with their types.

Read from what clang wrote, with debug information; `slim` then takes that information out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sampan.diagnostics import UnsupportedError
from sampan.frontend.debug_types import CType, DebugTypes
from sampan.frontend.kernel_params import kernel_parameters
from sampan.frontend.nvvm import KERNEL_CONVENTION, host_variables
from sampan.frontend.reach import leaves, reachable_globals
from sampan.ir.core import Function, GlobalVariable, Module

SHARED_SPACE = 3
_PRINTF = "vprintf"  # what clang makes of printf in device code
# Asks clang for the types of parameters and variables, which -gline-tables-only leaves out.
TYPE_FLAGS = ("-Xclang", "-debug-info-kind=standalone")

# A kernel made for each name that is asked for: it stores the address of what the name names.
PROBE = "sampan_probe"
_PROBE_NAME = re.compile(rf"^_Z{len(PROBE)}{PROBE}ILi(\d+)E")


@dataclass(frozen=True)
class Parameter:
    """A kernel's parameter; `offset` and `size` in bytes, in the packed buffer of a launch.

    `writes`: the kernel may write through it, if it is a pointer.
    """

    name: str
    type: CType
    offset: int
    size: int
    writes: bool


@dataclass(frozen=True)
class KernelSignature:
    """A kernel: `name` is mangled, `source_name` as C++ writes it.

    `shares_variables`: it uses device variables that others can change or see changed. `prints`:
    it may call printf.
    """

    name: str
    source_name: str
    parameters: tuple[Parameter, ...]
    shares_variables: bool
    prints: bool


@dataclass(frozen=True)
class VariableSignature:
    name: str
    source_name: str
    type: CType


@dataclass(frozen=True)
class Signatures:
    kernels: tuple[KernelSignature, ...]
    variables: tuple[VariableSignature, ...]
    probed: tuple[str, ...]  # for each probe, the mangled name of what it names


def probes(expressions: Sequence[str]) -> str:
    """C++ that instantiates what the expressions name, and lets `read` find it.

    `auto` would do for the type, but the standard may be as old as C++11.
    """
    if not expressions:
        return ""
    lines = [
        f"template <int N, typename T, T F> __global__ void {PROBE}(void *volatile *out) "
        "{ *out = (void *)F; }"
    ]
    lines.append("[[maybe_unused]] static void sampan_probes() {")
    for number, expression in enumerate(expressions):
        address = expression if expression.lstrip().startswith("&") else f"&{expression}"
        lines.append(f'#line 1 "name_expressions[{number}]"')
        lines.append(f"  (void)(void *)&{PROBE}<{number}, decltype({address}), {address}>;")
    lines.append("}")
    return "\n".join(lines) + "\n"


def read(module: Module) -> Signatures:
    """The signatures of a module as clang wrote it (level RAW), with TYPE_FLAGS."""
    types = DebugTypes(module.metadata)
    kernels = [f for f in module.functions.values() if f.cc == KERNEL_CONVENTION and f.blocks]
    variables = host_variables(module)
    probed: dict[int, str] = {}
    offered = []
    for kernel in kernels:
        if probe := _PROBE_NAME.match(kernel.name):
            probed[int(probe[1])] = _probed_name(kernel)
        else:
            offered.append(_kernel(module, kernel, types, variables))
    return Signatures(
        tuple(offered),
        tuple(_variable(v, types) for v in variables),
        tuple(probed[number] for number in sorted(probed)),
    )


def _probed_name(probe: Function) -> str:
    for inst in probe.instructions():
        if inst.op == "store":
            for leaf in leaves(inst.operands[0]):
                return leaf.name
    raise UnsupportedError(f"the name that {probe.name} stands for cannot be found")


def _kernel(
    module: Module, kernel: Function, types: DebugTypes, variables: Sequence[GlobalVariable]
) -> KernelSignature:
    subprogram = kernel.metadata.get("dbg", "")
    described = types.parameters(subprogram)
    places = kernel_parameters(kernel)
    source_name = types.qualified_name(subprogram) or kernel.name
    if len(described or ()) != len(places):
        raise UnsupportedError(f"the parameters of kernel {source_name} cannot be told apart")
    names = _parameter_names(types, subprogram)
    parameters = []
    for number, (place, type) in enumerate(zip(places, described or [], strict=True)):
        parameters.append(
            Parameter(
                names.get(number, ""),
                type,
                place.offset,
                place.size,
                _writes(type, kernel.args[number].attrs),
            )
        )
    reached = reachable_globals(module, [kernel])
    shares = any(
        isinstance(v, GlobalVariable)
        and v.addrspace != SHARED_SPACE
        and (v in variables or not v.is_const)
        for v in reached
    )
    prints = any(isinstance(f, Function) and f.name == _PRINTF for f in reached)
    return KernelSignature(kernel.name, source_name, tuple(parameters), shares, prints)


def _writes(type: CType, attrs: str) -> bool:
    """Whether a kernel may write through a pointer: it is not declared const, and clang did not
    find that the kernel only reads."""
    if type.kind != "pointer" or type.element is None or type.element.const:
        return False
    return re.search(r"\breadonly\b|\breadnone\b", attrs) is None


def _parameter_names(types: DebugTypes, subprogram: str) -> dict[int, str]:
    names = {}
    for node in types.references(types.fields(subprogram).get("retainedNodes", "")):
        fields = types.fields(node)
        if fields.get("arg", "").isdecimal() and fields.get("name"):
            names[int(fields["arg"]) - 1] = fields["name"]
    return names


def _variable(variable: GlobalVariable, types: DebugTypes) -> VariableSignature:
    attached = re.search(r"!dbg (![0-9]+)", variable.text_attrs)
    node = types.fields(attached[1]).get("var", "") if attached else ""
    source_name = types.qualified_name(node) or variable.name
    type = types.type(types.fields(node).get("type", "")) if node else CType("opaque", 0, "")
    return VariableSignature(variable.name, source_name, type)


_NODE = re.compile(r"![0-9]+")
_DEFINED = re.compile(r"^(![0-9]+) = ")
_UNNEEDED = re.compile(
    r", (?:enums|retainedTypes|globals|imports|macros|retainedNodes|templateParams|declaration): "
    r"![0-9]+"
)


def slim(text: str) -> str:
    """The IR without what only debuggers and this file need; places in the source stay."""
    lines = []
    for line in text.split("\n"):
        if line.lstrip().startswith("#dbg_"):
            continue
        if line.startswith("!"):
            if "!DICompileUnit(" in line or "!DISubprogram(" in line:
                line = _UNNEEDED.sub("", line)
        elif line.startswith("@"):
            line = re.sub(r", !dbg ![0-9]+", "", line)
        lines.append(line)
    nodes = {m[1]: line for line in lines if (m := _DEFINED.match(line))}
    needed: set[str] = set()
    pending = [n for line in lines if not _DEFINED.match(line) for n in _NODE.findall(line)]
    while pending:
        node = pending.pop()
        if node not in needed and node in nodes:
            needed.add(node)
            pending += _NODE.findall(nodes[node])[1:]
    kept = (line for line in lines if not (m := _DEFINED.match(line)) or m[1] in needed)
    return "\n".join(kept)
