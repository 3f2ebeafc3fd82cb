"""Atomic operations in the form that every device has: integers of 32 and 64 bits.

Everything else becomes a loop around compare-and-swap, as for a CPU. CUDA's atomics are relaxed and
see the whole device; those of a system are the device's here, too: memory is shared with the host
at launches and at their ends.
"""

from __future__ import annotations

from sampan.frontend.fuse import type_suffix
from sampan.ir.builder import Builder
from sampan.ir.constants import const_int
from sampan.ir.core import Function, Instruction, Value
from sampan.ir.edit import remove_terminator, split_after
from sampan.ir.types import I32, FloatType, IntType, PointerType, Type, bit_size, int_type
from sampan.simt_exit.flatten import refused

SCOPE = "device"
# Metadata of a volatile access that is an atomic one in the source.
ATOMIC = "sampan.atomic"
_NATIVE = frozenset("xchg add sub and or xor max min umax umin".split())


def lower(function: Function, fence_word: Value, device: str) -> None:
    """Establishes: atomic operations are of i32 and i64 and have the scope of the device; no load
    or store is atomic, and no fence is left. `fence_word`: the address of an i32 that all kernels
    on the device share.

    A fence becomes an addition of 0 to that word, which acquires and releases. Of two such
    additions one reads what the other wrote, or what came after it, so whoever has seen a write
    from behind a fence, and then comes to a fence, has seen what was before the first. Devices
    lack fences, or the translators to them do.
    """
    for inst in function.instructions():
        if inst.op in ("load", "store") and inst.attrs.get("ordering"):
            _plain_access(inst)
    for inst in function.instructions():
        if inst.op == "fence":
            _fence(inst, fence_word)
        elif inst.op == "cmpxchg":
            _exchange(inst, device)
        elif inst.op == "atomicrmw":
            _modify(function, inst, device)


def _fence(inst: Instruction, word: Value) -> None:
    """Also one of the block, which the front end makes one of the thread: on a CPU it is."""
    Builder.ahead_of(inst).atomicrmw("add", word, const_int(I32, 0), "acq_rel", 4, SCOPE)
    inst.erase()


def _plain_access(inst: Instruction) -> None:
    """A volatile access of an aligned word is as good as a relaxed one; fences do the rest."""
    ordering = inst.attrs.pop("ordering")
    inst.attrs.pop("syncscope", None)
    inst.attrs["volatile"] = True
    inst.metadata[ATOMIC] = ""
    if ordering in ("unordered", "monotonic"):
        return
    fence = "acq_rel" if ordering == "seq_cst" else ordering
    b = Builder.ahead_of(inst)
    if inst.op == "store" or ordering == "seq_cst":
        b.fence(fence)
    if inst.op == "load" or ordering == "seq_cst":
        made = Builder.ahead_of(inst).fence(fence)
        made.detach().insert_after(inst)


def _exchange(inst: Instruction, device: str) -> None:
    _check_size(inst, inst.operands[1].type, device)
    inst.attrs["syncscope"] = SCOPE
    if not isinstance(inst.operands[1].type, IntType):
        raise refused("an atomic exchange of pointers", inst, device)


def _modify(function: Function, inst: Instruction, device: str) -> None:
    type = inst.operands[1].type
    _check_size(inst, type, device)
    if inst.attrs["operation"] in _NATIVE and isinstance(type, IntType):
        inst.attrs["syncscope"] = SCOPE
        return
    if inst.attrs["operation"] == "xchg":
        _exchange_bits(inst)
        return
    _loop(function, inst)


def _check_size(inst: Instruction, type: Type, device: str) -> None:
    if bit_size(type) not in (32, 64):
        raise refused(f"an atomic operation of {bit_size(type)} bits", inst, device)


def _exchange_bits(inst: Instruction) -> None:
    """An exchange of a float or a pointer is one of its bits."""
    type = inst.type
    bits = int_type(bit_size(type))
    to, back = ("ptrtoint", "inttoptr") if isinstance(type, PointerType) else ("bitcast",) * 2
    b = Builder.ahead_of(inst)
    made = b.atomicrmw("xchg", inst.operands[0], b.cast(to, inst.operands[1], bits), "monotonic")
    made.attrs = {**inst.attrs, "syncscope": SCOPE}
    inst.replace_all_uses_with(b.cast(back, made, type)) if inst.users else None
    inst.erase()


def _loop(function: Function, inst: Instruction) -> None:
    """old = load; do new = op(old, value) while (compare-and-swap(old, new) fails)."""
    pointer, value = inst.operands
    type = inst.type
    bits = int_type(bit_size(type))
    before = inst.block
    assert before is not None
    after = split_after(function, inst, f"{before.name}.swapped")
    again = function.add_block(f"{before.name}.swap", after=before)
    b = Builder.ahead_of(inst)
    first = b.load(bits, pointer, bits.bits // 8, True)
    first.metadata[ATOMIC] = ""
    remove_terminator(before)
    Builder(before).br(again)

    b = Builder(again, None, {k: v for k, v in inst.metadata.items() if k == "dbg"})
    seen = Instruction("phi", bits, [])
    again.append(seen)
    seen.add_incoming(first, before)
    old: Value = b.cast("bitcast", seen, type) if isinstance(type, FloatType) else seen
    new = _operate(b, inst.attrs["operation"], old, value)
    new_bits = b.cast("bitcast", new, bits) if isinstance(type, FloatType) else new
    swap = b.cmpxchg(pointer, seen, new_bits, inst.attrs["ordering"], align=bits.bits // 8)
    swap.attrs["syncscope"] = SCOPE
    found = b.extractvalue(swap, [0])
    seen.add_incoming(found, again)
    b.cond_br(b.extractvalue(swap, [1]), after, again)
    if inst.users:
        result: Value = found
        if isinstance(type, FloatType):
            result = Builder.ahead_of(after.first_non_phi).cast("bitcast", found, type)
        inst.replace_all_uses_with(result)
    inst.erase()


def _operate(b: Builder, operation: str, old: Value, value: Value) -> Value:
    """LLVM's atomicrmw operations, by its language reference."""
    type = old.type
    if operation in ("fadd", "fsub"):
        return b.binop(operation, old, value)
    if operation in ("fmax", "fmin"):
        name = {"fmax": "maxnum", "fmin": "minnum"}[operation]
        return b.intrinsic(f"llvm.{name}.{type_suffix(type)}", type, [old, value])
    if operation == "nand":
        return b.not_(b.and_(old, value))
    zero, one = const_int(type, 0), const_int(type, 1)
    if operation == "uinc_wrap":
        return b.select(b.icmp("uge", old, value), zero, b.add(old, one))
    assert operation == "udec_wrap", operation
    wraps = b.or_(b.icmp("eq", old, zero), b.icmp("ugt", old, value))
    return b.select(wraps, value, b.sub(old, one))
