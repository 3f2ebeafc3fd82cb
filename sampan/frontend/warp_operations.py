"""Shuffles, votes, matches and reductions of a warp, as five operations of the SIMT level.

    sampan.warp.read(members, value, lane)     the value that `lane` passes
    sampan.warp.ballot(members, predicate)     which members' predicate is true
    sampan.warp.match(members, value)          which members pass the same value
    sampan.warp.reduce(members, value, op)     over the members
    sampan.warp.sync(members)                  nothing but the meeting

`members` is the caller's member mask; `sampan.warp.activemask` is the one of those that come along.
What a shuffle reads from where is plain arithmetic (PTX ISA, "shfl.sync"), so that shapes and
constants are seen by whoever looks at the code. Reading a lane that takes no part gives zero.
"""

from __future__ import annotations

from dataclasses import dataclass

from sampan.frontend.emit import Emit
from sampan.frontend.intrinsics import LOWERINGS, Lowering
from sampan.ir.constants import const_bool
from sampan.ir.core import ConstInt, Instruction, Poison, Value
from sampan.ir.types import I1, I32, I64, StructType

FULL = 0xFFFFFFFF
LAST_LANE = 31
# The operations of sampan.warp.reduce, in the order of the runtime's SAMPAN_WARP_* constants.
REDUCTIONS = ("add", "min", "max", "umin", "umax", "and", "or", "xor")


@dataclass
class Shuffle:
    """Where a lane reads from, and whether that is inside its segment."""

    source: Value
    inside: Value


def _shuffle(mode: str, synchronous: bool) -> Lowering:
    def lower(e: Emit, call: Instruction) -> Value:
        arguments = list(call.arguments)
        members = arguments.pop(0) if synchronous else e.sampan("sampan.warp.activemask")
        value, distance, packed = arguments
        own = e.sampan("sampan.laneid")
        place = shuffle_place(e, mode, own, distance, packed)
        bits = value if value.type is I32 else e.inst("bitcast", I32, [value])
        read: Value = e.sampan("sampan.warp.read", members, bits, place.source)
        if value.type is not I32:
            read = e.inst("bitcast", value.type, [read])
        if not isinstance(call.type, StructType):
            return read
        pair: Value = Poison(call.type)
        pair = e.inst("insertvalue", call.type, [pair, read], indices=(0,))
        return e.inst("insertvalue", call.type, [pair, place.inside], indices=(1,))

    return lower


def shuffle_place(e: Emit, mode: str, own: Value, distance: Value, packed: Value) -> Shuffle:
    """Of shfl.MODE with PTX's operands b and c: `packed` has the segment mask in bits 12 to 8 and
    the clamp in bits 4 to 0."""
    if not isinstance(packed, ConstInt):
        segment = e.binary("and", e.binary("lshr", packed, 8), LAST_LANE)
        elsewhere = e.binary("xor", segment, LAST_LANE)
        low = e.binary("and", own, segment)
        limit = e.binary("or", low, e.binary("and", e.binary("and", packed, 31), elsewhere))
        return _bounded(e, mode, own, distance, low, elsewhere, limit)
    segment_bits = packed.value >> 8 & LAST_LANE
    clamp = packed.value & LAST_LANE & ~segment_bits
    if segment_bits:
        low = e.binary("and", own, segment_bits)
        limit = e.binary("or", low, clamp) if clamp else low
        return _bounded(e, mode, own, distance, low, e.integer(~segment_bits & LAST_LANE), limit)
    if clamp == LAST_LANE and mode in ("idx", "bfly"):  # the whole warp: always inside
        other = e.binary("and", distance, LAST_LANE)
        source = other if mode == "idx" else e.binary("xor", own, other)
        return Shuffle(source, const_bool(True))
    return _bounded(e, mode, own, distance, e.integer(0), e.integer(LAST_LANE), e.integer(clamp))


def _bounded(
    e: Emit, mode: str, own: Value, distance: Value, low: Value, elsewhere: Value, limit: Value
) -> Shuffle:
    distance = e.binary("and", distance, LAST_LANE)
    if mode == "idx":
        other = e.binary("or", low, e.binary("and", distance, elsewhere))
    else:
        operation = {"up": "sub", "down": "add", "bfly": "xor"}[mode]
        other = e.binary(operation, own, distance)
    inside = e.compare("sge" if mode == "up" else "sle", other, limit)
    return Shuffle(e.select(inside, other, own), inside)


def vote(e: Emit, kind: str, members: Value, predicate: Value) -> Value:
    """ballot (an i32), or any, all, uni (an i1) of the members' i1 predicates."""

    def ballot(flag: Value) -> Value:
        return e.sampan("sampan.warp.ballot", members, flag)

    def nobody(flag: Value) -> Value:
        return e.compare("eq", ballot(flag), 0)

    opposite = e.binary("xor", predicate, 1)
    if kind == "ballot":
        return ballot(predicate)
    if kind == "any":
        return e.binary("xor", nobody(predicate), 1)
    if kind == "all":
        return nobody(opposite)
    return e.binary("or", nobody(predicate), nobody(opposite))


def _vote(kind: str, synchronous: bool) -> Lowering:
    def lower(e: Emit, call: Instruction) -> Value:
        predicate = call.arguments[-1]
        if predicate.type is not I1:
            predicate = e.compare("ne", predicate, 0)
        members = call.arguments[0] if synchronous else e.sampan("sampan.warp.activemask")
        return vote(e, kind, members, predicate)

    return lower


def _wide(e: Emit, value: Value) -> Value:
    return e.cast("zext", value, I64)


def _match_any(e: Emit, call: Instruction) -> Value:
    members, value = call.arguments
    return e.sampan("sampan.warp.match", members, _wide(e, value))


def match_all(e: Emit, members: Value, value: Value) -> tuple[Value, Value]:
    """The mask of all that take part if their i64 values are one, else 0; and whether they are.

    All match if a lane's matches are all that take part; then that is so for every lane."""
    same = e.sampan("sampan.warp.match", members, value)
    present = e.sampan("sampan.warp.ballot", members, const_bool(True))
    every = e.compare("eq", same, present)
    return e.select(every, present, e.integer(0)), every


def _match_all(e: Emit, call: Instruction) -> Value:
    members, value = call.arguments
    mask, every = match_all(e, members, _wide(e, value))
    pair: Value = Poison(call.type)
    pair = e.inst("insertvalue", call.type, [pair, mask], indices=(0,))
    return e.inst("insertvalue", call.type, [pair, every], indices=(1,))


def _reduce(operation: str) -> Lowering:
    def lower(e: Emit, call: Instruction) -> Value:
        value, members = call.arguments
        number = e.integer(REDUCTIONS.index(operation))
        return e.sampan("sampan.warp.reduce", members, value, number)

    return lower


def _sync(e: Emit, call: Instruction) -> None:
    e.sampan("sampan.warp.sync", call.arguments[0])


def _active_mask(e: Emit, call: Instruction) -> Value:
    return e.sampan("sampan.warp.activemask")


def register() -> None:
    """Adds the lowerings to those of the other intrinsics."""
    for mode in ("idx", "up", "down", "bfly"):
        LOWERINGS[f"shfl.sync.{mode}"] = _shuffle(mode, True)
        LOWERINGS[f"shfl.{mode}"] = _shuffle(mode, False)
    for kind in ("ballot", "any", "all", "uni"):
        LOWERINGS[f"vote.{kind}.sync"] = _vote(kind, True)
        LOWERINGS[f"vote.{kind}"] = _vote(kind, False)
    LOWERINGS["match.any.sync"] = _match_any
    LOWERINGS["match.all.sync"] = _match_all
    for operation in REDUCTIONS:
        LOWERINGS[f"redux.sync.{operation}"] = _reduce(operation)
    LOWERINGS["bar.warp.sync"] = _sync
    LOWERINGS["activemask"] = _active_mask
    LOWERINGS["vote.ballot"] = _vote("ballot", False)


register()
