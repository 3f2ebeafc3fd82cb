"""Warp-wide operations as vector code: a gang of 32 lanes is the warp.

Straight-line code, without a meeting: `simt.meetings` has shown that whoever a member mask names is
in the gang's mask when it gets here. The operations are those of frontend.warp_operations.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.ir.constants import const_int
from sampan.ir.core import ConstInt, Instruction, Poison, Value
from sampan.ir.types import I1, I32, vector_type
from sampan.matrices import SHAPES
from sampan.vectorize.emit import Emitter, type_suffix
from sampan.vectorize.lane_values import lane_values
from sampan.vectorize.matrix_product import matrix_product
from sampan.vectorize.permute import permute

WARP = 32
# In the order of frontend.warp_operations.REDUCTIONS: llvm.vector.reduce.NAME, neutral element.
_REDUCTIONS = (
    ("add", 0),
    ("smin", 0x7FFFFFFF),
    ("smax", 0x80000000),
    ("umin", 0xFFFFFFFF),
    ("umax", 0),
    ("and", 0xFFFFFFFF),
    ("or", 0),
    ("xor", 0),
)


def collective(e: Emitter, inst: Instruction, name: str) -> None:
    """Emits sampan.warp.NAME. Requires a gang of a warp's width."""
    assert e.width == WARP
    if name in SHAPES:
        matrix_product(e, inst, SHAPES[name])
        return
    short = name.removeprefix("sampan.warp.")
    if short == "activemask":
        e.scalars[inst] = _active_bits(e)
    elif short == "sync":
        pass  # the lanes are here, and what they stored is stored
    elif short == "read":
        _read(e, inst)
    elif short == "ballot":
        _ballot(e, inst)
    elif short == "match":
        _match(e, inst)
    else:
        _reduce(e, inst)


def _active_bits(e: Emitter) -> Value:
    mask = e.mask()
    return const_int(I32, 0xFFFFFFFF) if mask is None else e.bits(mask)


def _give(e: Emitter, inst: Instruction, result: Value) -> None:
    """Records a scalar result as the shape says: uniform, or in every lane."""
    if e.divergence.is_uniform(inst):
        e.scalars[inst] = result
    else:
        e.vectors[inst] = e.splat(result)


def _read(e: Emitter, inst: Instruction) -> None:
    _, value, source = inst.arguments
    vector, mask = e.vector(value), e.mask()
    if mask is not None:
        vector = e.select(mask, vector, e.zero(vector.type))
    if e.divergence.is_uniform(source):
        lane = e.emit("and", I32, [e.scalar(source), const_int(I32, WARP - 1)])
        e.scalars[inst] = e.emit("extractelement", I32, [vector, lane])
        return
    known = lane_values(source, e.width, e.divergence)
    if known is not None:
        pattern = tuple(lane % WARP for lane in known)
        e.vectors[inst] = e.emit(
            "shufflevector", vector.type, [vector, Poison(vector.type)], mask=pattern
        )
        return
    wide = e.vector(source)
    lanes = e.emit("and", wide.type, [wide, e.splat(const_int(I32, WARP - 1))])
    e.vectors[inst] = permute(e, vector, lanes)


def _ballot(e: Emitter, inst: Instruction) -> None:
    members, predicate = inst.arguments
    lanes, mask = e.vector(predicate), e.mask()
    if mask is not None:
        lanes = e.select(mask, lanes, e.zero(lanes.type))
    bits = e.bits(lanes)
    if e.divergence.is_uniform(members):
        _give(e, inst, e.emit("and", I32, [bits, e.scalar(members)]))
    else:
        wide = e.vector(members)
        e.vectors[inst] = e.emit("and", wide.type, [wide, e.splat(bits)])


def _match(e: Emitter, inst: Instruction) -> None:
    """One turn for each distinct value."""
    members, value = inst.arguments
    vector, active = e.vector(value), e.mask_or_all()
    element = value.type

    def turn(lane: Value) -> tuple[Value, Value]:
        chosen = e.emit("extractelement", element, [vector, lane])
        same = e.select(active, e.icmp("eq", vector, e.splat(chosen)), e.zero(e.mask_type))
        return same, e.bits(same)

    found = _for_each_group(e, _active_bits(e), turn)
    wide = e.vector(members)
    result = e.emit("and", wide.type, [found, wide])
    if e.divergence.is_uniform(inst):
        first = e.first_active(e.mask(), I32)
        e.scalars[inst] = e.emit("extractelement", I32, [result, first])
    else:
        e.vectors[inst] = result


def _reduce(e: Emitter, inst: Instruction) -> None:
    members, value, operation = inst.arguments
    assert isinstance(operation, ConstInt)
    name, neutral = _REDUCTIONS[operation.value]
    vector, active = e.vector(value), e.mask_or_all()
    rest = e.splat(const_int(I32, neutral))

    def total(lanes: Value) -> Value:
        counted = e.select(lanes, vector, rest)
        suffix = type_suffix(counted.type)
        return e.call(f"llvm.vector.reduce.{name}.{suffix}", I32, [counted])

    def among(mask: Value) -> Value:
        named = e.emit("bitcast", e.mask_type, [mask])
        return e.select(active, named, e.zero(e.mask_type))

    if e.divergence.is_uniform(members):
        _give(e, inst, total(among(e.scalar(members))))
        return
    masks = e.vector(members)

    def turn(lane: Value) -> tuple[Value, Value]:
        group = among(e.emit("extractelement", I32, [masks, lane]))
        return group, total(group)

    e.vectors[inst] = _for_each_group(e, _active_bits(e), turn)


def _for_each_group(
    e: Emitter, active: Value, turn: Callable[[Value], tuple[Value, Value]]
) -> Value:
    """A loop over groups of lanes: `turn(lane)` gives the group of a lane, as a mask that holds
    it, and an i32 for all lanes of the group. Returns each lane's."""
    wide = vector_type(WARP, I32)
    before = e.block
    head, body, done = e.new_block("groups"), e.new_block("group"), e.new_block("grouped")
    e.jump(head)
    e.block = head
    remaining = e.emit("phi", I32, [])
    result = e.emit("phi", wide, [])
    remaining.add_incoming(active, before)
    result.add_incoming(e.zero(wide), before)
    e.branch(e.icmp("ne", remaining, const_int(I32, 0)), body, done)
    e.block = body
    lane = e.call("llvm.cttz.i32", I32, [remaining, const_int(I1, 1)])
    group, value = turn(lane)
    result.add_incoming(e.select(group, e.splat(value), result), e.block)
    one = e.emit("shl", I32, [const_int(I32, 1), lane])
    settled = e.emit("or", I32, [e.bits(group), one])
    others = e.emit("xor", I32, [settled, const_int(I32, 0xFFFFFFFF)])
    remaining.add_incoming(e.emit("and", I32, [remaining, others]), e.block)
    e.jump(head)
    e.block = done
    return result
