"""Warp-wide operations, barriers, fences, and what ends or delays a thread."""

from __future__ import annotations

from sampan.frontend.library_calls import LIBRARY_CALLS
from sampan.frontend.ptx import cluster
from sampan.frontend.ptx.machine import OPCODES, PREDICATE, Handler, Machine
from sampan.frontend.ptx.parse import Statement
from sampan.frontend.warp_operations import REDUCTIONS, match_all, shuffle_place, vote
from sampan.ir.constants import const_bool
from sampan.ir.core import ConstInt
from sampan.ir.types import I32, I64


def _shuffle(m: Machine, s: Statement) -> None:
    if s.modifiers[:1] != ("sync",) or s.modifiers[2:] != ("b32",):
        raise m.unknown()
    m.no_guard()
    value, distance, packed, members = (m.read_as(x, I32) for x in s.operands[1:5])
    own = m.e.sampan("sampan.laneid")
    place = shuffle_place(m.e, s.modifiers[1], own, distance, packed)
    m.write(s.operands[0], m.e.sampan("sampan.warp.read", members, value, place.source))
    if s.second:
        m.write(s.second, place.inside)


def _vote(m: Machine, s: Statement) -> None:
    if s.modifiers[:1] != ("sync",):
        raise m.unknown()
    m.no_guard()
    kind = s.modifiers[1]
    if kind not in ("ballot", "any", "all", "uni"):
        raise m.unknown()
    predicate, members = m.read(s.operands[1], PREDICATE), m.read_as(s.operands[2], I32)
    m.write(s.operands[0], vote(m.e, kind, members, predicate))


def _match(m: Machine, s: Statement) -> None:
    kind, mode, t = s.modifiers[0], s.modifiers[1:2], m.type_of(s)
    if kind not in ("any", "all") or mode != ("sync",):
        raise m.unknown()
    m.no_guard()
    e = m.e
    value, members = e.cast("zext", m.read(s.operands[1], t), I64), m.read_as(s.operands[2], I32)
    if kind == "any":
        m.write(s.operands[0], e.sampan("sampan.warp.match", members, value))
        return
    mask, every = match_all(e, members, value)
    m.write(s.operands[0], mask)
    if s.second:
        m.write(s.second, every)


def _redux(m: Machine, s: Statement) -> None:
    t = m.type_of(s)
    operation = s.modifiers[1]
    if operation in ("min", "max") and not t.signed:
        operation = f"u{operation}"
    if s.modifiers[0] != "sync" or operation not in REDUCTIONS or t.bits != 32 or not t.is_integer:
        raise m.unknown()
    m.no_guard()
    value, members = m.read(s.operands[1], t), m.read_as(s.operands[2], I32)
    number = m.e.integer(REDUCTIONS.index(operation))
    m.write(s.operands[0], m.e.sampan("sampan.warp.reduce", members, value, number))


def _activemask(m: Machine, s: Statement) -> None:
    m.no_guard()
    m.write(s.operands[0], m.e.sampan("sampan.warp.activemask"))


def _elect(m: Machine, s: Statement) -> None:
    """elect.sync d|p, members: the lowest lane that takes part."""
    m.no_guard()
    e = m.e
    members = m.read_as(s.operands[1], I32)
    present = e.sampan("sampan.warp.ballot", members, const_bool(True))
    leader = e.call_intrinsic("cttz", present, e.boolean(False))
    m.write(s.operands[0], leader)
    if s.second:
        m.write(s.second, e.compare("eq", e.sampan("sampan.laneid"), leader))


def _bar(m: Machine, s: Statement) -> None:
    m.no_guard()
    if s.modifiers[:1] == ("cluster",):
        cluster.barrier(m, s)
        return
    words = [x for x in s.modifiers if x not in ("aligned", "cta")]
    if words == ["warp", "sync"]:
        m.e.sampan("sampan.warp.sync", m.read_as(s.operands[0], I32))
    elif words == ["sync"] and len(s.operands) == 1 and _is_zero(m, s):
        m.e.sampan("sampan.barrier")
    elif words in (["sync"], ["arrive"]) and len(s.operands) > (words == ["arrive"]):
        numbers = [m.read_as(operand, I32) for operand in s.operands]
        threads = numbers[1] if len(numbers) > 1 else m.e.integer(0)
        name = "sampan_named_barrier" if words == ["sync"] else "sampan_named_arrive"
        m.e.sampan(name, m.e.sampan("sampan.self"), numbers[0], threads)
    elif words[:1] == ["red"] and _is_zero(m, s, 1) and len(s.operands) == 3:
        operation = {"popc": 0, "and": 1, "or": 2}.get(words[1])
        if operation is None:
            raise m.unknown()
        e = m.e
        flag = e.cast("zext", m.read(s.operands[2], PREDICATE), I32)
        result = e.sampan("sampan.barrier.reduce", flag, e.integer(operation))
        m.write(s.operands[0], result if operation == 0 else e.compare("ne", result, 0))
    else:
        raise m.unknown("a reduction at a barrier with a number or a count")


def _is_zero(m: Machine, s: Statement, index: int = 0) -> bool:
    number = m.read_as(s.operands[index], I32)
    return isinstance(number, ConstInt) and number.value == 0


def _fence(m: Machine, s: Statement) -> None:
    """All threads of a block run on one OS thread: within a block only the compiler counts."""
    words = set(s.modifiers)
    if words & {"mbarrier_init", "tensormap"}:
        raise m.unknown()
    m.e.fence("singlethread" if "cta" in words else "")


def _runtime(name: str) -> Handler:
    def handle(m: Machine, s: Statement) -> None:
        m.no_guard()
        LIBRARY_CALLS[name](m.e, m.call)

    return handle


def _nanosleep(m: Machine, s: Statement) -> None:
    me = m.e.sampan("sampan.self")
    m.e.sampan("sampan_nanosleep", me, m.read_as(s.operands[0], I32))


def register() -> None:
    OPCODES["shfl"] = _shuffle
    OPCODES["vote"] = _vote
    OPCODES["match"] = _match
    OPCODES["redux"] = _redux
    OPCODES["activemask"] = _activemask
    OPCODES["elect"] = _elect
    OPCODES["bar"] = OPCODES["barrier"] = _bar
    OPCODES["membar"] = OPCODES["fence"] = _fence
    OPCODES["trap"] = OPCODES["brkpt"] = _runtime("llvm.trap")
    OPCODES["nanosleep"] = _nanosleep
