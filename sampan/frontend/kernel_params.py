"""Parameters: where each kernel parameter lies in the launch's buffer, and no `byval` left.

A `byval` parameter of a kernel becomes `byref`: the pointer into the launch's parameter buffer,
which all threads share, so a kernel that may write it works on a private copy. A `byval` parameter
of another device function becomes a plain pointer to a copy that the caller makes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sampan.frontend.attributes import attribute_name, split_attributes
from sampan.frontend.shared import entry_position, round_up
from sampan.ir.constants import const_bool, const_int
from sampan.ir.core import Argument, Function, Instruction, Module, Value
from sampan.ir.parse_values import Symbols, ValueParser
from sampan.ir.types import I1, I64, PTR, VOID, Type, align_of, function_type, size_of
from sampan.ir.write_values import type_text

_MEMCPY_TYPE = function_type(VOID, (PTR, PTR, I64, I1))


@dataclass(frozen=True)
class KernelParameter:
    """`by_reference`: the argument is a pointer to the parameter within the buffer."""

    offset: int
    size: int
    type: Type
    by_reference: bool


def kernel_parameters(kernel: Function) -> list[KernelParameter]:
    """The packed layout of a kernel's parameters, in order; `byval` or `byref` ones in place."""
    result = []
    end = 0
    for argument in kernel.args:
        pointee = _pointee(kernel, argument)
        held = pointee or argument.type
        alignment = max(align_of(held), _alignment(argument.attrs) if pointee else 1)
        offset = round_up(end, alignment)
        result.append(KernelParameter(offset, size_of(held), held, pointee is not None))
        end = offset + size_of(held)
    return result


def lower_byval(module: Module, kernels: list[Function]) -> None:
    """Requires collapsed address spaces. Establishes: no `byval`."""
    for function in list(module.functions.values()):
        for inst in function.instructions():
            if inst.op == "call":
                _copy_arguments(module, function, inst)
    for function in list(module.functions.values()):
        for argument in function.args:
            if _has(argument.attrs, "byval"):
                if function in kernels:
                    _share_parameter(module, function, argument)
                else:
                    argument.attrs = _without(argument.attrs, "byval")


def _copy_arguments(module: Module, function: Function, call: Instruction) -> None:
    """The caller of a byval parameter copies the object and passes the copy's address."""
    texts = call.attrs.get("param_attrs", ())
    if not any(_has(text, "byval") for text in texts):
        return
    for index, text in enumerate(texts):
        if _has(text, "byval"):
            pointee = parse_pointee(module, text)
            copy = _copy(module, function, call, call.operands[index], pointee, _alignment(text))
            call.set_operand(index, copy)
    call.attrs["param_attrs"] = tuple(_without(text, "byval") for text in texts)


def _share_parameter(module: Module, kernel: Function, argument: Argument) -> None:
    attrs = argument.attrs
    pointee = parse_pointee(module, attrs)
    read_only = _has(attrs, "readnone") or '"nvvm.grid_constant"' in attrs
    read_only = read_only or (_has(attrs, "readonly") and "captures(none)" in attrs)
    if not read_only and argument.used:
        position = entry_position(kernel)
        users = list(argument.users)
        copy = _copy(module, kernel, position, argument, pointee, _alignment(attrs))
        for user in users:
            user.replace_operand(argument, copy)
    alignment = max(_alignment(attrs), align_of(pointee))
    argument.attrs = f"byref({type_text(pointee)}) align {alignment}"


def _copy(
    module: Module,
    function: Function,
    position: Instruction,
    source: Value,
    pointee: Type,
    alignment: int,
) -> Instruction:
    """A private copy of `*source`, made before `position`; its space is taken at the entry."""
    alignment = max(alignment, align_of(pointee))
    space = Instruction("alloca", PTR, [], allocated_type=pointee, align=alignment)
    function.entry.insert(0, space)
    memcpy = module.get_or_declare("llvm.memcpy.p0.p0.i64", _MEMCPY_TYPE)
    size = const_int(I64, size_of(pointee))
    Instruction(
        "call",
        VOID,
        [space, source, size, const_bool(False), memcpy],
        function_type=_MEMCPY_TYPE,
        param_attrs=(f"align {alignment}", f"align {alignment}", "", ""),
        metadata={k: v for k, v in position.metadata.items() if k == "dbg"},
    ).insert_before(position)
    return space


def parse_pointee(module: Module, attrs: str) -> Type:
    """The type in the `byval(T)` or `byref(T)` of an attribute text."""
    text = next(a for a in split_attributes(attrs) if attribute_name(a) in ("byval", "byref"))
    symbols = Symbols(module)
    symbols.types.update(module.named_types)
    return ValueParser(symbols, text[len("byval(") : -1]).type()


def _pointee(function: Function, argument: Argument) -> Type | None:
    if not (_has(argument.attrs, "byval") or _has(argument.attrs, "byref")):
        return None
    assert function.module is not None
    return parse_pointee(function.module, argument.attrs)


def _has(attrs: str, name: str) -> bool:
    return any(attribute_name(a) == name for a in split_attributes(attrs))


def _without(attrs: str, name: str) -> str:
    return " ".join(a for a in split_attributes(attrs) if attribute_name(a) != name)


def _alignment(attrs: str) -> int:
    found = re.search(r"\balign (\d+)", attrs)
    return int(found[1]) if found else 1
