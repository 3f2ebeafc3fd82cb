"""Warp-wide operations, by what a device's groups of 32 threads can do: shuffle and vote.

Requires that all threads of a warp come to each operation together (meetings). A warp that the
block does not fill has fewer threads; nothing is read of those that are not there.
"""

from __future__ import annotations

from sampan import abi
from sampan.frontend.emit import Emit
from sampan.ir.core import ConstInt, Instruction, Value
from sampan.ir.types import I1, I32, I64
from sampan.simt_exit.base import SimtTarget

PREFIX = "sampan.warp."
OPERATIONS = frozenset(
    PREFIX + name for name in ("read", "ballot", "match", "reduce", "sync", "activemask")
)
# By the last operand of sampan.warp.reduce: an instruction, or a comparison of the one to keep.
_REDUCTIONS = ("add", "slt", "sgt", "ult", "ugt", "and", "or", "xor")


def lower(e: Emit, call: Instruction, target: SimtTarget) -> Value | None:
    """Code for one of OPERATIONS in front of `call`, and its result."""
    return _Operation(e, target).lower(call)


class _Operation:
    def __init__(self, e: Emit, target: SimtTarget) -> None:
        self.e = e
        self.target = target

    def lower(self, call: Instruction) -> Value | None:
        e, name, arguments = self.e, call.callee_name.removeprefix(PREFIX), call.arguments
        if name == "sync":
            self.target.warp_barrier(e)
            return None
        if name == "activemask":
            return self._present()
        members = arguments[0]
        if name == "ballot":
            return e.binary("and", self.target.ballot(e, arguments[1]), members)
        taking_part = e.binary("and", members, self._present())
        if name == "read":
            _, value, lane = arguments
            return self._if_member(taking_part, lane, self.target.shuffle(e, value, lane))
        if name == "match":
            return self._match(taking_part, arguments[1])
        kind = arguments[2]
        assert name == "reduce" and isinstance(kind, ConstInt)
        return self._reduce(taking_part, arguments[1], _REDUCTIONS[kind.value])

    def _present(self) -> Value:
        return self.target.ballot(self.e, self.e.boolean(True))

    def _is_member(self, members: Value, lane: Value) -> Value:
        e = self.e
        return e.cast("trunc", e.binary("lshr", members, e.binary("and", lane, 31)), I1)

    def _if_member(self, members: Value, lane: Value, value: Value) -> Value:
        return self.e.select(self._is_member(members, lane), value, self.e.integer(0))

    def _match(self, members: Value, value: Value) -> Value:
        e = self.e
        low = e.cast("trunc", value, I32)
        high = e.cast("trunc", e.binary("lshr", value, 32), I32)
        result: Value = e.integer(0)
        for number in range(abi.WARP_SIZE):
            lane = e.integer(number)
            parts = [self.target.shuffle(e, part, lane) for part in (low, high)]
            wide = [e.cast("zext", part, I64) for part in parts]
            theirs = e.binary("or", e.binary("shl", wide[1], 32), wide[0])
            bit = e.binary("shl", e.cast("zext", e.compare("eq", theirs, value), I32), number)
            result = e.binary("or", result, bit)
        return e.binary("and", result, members)

    def _reduce(self, members: Value, value: Value, operation: str) -> Value:
        """Lane by lane, from the first: the result of integers does not depend on the order."""
        e = self.e
        result: Value | None = None
        found: Value = e.boolean(False)  # whether `result` is of a member yet
        for number in range(abi.WARP_SIZE):
            lane = e.integer(number)
            theirs = self.target.shuffle(e, value, lane)
            if result is None:
                result, found = theirs, self._is_member(members, lane)
                continue
            if operation in ("add", "and", "or", "xor"):
                both = e.binary(operation, result, theirs)
            else:
                both = e.select(e.compare(operation, theirs, result), theirs, result)
            is_member = self._is_member(members, lane)
            new = e.select(found, both, theirs)
            result = e.select(is_member, new, result)
            found = e.binary("or", found, is_member)
        assert result is not None
        return result
