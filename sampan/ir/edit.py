"""Small edits of the control-flow graph that several passes share."""

from __future__ import annotations

from sampan.ir.core import Block, Function, Instruction, Poison, Value
from sampan.ir.types import VOID


def jump(block: Block, target: Block) -> Instruction:
    """Ends `block` (which has no terminator) with an unconditional branch."""
    return block.append(Instruction("br", VOID, [], targets=[target]))


def branch(block: Block, condition: Value, if_true: Block, if_false: Block) -> Instruction:
    """Ends `block` (which has no terminator) with a conditional branch."""
    return block.append(Instruction("br", VOID, [condition], targets=[if_true, if_false]))


def remove_terminator(block: Block) -> None:
    block.terminator.erase()


def move_phi_edges(block: Block, old: list[Block], new: Block) -> None:
    """The edges from the blocks `old` to `block` now all come from `new`: merges phi operands.

    Where several different values arrive, a phi is made in `new`, which must be a block that
    joins exactly the edges from `old`.
    """
    for phi in block.phis:
        pairs = [(v, b) for v, b in phi.incoming if b in old]
        values = [v for v, _ in pairs]
        if all(v is values[0] for v in values):
            merged = values[0]
        else:
            merged = Instruction("phi", phi.type, [], metadata=dict(phi.metadata))
            for v, b in pairs:
                merged.add_incoming(v, b)
            new.insert(0, merged)
        for b in dict.fromkeys(b for _, b in pairs):
            while b in phi.targets:
                phi.remove_incoming(b)
        phi.add_incoming(merged, new)


def join_edges(function: Function, sources: list[Block], target: Block, name: str) -> Block:
    """Makes a new block that takes over the edges from `sources` to `target`."""
    joint = Block(name, function)
    function.blocks.insert(function.blocks.index(target), joint)
    move_phi_edges(target, sources, joint)
    for source in dict.fromkeys(sources):
        source.terminator.replace_target(target, joint)
    jump(joint, target)
    return joint


def dedupe_phi(block: Block, predecessors: list[Block]) -> None:
    """Drops phi operands of edges that no longer exist."""
    keep = set(predecessors)
    for phi in block.phis:
        for source in [b for b in phi.targets if b not in keep]:
            phi.remove_incoming(source)


def split_after(function: Function, inst: Instruction, name: str) -> Block:
    """Splits the block of `inst` behind it; returns the new second half."""
    block = inst.block
    assert block is not None
    index = block.instructions.index(inst) + 1
    tail = function.add_block(name, after=block)
    tail.instructions = block.instructions[index:]
    del block.instructions[index:]
    for moved in tail.instructions:
        moved.block = tail
    for successor in tail.successors:
        for phi in successor.phis:
            phi.targets = [tail if t is block else t for t in phi.targets]
    jump(block, tail)
    return tail


def simplify_trivial_phis(function: Function) -> bool:
    """Replaces phis whose operands are all one value (or themselves, or poison)."""
    changed = False
    work = True
    while work:
        work = False
        for block in function.blocks:
            for phi in block.phis:
                values = {id(v): v for v in phi.operands if v is not phi}
                if len(values) == 1:
                    (value,) = values.values()
                    if isinstance(value, Instruction) and value.op == "phi" and value is phi:
                        continue
                    phi.replace_all_uses_with(value) if phi.users else None
                    phi.erase()
                    work = changed = True
                elif not values:
                    phi.replace_all_uses_with(Poison(phi.type)) if phi.users else None
                    phi.erase()
                    work = changed = True
    return changed
