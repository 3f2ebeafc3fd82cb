"""How often loops go round that count from a constant to another."""

from __future__ import annotations

from sampan.ir.core import Block, ConstInt, Instruction
from sampan.ir.loop_info import Loop, LoopInfo


def trip_count(loop: Loop) -> int | None:
    """The rounds of a loop with one exit, by a number that a constant is added to each round; an
    estimate where the number passes the bound without meeting it. None if it is no such loop."""
    if len(loop.exit_edges) != 1 or len(loop.entering) != 1 or loop.latch is None:
        return None
    leaving = loop.exit_edges[0][0].terminator
    compare = leaving.operands[0] if leaving.op == "br" and leaving.operands else None
    if not isinstance(compare, Instruction) or compare.op != "icmp":
        return None
    number, bound = compare.operands
    count = number.operands[0] if isinstance(number, Instruction) and number.op == "add" else number
    if not (isinstance(count, Instruction) and count.op == "phi" and count.block is loop.header):
        return None
    values = {block: value for value, block in count.incoming}
    first, following = values[loop.entering[0]], values[loop.latch]
    if not (isinstance(following, Instruction) and following.op == "add"):
        return None
    before, step = following.operands
    if before is not count or number not in (count, following):
        return None
    if not isinstance(step, ConstInt) or step.value == 0:
        return None
    if not isinstance(first, ConstInt) or not isinstance(bound, ConstInt):
        return None
    # Where the number is compared that the round began with, one more round finds it too large.
    more = 1 if number is count else 0
    return max(1, abs(bound.signed - first.signed) // abs(step.signed) + more)


def trips_to(block: Block | None, loops: LoopInfo) -> int | None:
    """How often a block is come to, if all loops around it have known trip counts."""
    trips = 1
    loop = loops.loop_of(block)
    while loop is not None:
        rounds = trip_count(loop)
        if rounds is None:
            return None
        trips *= rounds
        loop = loop.parent
    return trips
