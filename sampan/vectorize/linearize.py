"""Rewrites the function along the routed edges: CANONICAL becomes LINEAR.

After this no branch depends on a varying condition. Terminators follow `Routing`, phis at merged
edges become selects on edge masks, and values whose definition no longer dominates a use get phis
with a neutral value: false for masks, zero for scalars, poison for the lanes of a vector (only
lanes that are inactive there can see it).
"""

from __future__ import annotations

from sampan.ir.cfg import DominatorTree, LoopInfo
from sampan.ir.constants import const_bool, zero
from sampan.ir.core import Block, Function, Instruction, Poison, Value
from sampan.ir.edit import branch, jump, remove_terminator
from sampan.ir.ssa_repair import repair
from sampan.ir.types import I1
from sampan.simt.divergence import Divergence
from sampan.simt.shape import UNIFORM, VARYING
from sampan.vectorize import guards as guard_pass
from sampan.vectorize.masks import MaskBuilder, Masks
from sampan.vectorize.order import compact_order
from sampan.vectorize.route import Routing, route


def run(function: Function, entry_mask: Value, divergence: Divergence) -> Masks:
    """Linearises `function` in place. `entry_mask` is an i1: a constant true or an argument."""
    guards = guard_pass.run(function, divergence)
    loops = LoopInfo(function)
    order = compact_order(function, loops)
    routing = route(order, loops, divergence, guards)
    builder = MaskBuilder(function, entry_mask, loops, divergence, routing)
    masks = builder.build()
    incoming = _blend_phis(builder, routing)
    _rewrite_branches(builder, routing, loops)
    for phi, pairs in incoming.items():
        while phi.operands:
            phi.remove_operand(len(phi.operands) - 1)
        phi.targets.clear()
        for value, source in pairs:
            phi.add_incoming(value, source)
    function.blocks = order
    _repair(function, loops, divergence, masks)
    return masks


def _blend_phis(
    builder: MaskBuilder, routing: Routing
) -> dict[Instruction, list[tuple[Value, Block]]]:
    """New operands for every phi, one per new predecessor, blended where several edges merge."""
    incoming: dict[Instruction, list[tuple[Value, Block]]] = {}
    for block in routing.order:
        new = routing.new_predecessors(block)
        for phi in block.phis:
            pairs: list[tuple[Value, Block]] = []
            for source, origins in new.items():
                first, *others = origins
                value = phi.incoming_for(first)
                for origin in others:
                    other = phi.incoming_for(origin)
                    if other is not value:
                        value = _blend(builder, phi, source, origin, other, value)
                pairs.append((value, source))
            incoming[phi] = pairs
    return incoming


def _blend(
    builder: MaskBuilder,
    phi: Instruction,
    source: Block,
    origin: Block,
    chosen: Value,
    otherwise: Value,
) -> Value:
    """At the end of `source`: the value of lanes that came from `origin`, else `otherwise`."""
    assert phi.block is not None
    edge = builder.edge(origin, phi.block)
    shapes = builder.divergence.shapes
    uniform = builder.divergence.is_uniform(phi)
    condition = builder.any(source, edge) if uniform else edge
    if builder.divergence.shape(phi).is_strided and not uniform:
        # Both values lie on one line, but which base is right differs by lane: give up the line.
        _make_varying(builder.divergence, phi)
    select = Instruction("select", phi.type, [condition, chosen, otherwise])
    source.insert(len(source.instructions) - 1, select)
    shapes[select] = UNIFORM if uniform else VARYING
    if phi in builder.masks.values:
        builder.masks.values.add(select)
    return select


def _make_varying(divergence: Divergence, value: Value) -> None:
    """Lowers a value and what was derived from its stride to varying."""
    work = [value]
    while work:
        current = work.pop()
        shape = divergence.shapes.get(current)
        if shape is None or shape.is_varying or shape.is_uniform:
            continue
        divergence.shapes[current] = VARYING
        for user in current.users:
            if (
                isinstance(user, Instruction)
                and user in divergence.shapes
                and divergence.shapes[user].is_strided
                and not divergence.shapes[user].is_uniform
            ):
                work.append(user)


def _rewrite_branches(builder: MaskBuilder, routing: Routing, loops: LoopInfo) -> None:
    masks = builder.masks
    for block in routing.order:
        successors = routing.successors[block]
        if not successors:
            continue
        old = block.terminator
        if len(successors) == 1:
            if old.targets != successors or old.operands:
                remove_terminator(block)
                jump(block, successors[0])
            continue
        if block in masks.loop_conditions:
            condition: Value = masks.loop_conditions[block]
        elif block in routing.skips:
            condition = builder.any(block, masks.of[block])
        else:
            condition = _safe_condition(builder, block, old, loops)
        remove_terminator(block)
        branch(block, condition, successors[0], successors[1])


def _safe_condition(
    builder: MaskBuilder, block: Block, terminator: Instruction, loops: LoopInfo
) -> Value:
    """The uniform condition. With no lane active it may be poison, and a loop must still end."""
    condition = terminator.operands[0]
    if block in builder.masks.nonempty:
        return condition
    loop = loops.loop_of(block)
    if loop is not None and any(t not in loop.blocks for t in terminator.targets):
        leave = const_bool(terminator.targets[0] not in loop.blocks)
        active = builder.any(block, builder.masks.of[block])
        select = Instruction("select", I1, [active, condition, leave])
        block.insert(len(block.instructions) - 1, select)
        builder.divergence.shapes[select] = UNIFORM
        return select
    freeze = Instruction("freeze", I1, [condition])
    block.insert(len(block.instructions) - 1, freeze)
    builder.divergence.shapes[freeze] = UNIFORM
    return freeze


def _repair(function: Function, loops: LoopInfo, divergence: Divergence, masks: Masks) -> None:
    """Restores dominance. A value counts as absent at the start of each iteration of the innermost
    loop that holds both its definition and the use: a mask of the last iteration must not leak."""
    tree = DominatorTree(function)
    broken: dict[tuple[Instruction, Block | None], list[tuple[Instruction, int]]] = {}
    for block in function.blocks:
        for inst in block.instructions:
            for index, operand in enumerate(inst.operands):
                if not isinstance(operand, Instruction):
                    continue
                where = inst.targets[index] if inst.op == "phi" else block
                home = operand.block
                assert home is not None
                if home is where or tree.dominates(home, where):
                    continue
                common = loops.loop_of(home)
                while common is not None and where not in common.blocks:
                    common = common.parent
                header = common.header if common is not None else None
                broken.setdefault((operand, header), []).append((inst, index))
    for (value, header), uses in broken.items():
        assert value.block is not None
        if value in masks.values:
            default: Value = const_bool(False)
        elif divergence.shape(value).is_varying:
            default = Poison(value.type)
        else:
            default = zero(value.type)
        definitions: dict[Block, Value] = {value.block: value}
        if header is not None and header is not value.block:
            definitions[header] = default
        phis = repair(
            function, definitions, value.type, uses, default, value.name or "repair", tree
        )
        shape = divergence.shape(value)
        if shape.assumed and phis:
            # The test of the assumption does not dominate the uses either.
            shape = VARYING
        for phi in phis:
            divergence.shapes[phi] = VARYING if shape.is_varying else shape
            if value in masks.values:
                masks.values.add(phi)
        if shape is VARYING and not divergence.shape(value).is_varying:
            for phi in phis:
                for user in list(phi.users):
                    if isinstance(user, Instruction):
                        _make_varying(divergence, user)
