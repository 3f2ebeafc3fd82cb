"""Widening of loads and stores: contiguous, uniform, or gather and scatter."""

from __future__ import annotations

from sampan.ir.constants import const_int
from sampan.ir.core import Instruction, Value
from sampan.ir.types import I1, I32, I64, VOID, Type, VectorType, size_of
from sampan.vectorize.emit import Emitter, type_suffix
from sampan.vectorize.refused import Refused
from sampan.vectorize.serialize import serialize


_TAGGED = frozenset({"load", "store", "call"})


def load(e: Emitter, inst: Instruction) -> None:
    pointer = inst.operands[0]
    shape = e.divergence.shape(pointer)
    _check_type(inst.type, inst)
    special = bool(inst.attrs.get("volatile") or inst.attrs.get("ordering"))
    align = inst.attrs.get("align") or 1
    if shape.is_uniform:
        result = e.emit("load", inst.type, [e.safe_pointer(e.scalar(pointer))])
        result.attrs = dict(inst.attrs)
        _tag(result, inst)
        if e.divergence.shape(inst).is_strided:
            e.scalars[inst] = result
        else:
            e.vectors[inst] = e.splat(result)
        return
    if special:
        serialize(e, inst)
        return
    size = size_of(inst.type)
    wide = e.widen_type(inst.type)
    mask = e.mask()
    if shape.stride == size:
        base = e.scalar(pointer)
        e.vectors[inst] = _contiguous_load(e, base, wide, mask, align)
    elif shape.stride == -size:
        last = e.byte_offset(e.scalar(pointer), _offset(-size * (e.width - 1)))
        reversed_mask = reverse(e, mask) if mask is not None else None
        e.vectors[inst] = reverse(e, _contiguous_load(e, last, wide, reversed_mask, align))
    else:
        addresses = e.vector(pointer)
        e.vectors[inst] = e.call(
            f"llvm.masked.gather.{type_suffix(wide)}.{type_suffix(addresses.type)}",
            wide,
            [addresses, mask if mask is not None else e.all_lanes(), e.poison(wide)],
            param_attrs=(f"align {align}", "", ""),
        )
    _tag(e.vectors[inst], inst)


def _tag(new: Value, inst: Instruction) -> None:
    """Type-based alias facts hold for the lanes together as for each."""
    if "tbaa" in inst.metadata and isinstance(new, Instruction) and new.op in _TAGGED:
        new.metadata = {**new.metadata, "tbaa": inst.metadata["tbaa"]}


def store(e: Emitter, inst: Instruction) -> None:
    value, pointer = inst.operands
    shape = e.divergence.shape(pointer)
    _check_type(value.type, inst)
    special = bool(inst.attrs.get("volatile") or inst.attrs.get("ordering"))
    align = inst.attrs.get("align") or 1
    if shape.is_uniform:
        _store_uniform(e, inst, value, pointer)
        return
    if special:
        serialize(e, inst)
        return
    size = size_of(value.type)
    vector = e.vector(value)
    mask = e.mask()
    if shape.stride == size:
        _tag(_contiguous_store(e, vector, e.scalar(pointer), mask, align), inst)
    elif shape.stride == -size:
        last = e.byte_offset(e.scalar(pointer), _offset(-size * (e.width - 1)))
        reversed_mask = reverse(e, mask) if mask is not None else None
        _tag(_contiguous_store(e, reverse(e, vector), last, reversed_mask, align), inst)
    else:
        addresses = e.vector(pointer)
        new = e.call(
            f"llvm.masked.scatter.{type_suffix(vector.type)}.{type_suffix(addresses.type)}",
            VOID,
            [vector, addresses, mask if mask is not None else e.all_lanes()],
            param_attrs=("", f"align {align}", ""),
        )
        _tag(new, inst)


def reverse(e: Emitter, vector: Value) -> Value:
    return e.emit(
        "shufflevector",
        vector.type,
        [vector, e.poison(vector.type)],
        mask=tuple(range(e.width - 1, -1, -1)),
    )


def last_active(e: Emitter, vector: Value, mask: Value | None) -> Value:
    """The value of the last active lane: what a store of all lanes to one address leaves."""
    assert isinstance(vector.type, VectorType)
    if mask is None:
        index: Value = const_int(I32, e.width - 1)
    else:
        bits = e.bits(mask)
        leading = e.call(
            f"llvm.ctlz.{type_suffix(bits.type)}", bits.type, [bits, const_int(I1, 0)]
        )
        # No lane active: ctlz = width, and the index wraps to width - 1; nothing is stored then.
        index = e.emit("sub", bits.type, [const_int(bits.type, e.width - 1), leading])
        index = e.emit("and", bits.type, [index, const_int(bits.type, e.width - 1)])
        index = e.resize(index, I32)
    return e.emit("extractelement", vector.type.element, [vector, index])


def _store_uniform(e: Emitter, inst: Instruction, value: Value, pointer: Value) -> None:
    if e.divergence.is_uniform(value):
        scalar = e.scalar(value)
    else:
        scalar = last_active(e, e.vector(value), e.mask())
    new = e.emit("store", VOID, [scalar, e.safe_pointer(e.scalar(pointer))])
    new.attrs = dict(inst.attrs)
    _tag(new, inst)


def _contiguous_load(e: Emitter, base: Value, wide: Type, mask: Value | None, align: int) -> Value:
    if mask is None:
        return e.emit("load", wide, [base], align=align)
    return e.call(
        f"llvm.masked.load.{type_suffix(wide)}.p0",
        wide,
        [base, mask, e.poison(wide)],
        param_attrs=(f"align {align}", "", ""),
    )


def _contiguous_store(
    e: Emitter, vector: Value, base: Value, mask: Value | None, align: int
) -> Instruction:
    if mask is None:
        return e.emit("store", VOID, [vector, base], align=align)
    return e.call(
        f"llvm.masked.store.{type_suffix(vector.type)}.p0",
        VOID,
        [vector, base, mask],
        param_attrs=("", f"align {align}", ""),
    )


def _check_type(t: Type, inst: Instruction) -> None:
    bits = getattr(t, "bits", 64)
    if t.is_aggregate or bits % 8 or bits > 64:
        raise Refused(f"a memory access of type {t}", inst)


def _offset(value: int) -> Value:
    return const_int(I64, value)
