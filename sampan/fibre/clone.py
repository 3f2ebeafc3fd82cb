"""Copies a function's body into a new function, with leading parameters of its own."""

from __future__ import annotations

from collections.abc import Sequence

from sampan.ir.core import Block, Function, Instruction, Module, Value
from sampan.ir.types import Type, function_type


def declare_form(
    module: Module, source: Function, name: str, leading: Sequence[tuple[str, Type]]
) -> Function:
    """A function like `source` with more parameters in front, and no body yet."""
    signature = function_type(
        source.function_type.result,
        (*(t for _, t in leading), *source.function_type.params),
        source.function_type.vararg,
    )
    form = Function(name, signature, module, "internal")
    form.attrs = source.attrs
    form.ret_attrs = source.ret_attrs
    for argument, (given, _) in zip(form.args, leading, strict=False):
        argument.name = given
    for old, new in zip(source.args, form.args[len(leading) :], strict=True):
        new.name, new.attrs = old.name, old.attrs
    return module.add_function(form)


def copy_body(source: Function, target: Function, values: dict[Value, Value]) -> None:
    """Appends copies of the blocks of `source`. `values` maps its arguments to what stands for
    them, and afterwards everything in it to its copy."""
    blocks: dict[Block, Block] = {}
    copies: list[Instruction] = []
    for block in source.blocks:
        new_block = blocks[block] = target.add_block(block.name)
        for inst in block.instructions:
            copy = inst.clone()
            copy.name = inst.name
            new_block.append(copy)
            values[inst] = copy
            copies.append(copy)
    for copy in copies:
        copy.targets = [blocks[t] for t in copy.targets]
        for index, operand in enumerate(copy.operands):
            replacement = values.get(operand)
            if replacement is not None:
                copy.set_operand(index, replacement)
