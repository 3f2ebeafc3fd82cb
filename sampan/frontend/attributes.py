"""Attributes that survive the front end: what clang deduced for a GPU is mostly wrong on a CPU.

`nosync`, `memory(…)`, `willreturn` and their kin were deduced for one thread of a GPU and in terms
of intrinsics that become loads or calls, so they go; so do target attributes and whatever lets the
optimiser assume that no other thread writes (`noalias`: a kernel may exchange data between its
threads through a restrict pointer, with a barrier between).
"""

from __future__ import annotations

import re

from sampan.ir.core import VARIABLE, Instruction, Module

_ATTRIBUTE = re.compile(
    r'"(?:[^"\\]|\\.)*"(?:="(?:[^"\\]|\\.)*")?'
    r"|align \d+"
    r"|[A-Za-z_]\w*(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?(?:=\d+)?"
)
FUNCTION_KEEP = frozenset("convergent noinline alwaysinline noreturn cold nounwind".split())
VALUE_KEEP = frozenset("noundef zeroext signext nonnull align range".split())
# `invariant.load` and alias scopes promise what holds for one thread, not across a barrier.
METADATA_KEEP = frozenset(
    f"dbg tbaa tbaa.struct range noundef nonnull align prof llvm.loop {VARIABLE}".split()
)


def split_attributes(text: str) -> list[str]:
    """The single attributes of an attribute text, in order."""
    return _ATTRIBUTE.findall(text)


def attribute_name(attribute: str) -> str:
    return re.split(r"[( =]", attribute, maxsplit=1)[0]


def string_attribute(text: str, name: str) -> str | None:
    """The value of the attribute `"name"="value"`."""
    found = re.search(rf'"{re.escape(name)}"="([^"]*)"', text)
    return found[1] if found else None


def filter_attributes(text: str, keep: frozenset[str]) -> str:
    return " ".join(a for a in split_attributes(text) if attribute_name(a) in keep)


def clean_attributes(module: Module) -> None:
    """Keeps only the attributes named above, on functions, parameters, results and calls.

    Requires that `byval` parameters are gone (frontend.kernel_params).
    """
    for function in module.functions.values():
        intrinsic = function.name.startswith("llvm.")
        function.attrs = "" if intrinsic else _function_attributes(function.attrs)
        function.ret_attrs = filter_attributes(function.ret_attrs, VALUE_KEEP)
        function.prefix_text = ""
        function.tail_text = ""
        function.comdat = ""
        for argument in function.args:
            immediate = "immarg" if intrinsic and "immarg" in argument.attrs else ""
            keep = VALUE_KEEP | {"byref"}
            argument.attrs = immediate or filter_attributes(argument.attrs, keep)
        for inst in function.instructions():
            if not inst.metadata.keys() <= METADATA_KEEP:
                inst.metadata = {k: v for k, v in inst.metadata.items() if k in METADATA_KEEP}
            if inst.op == "call":
                _clean_call(inst)


def _function_attributes(text: str) -> str:
    kept = [a for a in split_attributes(text) if attribute_name(a) in FUNCTION_KEEP]
    if "nounwind" not in kept:  # device code has no exceptions
        kept.append("nounwind")
    return " ".join(kept)


def _clean_call(call: Instruction) -> None:
    attrs = call.attrs
    attrs.pop("tail", None)
    attrs.pop("cc", None)
    if "fn_attrs" in attrs:
        attrs["fn_attrs"] = filter_attributes(attrs["fn_attrs"], FUNCTION_KEEP)
    if "ret_attrs" in attrs:
        attrs["ret_attrs"] = filter_attributes(attrs["ret_attrs"], VALUE_KEEP)
    if "param_attrs" in attrs:
        attrs["param_attrs"] = tuple(
            filter_attributes(text, VALUE_KEEP) for text in attrs["param_attrs"]
        )
