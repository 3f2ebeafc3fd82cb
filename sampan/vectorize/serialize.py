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
    mask = mask if mask is not None else e.mask()
    result_slot = None
    if result_type is not VOID:
        result_slot = _slot(e, _stored_type(result_type))
    loop = _LaneLoop(e, mask)
    lane = loop.lane

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
    loop.close()
    if result_slot is None:
        return None
    wide = e.widen_type(_stored_type(result_type))
    vector = e.emit("load", wide, [result_slot], align=64)
    if result_type is I1:
        return e.emit("trunc", e.mask_type, [vector])
    return vector


class _LaneLoop:
    """A loop whose body runs for each active lane; `lane`, an i64, is its number."""

    def __init__(self, e: Emitter, mask: Value | None) -> None:
        self.e = e
        self.all = mask is None
        self.type = I64 if mask is None else int_type(e.width)
        start = const_int(I64, 0) if mask is None else e.bits(mask)
        before = e.block
        self.head = e.block = e.new_block("lanes")
        self.work = e.block = e.new_block("lane")
        self.done = e.new_block("lanes.done")
        e.block = before
        e.jump(self.head)
        e.block = self.head
        self.state = e.emit("phi", self.type, [])  # the next lane, or the lanes that are left
        self.state.add_incoming(start, before)
        end = const_int(self.type, e.width if self.all else 0)
        e.branch(e.icmp("ne", self.state, end), self.work, self.done)
        e.block = self.work
        self.lane: Value = self.state
        if not self.all:
            name = f"llvm.cttz.{type_suffix(self.type)}"
            bit = e.call(name, self.type, [self.state, const_int(I1, 1)])
            self.lane = e.resize(bit, I64)

    def close(self) -> None:
        """Ends the body, and goes on behind the loop."""
        e, one = self.e, const_int(self.type, 1)
        if self.all:
            following = e.emit("add", self.type, [self.state, one])
        else:
            less = e.emit("sub", self.type, [self.state, one])
            following = e.emit("and", self.type, [self.state, less])
        self.state.add_incoming(following, e.block)
        e.jump(self.head)
        e.block = self.done


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
