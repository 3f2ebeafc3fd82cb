"""Deep copies of functions."""

from __future__ import annotations

from collections.abc import Iterable

from sampan.ir.core import Block, Function, Value


def clone_function(function: Function, name: str) -> tuple[Function, dict[Value, Value]]:
    """Copies a defined function into its module under `name`.

    Requires: `function` is defined and in a module that has no function `name`. Also returned: the
    map from every argument, block and instruction to its copy. Constants and globals are shared,
    so a function that calls itself is called by its copy, too.
    """
    assert function.blocks and function.module is not None
    copy = Function(name, function.function_type, None, function.linkage)
    for attribute in "prefix_text attrs ret_attrs cc section comdat align tail_text".split():
        setattr(copy, attribute, getattr(function, attribute))
    copy.metadata = dict(function.metadata)
    function.module.add_function(copy)

    values: dict[Value, Value] = {}
    for old_arg, new_arg in zip(function.args, copy.args, strict=True):
        new_arg.name = old_arg.name
        new_arg.attrs = old_arg.attrs
        values[old_arg] = new_arg
    blocks: dict[Block, Block] = {}
    for block in function.blocks:
        values[block] = blocks[block] = copy.add_block(block.name)
    for block, new_block in blocks.items():
        for inst in block.instructions:
            new = inst.clone()
            new.name = inst.name
            new.targets = [blocks[t] for t in inst.targets]
            values[inst] = new_block.append(new)
    # Operands come second: a phi may use what a later block defines.
    for new_block in copy.blocks:
        for inst in new_block.instructions:
            for index, operand in enumerate(inst.operands):
                mapped = values.get(operand)
                if mapped is not None:
                    inst.set_operand(index, mapped)
    return copy, values


def clone_blocks(
    function: Function, blocks: Iterable[Block], after: Block, suffix: str
) -> dict[Value, Value]:
    """Copies blocks within `function`, behind the block `after`.

    Returns the map from every block and instruction to its copy. What the copies refer to outside
    of `blocks` is as in the originals, and nothing outside refers to the copies: phis of blocks
    that they branch to have no values for them yet.
    """
    copies: dict[Value, Value] = {}
    pairs: list[tuple[Block, Block]] = []
    last = after
    for block in blocks:
        last = function.add_block(f"{block.name}{suffix}", after=last)
        copies[block] = last
        pairs.append((block, last))
    for block, copy in pairs:
        for inst in block.instructions:
            new = inst.clone()
            new.name = inst.name
            copies[inst] = copy.append(new)
    for _, copy in pairs:
        for inst in copy.instructions:
            inst.targets = [_block(copies.get(t, t)) for t in inst.targets]
            for index, operand in enumerate(inst.operands):
                if operand in copies:
                    inst.set_operand(index, copies[operand])
    return copies


def _block(value: Value) -> Block:
    assert isinstance(value, Block)
    return value
