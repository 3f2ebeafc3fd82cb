"""Widening of atomic operations.

Active lanes act one after the other, lowest first, so that results do not depend on the width. An
integer operation on one address whose results nobody uses is first reduced in registers.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.ir.constants import const_int, zero
from sampan.ir.core import Instruction, Value
from sampan.ir.types import I1, I8, VOID, IntType
from sampan.remarks import note
from sampan.vectorize.emit import Emitter, type_suffix
from sampan.vectorize.serialize import for_each_active_lane, serialize, spill

_REDUCTIONS = {
    "add": "add",
    "sub": "add",
    "and": "and",
    "or": "or",
    "xor": "xor",
    "max": "smax",
    "min": "smin",
    "umax": "umax",
    "umin": "umin",
}


def atomicrmw(e: Emitter, inst: Instruction) -> None:
    pointer, value = inst.operands
    operation = inst.attrs["operation"]
    reducible = (
        not inst.users
        and operation in _REDUCTIONS
        and isinstance(value.type, IntType)
        and e.divergence.is_uniform(pointer)
        and not inst.attrs.get("volatile")
    )
    if not reducible:
        serialize(e, inst)
        return
    identity = _identity(operation, value.type)
    mask = e.mask()
    lanes = e.vector(value)
    if mask is not None:
        lanes = e.select(mask, lanes, e.splat(identity))
    total = e.call(
        f"llvm.vector.reduce.{_REDUCTIONS[operation]}.{type_suffix(lanes.type)}",
        value.type,
        [lanes],
    )
    # With no lane active this applies the identity to a private slot.
    new = e.emit("atomicrmw", inst.type, [e.safe_pointer(e.scalar(pointer)), total])
    new.attrs = dict(inst.attrs)


def _identity(operation: str, t: IntType) -> Value:
    if operation in ("and", "umin"):
        return const_int(t, -1)
    if operation == "max":
        return const_int(t, 1 << (t.bits - 1))
    if operation == "min":
        return const_int(t, (1 << (t.bits - 1)) - 1)
    return const_int(t, 0)


def cmpxchg(e: Emitter, inst: Instruction) -> None:
    """Always lane by lane. The result is a pair of vectors: old values and success flags."""
    note("serialized", "one thread after the other: atomic compare and swap", inst)
    value_type = inst.operands[1].type
    success_slot = spill(e, zero(e.widen_type(I8)))[0]

    def body(lane: Value, fetch: Callable[[Value], Value]) -> Value:
        new = e.emit("cmpxchg", inst.type, [fetch(v) for v in inst.operands])
        new.attrs = dict(inst.attrs)
        flag = e.emit("extractvalue", I1, [new], indices=(1,))
        byte = e.emit("zext", I8, [flag])
        address = e.emit("getelementptr", success_slot.type, [success_slot, lane], source_type=I8)
        e.emit("store", VOID, [byte, address], align=1)
        return e.emit("extractvalue", value_type, [new], indices=(0,))

    old = for_each_active_lane(e, list(inst.operands), value_type, body)
    assert old is not None
    flags = e.emit("load", e.widen_type(I8), [success_slot], align=64)
    success = e.emit("trunc", e.mask_type, [flags])
    wide = e.widen_type(inst.type)
    pair = e.emit("insertvalue", wide, [e.poison(wide), old], indices=(0,))
    e.vectors[inst] = e.emit("insertvalue", wide, [pair, success], indices=(1,))


