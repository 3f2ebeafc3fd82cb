"""Widening of atomic operations.

Active lanes act one after the other, lowest first, so that results do not depend on the width. An
integer operation on one address whose results nobody uses is first reduced in registers.

A block, and all blocks of a cluster, run on one worker: what an address in shared memory names, no
other CPU thread touches, so that nobody could see plain loads and stores there in the place of an
atomic operation, nor in another order. They cost a fifth.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.ir.constants import const_int, zero
from sampan.ir.core import Instruction, Value
from sampan.ir.types import I1, I8, VOID, IntType, size_of
from sampan.remarks import note
from sampan.vectorize.emit import Emitter, type_suffix
from sampan.vectorize.serialize import for_each_active_lane, spill

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
        _one_by_one(e, inst)
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
    _act(e, inst, e.safe_pointer(e.scalar(pointer)), total)


def _one_by_one(e: Emitter, inst: Instruction) -> None:
    pointer, value = inst.operands
    note("serialized", f"one thread after the other: atomic {inst.attrs['operation']}", inst)

    def body(lane: Value, fetch: Callable[[Value], Value]) -> Value | None:
        old = _act(e, inst, fetch(pointer), fetch(value))
        return old if inst.users else None

    result = for_each_active_lane(e, [pointer, value], inst.type if inst.users else VOID, body)
    if result is not None:
        e.vectors[inst] = result


def _act(e: Emitter, inst: Instruction, pointer: Value, value: Value) -> Value:
    """One lane's operation. Returns the old value."""
    operation = inst.attrs["operation"]
    plain = _PLAIN.get(operation)
    if plain is None or not _is_private(inst):
        new = e.emit("atomicrmw", inst.type, [pointer, value])
        new.attrs = dict(inst.attrs)
        return new
    align = size_of(inst.type)
    old = e.emit("load", inst.type, [pointer], align=align)
    e.emit("store", VOID, [plain(e, old, value), pointer], align=align)
    return old


def _is_private(inst: Instruction) -> bool:
    """Whether it is on shared memory of the block's own."""
    if inst.attrs.get("ordering") == "seq_cst" or inst.attrs.get("volatile"):
        return False
    pointer = inst.operands[0]
    while isinstance(pointer, Instruction) and pointer.op == "getelementptr":
        pointer = pointer.operands[0]
    return isinstance(pointer, Instruction) and pointer.callee_name == "sampan.shared.base"


_Plain = Callable[[Emitter, Value, Value], Value]


def _binary(op: str) -> _Plain:
    return lambda e, old, value: e.emit(op, value.type, [old, value])


def _chosen(pred: str) -> _Plain:
    return lambda e, old, value: e.select(e.icmp(pred, old, value), old, value)


_PLAIN: dict[str, _Plain] = {
    "xchg": lambda e, old, value: value,
    **{op: _binary(op) for op in ("add", "sub", "and", "or", "xor", "fadd", "fsub")},
    "max": _chosen("sgt"),
    "min": _chosen("slt"),
    "umax": _chosen("ugt"),
    "umin": _chosen("ult"),
}


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
