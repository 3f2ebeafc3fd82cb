"""Stores that go past the caches, in launches whose stores they would not hold.

A store to memory that no cache holds reads its line first, and later drives another out: a kernel
that only writes an array moves it twice, and what it reads is gone sooner. A streaming store writes
whole lines to memory and nothing else. It is slower where the line is in a cache, or would be
found there by the next kernel; so each store is there twice:

    if the launch stores half of the largest cache (SAMPAN_UNCACHED) or more, and the address is a
    line's: streaming
    else: as ever

Only stores of whole lines by a whole gang, to arrays that the kernel does not read. Such stores
are ordered by nothing but a fence, which stands where the run of blocks ends: kernels that
themselves tell other blocks something (by an atomic operation, a fence, a volatile access) have
none.
"""

from __future__ import annotations

from sampan.block import prefetch
from sampan.block.builder import ScalarBuilder
from sampan.block.prefetch import root_of
from sampan.block.store_extent import trips
from sampan.ir.constants import const_int
from sampan.ir.core import CASTS, Argument, ConstAggregate, Function, Instruction, Value
from sampan.ir.edit import split_after
from sampan.ir.loop_info import Loop, LoopInfo
from sampan.ir.types import I64, VectorType, function_type, size_of

_SWAPPED = {"slt": "sgt", "sle": "sge", "ult": "ugt", "ule": "uge"}
_SWAPPED |= {new: old for old, new in _SWAPPED.items()}
# Of a launch, i64: 0 where it stores so much, else 1. The operand is what a thread
# stores, in bytes, computed from what is known when the launch begins (store_extent.py).
CACHED = "sampan.gang.cached"
_LINE = 64  # bytes
_MOST = 8  # stores of a kernel, each of which asks for its address
_ADDRESSES = CASTS | {
    "getelementptr",
    "phi",
    "select",
    "insertelement",
    "shufflevector",
    "freeze",
    "add",
    "sub",
}
# Calls of code that orders nothing between blocks; the barriers are those of a block.
_HARMLESS = (
    "llvm.",
    "sampan.gang.",
    "sampan.block.",
    "sampan.ctaid.",
    "sampan.ntid.",
    "sampan.nctaid.",
    "sampan.shared.",
    "sampan.dynamic.",
)
_MEETINGS = ("sampan.gang.barrier.grid", "sampan.gang.barrier.cluster")


def run(gang: Function) -> bool:
    """Splits stores of a kernel's WARP form, and has its loads asked for early (prefetch.py).
    Returns whether there are streaming stores, and the fence is needed."""
    loops = LoopInfo(gang)
    stores = [
        inst
        for inst in gang.instructions()
        if inst.op == "store"
        and isinstance(inst.operands[0].type, VectorType)
        and size_of(inst.operands[0].type) % _LINE == 0
        and isinstance(root_of(inst.operands[1]), Argument)
        and _moves(inst, loops)
    ]
    if not stores:
        return False
    assert gang.module is not None
    signature = function_type(I64, (I64,))
    callee = gang.module.get_or_declare(CACHED, signature)
    b = ScalarBuilder(gang)
    b.before = gang.entry.instructions[0]
    bytes: Value = const_int(I64, 0)
    for store in stores:
        one = b.binary("mul", trips(b, store, loops), const_int(I64, _bytes_of_thread(store)))
        bytes = b.binary("add", bytes, one)
    cached = b.emit("call", I64, [bytes, callee], function_type=signature)
    split = _streamed(gang, stores)
    asked = prefetch.run(gang, cached, loops)
    for store in split:
        _split(gang, store, cached)
    if not split and not asked:
        cached.erase()
    return bool(split)


def _bytes_of_thread(store: Instruction) -> int:
    kind = store.operands[0].type
    assert isinstance(kind, VectorType)
    return size_of(kind.element)


def _streamed(gang: Function, stores: list[Instruction]) -> list[Instruction]:
    """Those of the stores that may go past the caches."""
    if not all(_orders_nothing(inst) for inst in gang.instructions()) or _leaves_margins(gang):
        return []
    written = {a: _is_only_written(a) for a in {root_of(s.operands[1]) for s in stores}}
    chosen = [s for s in stores if written[root_of(s.operands[1])]]
    return chosen if len(chosen) <= _MOST else []


def _leaves_margins(gang: Function) -> bool:
    """Whether the kernel tests for places before the first that it writes, as a stencil does. The
    lines at both ends of a row are then written in part, through the caches, which costs more than
    the others gain."""
    for inst in gang.instructions():
        if inst.op == "icmp" and isinstance(inst.operands[0].type, VectorType):
            left, right = inst.operands
            pred = inst.attrs["pred"]
            if _is_line(right):
                left, right, pred = right, left, _SWAPPED.get(pred, pred)
            if _is_line(left) and pred in ("sgt", "sge", "ugt", "uge", "ne"):
                return True
    return False


def _is_line(value: Value) -> bool:
    """Whether it is a number that is greater by one from lane to lane."""
    return (
        isinstance(value, Instruction)
        and value.op in ("add", "or")
        and any(isinstance(operand, ConstAggregate) for operand in value.operands)
    )


def _orders_nothing(inst: Instruction) -> bool:
    if inst.op in ("atomicrmw", "cmpxchg", "fence") or inst.attrs.get("ordering"):
        return False
    if inst.op in ("load", "store"):
        return not inst.attrs.get("volatile")
    if inst.op == "call":
        name = inst.callee_name
        return name.startswith(_HARMLESS) and not name.startswith(_MEETINGS)
    return inst.op != "invoke"


def _is_only_written(pointer: Value) -> bool:
    """Whether all that becomes of the addresses derived from it is that something is stored there
    or that they are compared."""
    seen: set[Value] = {pointer}
    work: list[Value] = [pointer]
    while work:
        value = work.pop()
        for user in list(value.users):
            if not isinstance(user, Instruction):
                return False
            if user.op in _ADDRESSES:
                if user not in seen:
                    seen.add(user)
                    work.append(user)
            elif user.op == "store" or user.callee_name.startswith(
                ("llvm.masked.store.", "llvm.masked.scatter.")
            ):
                if user.operands[0] is value:
                    return False
            elif user.op != "icmp":
                return False
    return True


def _moves(store: Instruction, loops: LoopInfo) -> bool:
    """Whether each round of the loops that the store is in has another address."""
    assert store.block is not None
    loop = loops.loop_of(store.block)
    while loop is not None:
        if not _depends(store.operands[1], loop):
            return False
        loop = loop.parent
    return True


def _depends(value: Value, loop: Loop) -> bool:
    seen: set[Value] = set()
    work = [value]
    while work:
        one = work.pop()
        if not isinstance(one, Instruction) or one in seen or one.block not in loop.blocks:
            continue
        if one.op == "phi" and one.block is loop.header:
            return True
        seen.add(one)
        work += one.operands
    return False


def _split(gang: Function, store: Instruction, cached: Value) -> None:
    block = store.block
    assert block is not None
    after = split_after(gang, store, "stored")
    streamed = gang.add_block("streamed", after=block)
    kept = gang.add_block("cached", after=streamed)
    block.terminator.erase()
    store.detach()
    b = ScalarBuilder(gang)
    b.block = block
    address = store.operands[1]
    place = b.binary("and", b.emit("ptrtoint", I64, [address]), const_int(I64, _LINE - 1))
    whole = b.icmp("eq", b.binary("or", place, cached), const_int(I64, 0))
    b.branch(whole, streamed, kept)
    for to, align in ((streamed, _LINE), (kept, store.attrs.get("align"))):
        b.block = to
        copy = store.clone()
        copy.attrs["align"] = align
        if to is streamed:
            copy.metadata["nontemporal"] = "!{i32 1}"
        to.append(copy)
        b.jump(after)
    store.drop_operands()
