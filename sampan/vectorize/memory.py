"""Widening of loads and stores: contiguous, uniform, or gather and scatter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sampan.frontend import weak_order
from sampan.ir.constants import const_int
from sampan.ir.core import Block, Instruction, Value
from sampan.ir.types import I1, I32, I64, VOID, Type, VectorType, int_type, size_of, vector_type
from sampan.remarks import note
from sampan.simt.shape import Shape
from sampan.vectorize import narrow_gather, next_round, small_strides, strided_loads
from sampan.vectorize.emit import Emitter, type_suffix
from sampan.vectorize.line_groups import LineGroups, line_groups
from sampan.vectorize.refused import Refused
from sampan.vectorize.serialize import serialize

UNLIKELY = "scattered"  # how blocks are called that practically never run
LIKELY = '!{!"branch_weights", i32 2000, i32 1}'
_TAGGED = frozenset({"load", "store", "call"})


def load(e: Emitter, inst: Instruction) -> None:
    pointer = inst.operands[0]
    shape = e.divergence.shape(pointer)
    _check_type(inst.type, inst)
    align = inst.attrs.get("align") or 1
    if shape.is_uniform:
        address = e.scalar(pointer)
        result = e.emit("load", inst.type, [e.safe_pointer(address)])
        next_round.prefetch(e, inst, [address], size_of(inst.type))
        result.attrs = dict(inst.attrs)
        _tag(result, inst)
        if e.divergence.shape(inst).is_strided:
            e.scalars[inst] = result
        else:
            e.vectors[inst] = e.splat(result)
        return
    if inst.attrs.get("ordering"):
        serialize(e, inst)
        return
    with _volatile(e, inst):
        _load_lanes(e, inst, shape, align)


def _load_lanes(e: Emitter, inst: Instruction, shape: Shape, align: int) -> None:
    size = size_of(inst.type)
    if small_strides.applies(e, shape, inst.type):
        step = (shape.stride or 0) // size

        def line() -> Value:
            base = e.scalar(inst.operands[0])
            next_round.prefetch(e, inst, [base], size * step * e.width)
            return small_strides.load(e, base, inst.type, step, align, lambda v: _tag(v, inst))

    elif abs(shape.stride or 0) == size:

        def line() -> Value:
            return _load_line(e, inst, size, align)

    else:
        groups = line_groups(e, inst.operands[0], size)
        if groups is not None:
            _load_groups(e, inst, groups, align)
            return
        if strided_loads.applies(e, shape, inst.type):
            stride = shape.stride or 0
            note("gather", f"read one by one: {_addresses(stride, size)}", inst)

            def line() -> Value:
                base, tag = e.scalar(inst.operands[0]), partial(_tag, inst=inst)
                return strided_loads.load(e, base, inst.type, stride, align, tag)

            _load_line_or_gather(e, inst, shape, line, align)
            return
        note("gather", f"gathered: {_addresses(shape.stride, size)}", inst)
        e.vectors[inst] = _gather(e, inst, align)
        return
    _load_line_or_gather(e, inst, shape, line, align)


def _load_line_or_gather(
    e: Emitter, inst: Instruction, shape: Shape, line: Callable[[], Value], align: int
) -> None:
    if not shape.assumed:
        e.vectors[inst] = line()
        return
    condition = _line_holds(e, shape.assumed)
    _load_if(e, inst, condition, line, align)


def _load_if(
    e: Emitter, inst: Instruction, condition: Value, load: Callable[[], Value], align: int
) -> None:
    """With `load` where the condition holds, as it practically always does, else by a gather."""
    values: list[tuple[Value, Block]] = []
    _branch_on(
        e,
        condition,
        lambda: values.append((load(), e.block)),
        lambda: values.append((_gather(e, inst, align), e.block)),
    )
    merged = e.emit("phi", e.widen_type(inst.type), [])
    for value, block in values:
        merged.add_incoming(value, block)
    e.vectors[inst] = merged


@contextmanager
def _volatile(e: Emitter, inst: Instruction) -> Iterator[None]:
    """What LLVM may not move or merge a volatile access past: there are no volatile vector forms
    of masked accesses. All lanes of the gang access memory before the next one does."""
    if not inst.attrs.get("volatile"):
        yield
        return
    before = _compiler_fence(e)
    yield
    after = _compiler_fence(e)
    if inst.op == "load":
        after.attrs[weak_order.MARK] = "acquire"
    else:
        before.attrs[weak_order.MARK] = "release"


def _compiler_fence(e: Emitter) -> Instruction:
    return e.emit("fence", VOID, [], ordering="seq_cst", syncscope="singlethread")


def _line_holds(e: Emitter, assumed: frozenset[Instruction]) -> Value:
    """Whether every assumed extension is one line."""
    ordered = [inst for inst in e.holds if inst in assumed]
    condition = e.holds[ordered[0]]
    for inst in ordered[1:]:
        condition = e.emit("and", I1, [condition, e.holds[inst]])
    return condition


def _branch_on(
    e: Emitter, condition: Value, line: Callable[[], None], scattered: Callable[[], None]
) -> None:
    before = e.block
    on_line = e.block = e.new_block("line")
    off_line = e.block = e.new_block(UNLIKELY)
    after = e.new_block("accessed")
    e.block = before
    e.branch(condition, on_line, off_line)
    e.block.terminator.metadata["prof"] = LIKELY
    e.block = on_line
    line()
    e.jump(after)
    e.block = off_line
    scattered()
    e.jump(after)
    e.block = after


def _load_line(e: Emitter, inst: Instruction, size: int, align: int) -> Value:
    pointer = inst.operands[0]
    wide = e.widen_type(inst.type)
    mask = e.mask()
    base = e.scalar(pointer)
    if e.divergence.shape(pointer).stride == size:
        value = _contiguous_load(e, base, wide, mask, align)
        _tag(value, inst)
        next_round.prefetch(e, inst, [base], size * e.width)
        return value
    last = e.byte_offset(base, _offset(-size * (e.width - 1)))
    reversed_mask = reverse(e, mask) if mask is not None else None
    value = _contiguous_load(e, last, wide, reversed_mask, align)
    _tag(value, inst)
    next_round.prefetch(e, inst, [last], size * e.width)
    return reverse(e, value)


def _load_groups(e: Emitter, inst: Instruction, groups: LineGroups, align: int) -> None:
    addresses, certain = groups.addresses(e)

    def load() -> Value:
        return _load_parts(e, inst, groups, addresses, align)

    if certain is None:
        e.vectors[inst] = load()
    else:
        _load_if(e, inst, certain, load, align)


def _load_parts(
    e: Emitter, inst: Instruction, groups: LineGroups, addresses: list[Value], align: int
) -> Value:
    count, mask = groups.size, e.mask()
    group_type = vector_type(count, inst.type)
    parts: list[Value] = []
    for number, address in enumerate(addresses):
        own = _part(e, mask, number, count) if mask is not None else None
        if groups.step:
            part = _contiguous_load(e, address, group_type, own, align)
            _tag(part, inst)
        else:
            part = _load_for_all(e, inst, address, group_type, own)
        parts.append(part)
    size = size_of(inst.type)
    next_round.prefetch(e, inst, addresses, size * count if groups.step else size)
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=True)
        parts = [_join(e, low, high) for low, high in pairs]
    return parts[0]


def _load_for_all(
    e: Emitter, inst: Instruction, address: Value, group: VectorType, mask: Value | None
) -> Value:
    """One element for a whole group of lanes."""
    if mask is not None:
        bits = e.emit("bitcast", int_type(group.count), [mask])
        active = e.icmp("ne", bits, const_int(bits.type, 0))
        address = e.select(active, address, e.harmless_slot())
    element = e.emit("load", inst.type, [address])
    element.attrs = dict(inst.attrs)
    _tag(element, inst)
    first = e.emit("insertelement", group, [e.poison(group), element, const_int(I64, 0)])
    lanes = (0,) * group.count
    return e.emit("shufflevector", group, [first, e.poison(group)], mask=lanes)


def _store_groups(e: Emitter, inst: Instruction, groups: LineGroups, align: int) -> None:
    addresses, certain = groups.addresses(e)

    def store() -> None:
        vector, mask = e.vector(inst.operands[0]), e.mask()
        for number, address in enumerate(addresses):
            own = _part(e, mask, number, groups.size) if mask is not None else None
            part = _part(e, vector, number, groups.size)
            _tag(_contiguous_store(e, part, address, own, align), inst)

    if certain is None:
        store()
    else:
        _branch_on(e, certain, store, lambda: _scatter(e, inst, align))


def _part(e: Emitter, vector: Value, number: int, count: int) -> Value:
    t = vector.type
    assert isinstance(t, VectorType)
    lanes = tuple(range(number * count, (number + 1) * count))
    wide = vector_type(count, t.element)
    return e.emit("shufflevector", wide, [vector, e.poison(t)], mask=lanes)


def _join(e: Emitter, low: Value, high: Value) -> Value:
    t = low.type
    assert isinstance(t, VectorType)
    wide = vector_type(2 * t.count, t.element)
    return e.emit("shufflevector", wide, [low, high], mask=tuple(range(2 * t.count)))


def _gather(e: Emitter, inst: Instruction, align: int) -> Value:
    addresses = e.vector(inst.operands[0])
    if narrow_gather.applies(e, inst, align):
        elements, words = narrow_gather.gather_words(e, inst, addresses)
        _tag(words, inst)
        return elements
    wide = e.widen_type(inst.type)
    addresses, mask = _lowered(e, addresses, inst.type)
    value = e.call(
        f"llvm.masked.gather.{type_suffix(wide)}.{type_suffix(addresses.type)}",
        wide,
        [addresses, mask, e.poison(wide)],
        param_attrs=(f"align {align}", "", ""),
    )
    _tag(value, inst)
    return value


def _lowered(e: Emitter, addresses: Value, element: Type) -> tuple[Value, Value]:
    """The addresses and the mask of a gather or scatter, as the target takes them best.

    Without instructions for it, LLVM branches on each lane of a mask that is not constant. So all
    lanes access memory instead, the inactive ones a place of the worker's own.
    """
    mask = e.mask()
    if mask is None or size_of(element) in e.hooks.gathers:
        return addresses, e.mask_or_all()
    harmless = e.splat(e.harmless_slot())
    return e.select(mask, addresses, harmless), e.all_lanes()


def _tag(new: Value, inst: Instruction) -> None:
    """Type-based alias facts hold for the lanes together as for each."""
    if "tbaa" in inst.metadata and isinstance(new, Instruction) and new.op in _TAGGED:
        new.metadata = {**new.metadata, "tbaa": inst.metadata["tbaa"]}


def store(e: Emitter, inst: Instruction) -> None:
    value, pointer = inst.operands
    shape = e.divergence.shape(pointer)
    _check_type(value.type, inst)
    align = inst.attrs.get("align") or 1
    if shape.is_uniform:
        _store_uniform(e, inst, value, pointer)
        return
    if inst.attrs.get("ordering"):
        serialize(e, inst)
        return
    with _volatile(e, inst):
        _store_lanes(e, inst, shape, align)


def _store_lanes(e: Emitter, inst: Instruction, shape: Shape, align: int) -> None:
    value, pointer = inst.operands
    size = size_of(value.type)
    if small_strides.applies(e, shape, value.type, storing=True):
        step = (shape.stride or 0) // size

        def line() -> None:
            vector, base = e.vector(value), e.scalar(pointer)
            small_strides.store(e, vector, base, step, align, lambda v: _tag(v, inst))

    elif abs(shape.stride or 0) == size:

        def line() -> None:
            _store_line(e, inst, size, align)

    else:
        groups = line_groups(e, inst.operands[1], size)
        if groups is not None and groups.step:
            _store_groups(e, inst, groups, align)
            return
        note("scatter", f"scattered: {_addresses(shape.stride, size)}", inst)
        _scatter(e, inst, align)
        return
    if shape.assumed:
        condition = _line_holds(e, shape.assumed)
        _branch_on(e, condition, line, lambda: _scatter(e, inst, align))
    else:
        line()


def _store_line(e: Emitter, inst: Instruction, size: int, align: int) -> None:
    value, pointer = inst.operands
    vector, mask, base = e.vector(value), e.mask(), e.scalar(pointer)
    if e.divergence.shape(pointer).stride != size:
        base = e.byte_offset(base, _offset(-size * (e.width - 1)))
        vector = reverse(e, vector)
        mask = reverse(e, mask) if mask is not None else None
    _tag(_contiguous_store(e, vector, base, mask, align), inst)


def _scatter(e: Emitter, inst: Instruction, align: int) -> None:
    value, pointer = inst.operands
    vector = e.vector(value)
    addresses, mask = _lowered(e, e.vector(pointer), value.type)
    new = e.call(
        f"llvm.masked.scatter.{type_suffix(vector.type)}.{type_suffix(addresses.type)}",
        VOID,
        [vector, addresses, mask],
        param_attrs=("", f"align {align}", ""),
    )
    _tag(new, inst)


def _addresses(stride: int | None, size: int) -> str:
    """What is known of the addresses, for a remark."""
    if stride is None:
        return f"the threads' addresses of {size} bytes each follow no pattern"
    return f"the threads' addresses of {size} bytes each are {stride} bytes apart"


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
        leading = e.call(f"llvm.ctlz.{type_suffix(bits.type)}", bits.type, [bits, const_int(I1, 0)])
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
