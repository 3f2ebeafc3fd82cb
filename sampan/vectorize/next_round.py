"""Prefetches of what the next round of a loop with a barrier reads.

A tile is loaded, the block meets, the tile is used, the block meets again: on a GPU other blocks
use the time that the loads take. On a CPU the barriers' regions are loops over gangs with more
instructions than a processor looks ahead, and rows of a matrix are no sequence that its prefetcher
knows. But the next round's address is this round's plus a uniform distance, found here by taking
the address apart: how each part changes with the loop's counters. A wrong distance costs a
prefetch of the wrong line and nothing else, so that what may wrap is ignored.
"""

from __future__ import annotations

from sampan.ir.cfg import Loop
from sampan.ir.constants import const_int
from sampan.ir.core import ConstInt, Instruction, Value
from sampan.ir.types import I32, I64, VOID, IntType
from sampan.simt.transfer import gep_terms
from sampan.vectorize.emit import Emitter

_LINE = 64  # bytes of a cache line, on all CPUs that programs are compiled for
_LIMIT = 64  # instructions looked at, for each address
_SECOND_LEVEL = 2  # where to: a tile beside the current one would crowd the first level


def prefetch(e: Emitter, load: Instruction, addresses: list[Value], size: int) -> None:
    """Of what `load`, which has been emitted with parts of `size` bytes at each of the uniform
    `addresses`, reads in the next round."""
    pointer = load.operands[0]
    loop = e.rounds.meeting_loop(load)
    if loop is None or _is_shared(pointer):
        return
    distance = _Distance(e, loop).of(pointer)
    if distance is None or (isinstance(distance, ConstInt) and distance.value == 0):
        return
    for address in addresses:
        start = e.byte_offset(address, distance)
        for offset in range(0, size, _LINE):
            place = e.byte_offset(start, const_int(I64, offset))
            hints = [const_int(I32, n) for n in (0, _SECOND_LEVEL, 1)]  # to read, where to, data
            e.call("llvm.prefetch.p0", VOID, [place, *hints])


def _is_shared(pointer: Value) -> bool:
    while isinstance(pointer, Instruction) and pointer.op == "getelementptr":
        pointer = pointer.operands[0]
    name = pointer.callee_name if isinstance(pointer, Instruction) else ""
    return name in ("sampan.shared.base", "sampan.dynamic.shared")


_ZERO = const_int(I64, 0)
_SUMS = {"add": "add", "sub": "sub", "or": "add"}
_PRODUCTS = ("mul", "shl")
_OTHERS = ("and", "xor", "lshr", "ashr", "udiv", "urem", "sdiv", "srem", "select", "icmp")
_CASTS = ("zext", "sext", "trunc", "freeze")


class _Distance:
    """How far a value is from what it was one round of a loop before."""

    def __init__(self, e: Emitter, loop: Loop) -> None:
        self.e = e
        self.loop = loop
        self.left = _LIMIT
        self.inside: set[Instruction] = set()  # phis of inner loops that are looked at

    def of(self, value: Value) -> Value | None:
        """An emitted i64, None if it is not known."""
        if not isinstance(value, Instruction) or value.block not in self.loop.blocks:
            return _ZERO
        self.left -= 1
        if self.left < 0:
            return None
        if value.op == "phi":
            return self._phi(value)
        if value.op in _CASTS:
            return self.of(value.operands[0])
        if value.op == "getelementptr":
            return self._gep(value)
        if value.op not in (*_SUMS, *_PRODUCTS, *_OTHERS):
            return None
        parts = [self.of(operand) for operand in value.operands]
        if all(part is _ZERO for part in parts):
            return _ZERO
        if value.op in _OTHERS:
            return None
        a, b = parts
        if a is None or b is None:
            return None
        if value.op in _SUMS:
            return self._emit(_SUMS[value.op], a, b)
        if b is not _ZERO and a is not _ZERO:
            return None
        changing, factor = (a, value.operands[1]) if b is _ZERO else (b, value.operands[0])
        if value.op == "shl" and b is not _ZERO:
            return None
        number = self._number(factor)
        return None if number is None else self._emit(value.op, changing, number)

    def _phi(self, phi: Instruction) -> Value | None:
        if phi.block is not self.loop.header:
            return self._inner(phi)
        steps = [v for v, block in phi.incoming if block in self.loop.blocks]
        (step,) = steps if len(steps) == 1 else (None,)
        if not isinstance(step, Instruction) or phi not in step.operands:
            return None
        if step.op == "getelementptr" and step.operands[0] is phi:
            return self._terms(step)
        if step.op not in ("add", "sub") or (step.op == "sub" and step.operands[0] is not phi):
            return None
        (other,) = [v for v in step.operands if v is not phi] or (None,)
        number = self._number(other) if other is not None else None
        return None if number is None else self._emit(step.op, _ZERO, number)

    def _inner(self, phi: Instruction) -> Value | None:
        """That of an inner loop, or of a join, is where it was if all that comes in is."""
        if phi in self.inside:
            return _ZERO
        self.inside.add(phi)
        if all(self.of(value) is _ZERO for value, _ in phi.incoming):
            return _ZERO
        return None

    def _gep(self, gep: Instruction) -> Value | None:
        total = self.of(gep.operands[0])
        shapes = [self.e.divergence.shape(v) for v in gep.operands]
        for index, _, bytes in gep_terms(gep, shapes):
            part = self.of(index)
            if part is None or total is None:
                return None
            total = self._emit("add", total, self._emit("mul", part, const_int(I64, bytes)))
        return total

    def _terms(self, gep: Instruction) -> Value | None:
        """What the indices add."""
        total: Value = _ZERO
        shapes = [self.e.divergence.shape(v) for v in gep.operands]
        for index, _, bytes in gep_terms(gep, shapes):
            number = self._number(index)
            if number is None:
                return None
            total = self._emit("add", total, self._emit("mul", number, const_int(I64, bytes)))
        return total

    def _number(self, value: Value) -> Value | None:
        """A uniform integer that does not change in the loop, as an i64."""
        if isinstance(value, ConstInt):
            return const_int(I64, value.signed)
        if isinstance(value, Instruction) and value.block in self.loop.blocks:
            return None
        if not self.e.divergence.is_uniform(value) or not isinstance(value.type, IntType):
            return None
        scalar = self.e.scalar(value)
        return scalar if value.type == I64 else self.e.emit("sext", I64, [scalar])

    def _emit(self, op: str, a: Value, b: Value) -> Value:
        """Folded, so that what does not change is known not to."""
        if isinstance(a, ConstInt) and isinstance(b, ConstInt):
            x, y = a.signed, b.signed
            result = {"add": x + y, "sub": x - y, "mul": x * y, "shl": x << (y & 63)}[op]
            return _ZERO if result == 0 else const_int(I64, result)
        if op in ("add", "sub") and b is _ZERO:
            return a
        if op == "add" and a is _ZERO:
            return b
        if op == "mul" and _ZERO in (a, b):
            return _ZERO
        return self.e.emit(op, I64, [a, b])
