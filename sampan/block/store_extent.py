"""How much a kernel's threads store, as an expression that a launch can compute before it begins.

    for (i = index; i < n; i += step) out[i] = …        n / step rounds

A store in loops counts as often as their trip counts say. Where a loop ends at a number that is
computed from the kernel's parameters, and steps by one that is computed from those and the grid's
size, the quotient is the count; it is an estimate, as it does not ask where the loop began.
"""

from __future__ import annotations

from sampan.block.builder import ScalarBuilder, copy_with
from sampan.ir.constants import const_int
from sampan.ir.core import BINARY, CASTS, Argument, Constant, Instruction, Value
from sampan.ir.loop_info import Loop, LoopInfo
from sampan.ir.trip_count import trip_count
from sampan.ir.types import I64, IntType, VectorType

_KNOWN = ("sampan.nctaid.", "sampan.ntid.")  # from the launch's start
_DEEPEST = 8  # operations between a bound and what it is computed from
_COMPUTED = (BINARY - {"udiv", "sdiv", "urem", "srem"}) | CASTS | {"freeze"}


def trips(b: ScalarBuilder, store: Instruction, loops: LoopInfo) -> Value:
    """How often a thread comes to the store, as far as can be seen: an i64, of what is known at a
    launch's start alone (`is_known`)."""
    found: Value = const_int(I64, 1)
    loop = loops.loop_of(store.block)
    while loop is not None:
        rounds = trip_count(loop)
        if rounds is not None:
            found = b.binary("mul", found, const_int(I64, rounds))
        elif (counted := _bound_and_step(loop)) is not None:
            bound, step = (_positive(b, _copied(b, one)) for one in counted)
            found = b.binary("mul", found, b.binary("udiv", bound, step))
        loop = loop.parent
    return found


def is_known(value: Value, steps: int = 0) -> bool:
    """Whether the launch has the value before the first block, or can compute it."""
    if isinstance(value, Constant | Argument):
        return isinstance(value.type, IntType)
    if not isinstance(value, Instruction) or steps > _DEEPEST:
        return False
    if value.callee_name.startswith(_KNOWN):
        return True
    return value.op in _COMPUTED and all(is_known(v, steps + 1) for v in value.operands)


def _copied(b: ScalarBuilder, value: Value) -> Value:
    """A value that `is_known`, computed where `b` is."""
    if not isinstance(value, Instruction):
        return value
    assert b.before is not None
    operands = [_copied(b, operand) for operand in value.operands]
    return copy_with(value, operands).insert_before(b.before)


def _positive(b: ScalarBuilder, value: Value) -> Value:
    """The value as an i64 of at least 1. Its operations may be those of a path that was not to be
    taken, so that the result may be poison, by which nothing may be divided."""
    wide = b.cast("sext", b.emit("freeze", value.type, [value]), I64)
    return b.select(b.icmp("sgt", wide, const_int(I64, 0)), wide, const_int(I64, 1))


def _bound_and_step(loop: Loop) -> tuple[Value, Value] | None:
    """Where a loop with one exit ends, and by what it steps."""
    if len(loop.exit_edges) != 1:
        return None
    leaving = loop.exit_edges[0][0].terminator
    test = leaving.operands[0] if leaving.op == "br" and leaving.operands else None
    while isinstance(test, Instruction) and not _compares(test):
        # Of a mask: whether any lane goes on, or all do.
        if test.op not in ("icmp", "bitcast", "freeze"):
            return None
        test = test.operands[0]
    if not isinstance(test, Instruction):
        return None
    for number, bound in (test.operands, reversed(test.operands)):
        counter, limit = _of_first_lane(number), _of_first_lane(bound)
        step = _step(counter, loop)
        if step is not None and limit is not None and is_known(limit) and is_known(step):
            return limit, step
    return None


def _compares(inst: Instruction) -> bool:
    """Whether it compares numbers, not a mask with all or none of its bits."""
    if inst.op != "icmp":
        return False
    operand = inst.operands[0]
    return not (isinstance(operand, Instruction) and operand.op == "bitcast")


def _of_first_lane(value: Value) -> Value | None:
    """A number that all lanes share, or the first lane's of one that is greater by one from lane to
    lane; a scalar is itself."""
    if not isinstance(value.type, VectorType):
        return value
    if isinstance(value, Instruction) and value.op == "add":
        lanes = [v for v in value.operands if not isinstance(v, Constant)]
        return _of_first_lane(lanes[0]) if len(lanes) == 1 else None
    if isinstance(value, Instruction) and value.op == "shufflevector":
        only = value.operands[0]
        if isinstance(only, Instruction) and only.op == "insertelement":
            return only.operands[1]
        return None
    return value.operands[0] if isinstance(value, Constant) and len(value.operands) == 1 else None


def _step(value: Value | None, loop: Loop) -> Value | None:
    """What a phi of the loop's header grows by each round, if `value` is it or the next round's."""
    for phi in loop.header.phis:
        for following, source in phi.incoming:
            if source not in loop.blocks or value not in (phi, following):
                continue
            if isinstance(following, Instruction) and following.op == "add":
                others = [v for v in following.operands if v is not phi]
                if len(others) == 1:
                    return others[0]
    return None
