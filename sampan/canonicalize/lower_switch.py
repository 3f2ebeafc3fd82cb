"""Switches become chains of conditional branches.

Requires: SIMT level. Establishes: no `switch`. Cases that share a target are tested together, so
that a switch makes at most one edge from the chain to each target per test block.
"""

from __future__ import annotations

from sampan.ir.core import Block, Function, Instruction, Value
from sampan.ir.edit import branch, jump, remove_terminator
from sampan.ir.types import I1


def run(function: Function, context: object = None) -> bool:
    changed = False
    for block in list(function.blocks):
        if block.terminator.op == "switch":
            _lower(function, block)
            changed = True
        elif block.terminator.op == "br" and len(block.terminator.targets) == 2:
            changed |= _merge_equal_targets(block)
    return changed


def _merge_equal_targets(block: Block) -> bool:
    """`br c, X, X` becomes `br X` (its phis have two equal entries: keep one)."""
    first, second = block.terminator.targets
    if first is not second:
        return False
    remove_terminator(block)
    jump(block, first)
    for phi in first.phis:
        while phi.targets.count(block) > 1:
            phi.remove_incoming(block)
    return True


def _lower(function: Function, block: Block) -> None:
    switch = block.terminator
    value = switch.operands[0]
    default, *targets = switch.targets
    groups: dict[Block, list[Value]] = {}
    for case, target in zip(switch.attrs["cases"], targets, strict=True):
        if target is not default:
            groups.setdefault(target, []).append(case)
    # The value each phi receives from the switch, before the edges change.
    received = {
        target: [(phi, phi.incoming_for(block)) for phi in target.phis]
        for target in dict.fromkeys(switch.targets)
    }
    for phis in received.values():
        for phi, _ in phis:
            while block in phi.targets:
                phi.remove_incoming(block)
    debug = dict(switch.metadata)
    debug = {k: v for k, v in debug.items() if k == "dbg"}
    remove_terminator(block)

    current = block
    remaining = list(groups.items())
    for index, (target, cases) in enumerate(remaining):
        condition: Value | None = None
        for case in cases:
            test = current.append(
                Instruction("icmp", I1, [value, case], metadata=dict(debug), pred="eq")
            )
            condition = (
                test
                if condition is None
                else current.append(Instruction("or", I1, [condition, test]))
            )
        assert condition is not None
        last = index == len(remaining) - 1
        following = default if last else function.add_block("switch.next", after=current)
        branch(current, condition, target, following)
        for phi, incoming in received[target]:
            phi.add_incoming(incoming, current)
        if last:
            break
        current = following
    else:
        jump(current, default)
    for phi, incoming in received[default]:
        phi.add_incoming(incoming, current)
