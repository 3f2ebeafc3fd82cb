"""One instruction for the active lanes one after the other.

What cannot be vector code (atomics, runtime calls, volatile accesses) runs in a loop over the set
bits of the mask, lowest lane first. Operands that differ by lane go through memory: indexing a
vector register by a variable is a store and a load anyway, and this way the store is outside the
loop.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.ir.constants import const_int
from sampan.ir.core import Instruction, Value
from sampan.ir.types import I1, I8, I64, PTR, VOID, Type, array_type, int_type, size_of
from sampan.remarks import note
from sampan.vectorize.emit import Emitter, type_suffix


def serialize(e: Emitter, inst: Instruction, skip_last: bool = False) -> None:
    """Widens `inst` as a loop of its scalar form. `skip_last`: the callee operand stays."""
    note("serialized", f"one thread after the other: {_described(inst)}", inst)
    operands = list(inst.operands)
    fixed = {len(operands) - 1} if skip_last else set()

    def body(lane: Value, fetch: Callable[[Value], Value]) -> Value | None:
        values = [v if i in fixed else fetch(v) for i, v in enumerate(operands)]
        new = e.emit(inst.op, inst.type, values)
        new.attrs = dict(inst.attrs)
        return new if inst.type is not VOID else None

    result = for_each_active_lane(
        e, [v for i, v in enumerate(operands) if i not in fixed], inst.type, body
    )
    if result is not None:
        e.vectors[inst] = result


def _described(inst: Instruction) -> str:
    if inst.op == "atomicrmw":
        return f"atomic {inst.attrs['operation']}"
    if inst.op == "call":
        return f"a call of {inst.callee_name.removeprefix('sampan_')}"
    return f"{'volatile' if inst.attrs.get('volatile') else 'atomic'} {inst.op}"


def for_each_active_lane(
    e: Emitter,
    values: list[Value],
    result_type: Type,
    body: Callable[[Value, Callable[[Value], Value]], Value | None],
    mask: Value | None = None,
) -> Value | None:
    """Emits the loop. `body(lane, fetch)` emits one lane's work, `fetch(v)` its value of `v`.

    `lane` is an i64. Returns the vector of the lanes' results (undefined where inactive)."""
    slots: dict[Value, tuple[Value, Type]] = {}
    for value in values:
        shape = e.divergence.shape(value)
        if (shape.is_varying or shape.assumed) and value not in slots:
            slots[value] = spill(e, e.vector(value))
    mask = mask if mask is not None else e.mask_or_all()
    bits_type = int_type(e.width)
    bits = e.bits(mask)
    result_slot = None
    if result_type is not VOID:
        result_slot = _slot(e, _stored_type(result_type))
    before = e.block
    head = e.new_block("lanes")
    e.block = head
    work = e.new_block("lane")
    e.block = work
    done = e.new_block("lanes.done")
    e.block = before
    e.jump(head)
    e.block = head
    remaining = e.emit("phi", bits_type, [])
    remaining.add_incoming(bits, before)
    e.branch(e.icmp("ne", remaining, const_int(bits_type, 0)), work, done)
    e.block = work
    lane_bits = e.call(
        f"llvm.cttz.{type_suffix(bits_type)}", bits_type, [remaining, const_int(I1, 1)]
    )
    lane = e.resize(lane_bits, I64)

    def fetch(value: Value) -> Value:
        if value in slots:
            pointer, element = slots[value]
            return _restore(e, pointer, element, lane)
        shape = e.divergence.shape(value)
        base = e.scalar(value)
        if shape.is_uniform:
            return base
        assert shape.stride is not None
        offset_type: Type = I64 if value.type.is_pointer else value.type
        offset = e.emit(
            "mul", offset_type, [e.resize(lane, offset_type), const_int(offset_type, shape.stride)]
        )
        if value.type.is_pointer:
            return e.byte_offset(base, offset)
        return e.emit("add", value.type, [base, offset])

    result = body(lane, fetch)
    if result is not None:
        assert result_slot is not None
        stored = result
        if result.type is I1:
            stored = e.emit("zext", I8, [result])
        address = e.emit(
            "getelementptr", PTR, [result_slot, lane], source_type=_stored_type(result_type)
        )
        e.emit("store", VOID, [stored, address], align=_align(stored.type))
    less = e.emit("sub", bits_type, [remaining, const_int(bits_type, 1)])
    remaining.add_incoming(e.emit("and", bits_type, [remaining, less]), e.block)
    e.jump(head)
    e.block = done
    if result_slot is None:
        return None
    wide = e.widen_type(_stored_type(result_type))
    vector = e.emit("load", wide, [result_slot], align=64)
    if result_type is I1:
        return e.emit("trunc", e.mask_type, [vector])
    return vector


def spill(e: Emitter, vector: Value) -> tuple[Value, Type]:
    """Stores a vector to a private slot; returns the slot and the lanes' own type."""
    element = vector.type.scalar
    if element is I1:
        vector = e.emit("zext", e.widen_type(I8), [vector])
    slot = _slot(e, _stored_type(element))
    e.emit("store", VOID, [vector, slot], align=64)
    return slot, element


def _restore(e: Emitter, slot: Value, element: Type, lane: Value) -> Value:
    stored = _stored_type(element)
    address = e.emit("getelementptr", PTR, [slot, lane], source_type=stored)
    value = e.emit("load", stored, [address], align=_align(stored))
    return e.emit("trunc", I1, [value]) if element is I1 else value


def _slot(e: Emitter, element: Type) -> Value:
    e.spill_count += 1
    slot = e.entry_alloca(array_type(e.width, element), 64, f"lanes.{e.spill_count}")
    slot.attrs["sampan.transient"] = True
    return slot


def _stored_type(t: Type) -> Type:
    return I8 if t is I1 else t


def _align(t: Type) -> int:
    return size_of(t)
