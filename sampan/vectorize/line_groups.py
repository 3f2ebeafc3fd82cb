"""Accesses of lanes in groups: `(lane / 16) * pitch + lane % 16` is two lines of 16 elements.

An address that is a sum of uniform numbers, each times something that every lane knows at compile
time (`lane_values`), tells which lanes lie next to each other whatever the uniform numbers are.
Only for gangs of a whole warp.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sampan.ir.constants import const_int
from sampan.ir.core import Argument, ConstInt, Instruction, Value
from sampan.ir.types import I64, IntType
from sampan.simt.transfer import gep_constant_offset, gep_terms
from sampan.vectorize.emit import Emitter
from sampan.vectorize.lane_values import lane_values

_WARP = 32
_SMALLEST = 4  # lanes of a group that is worth an access of its own
_LIMIT = 64  # instructions looked at, for each address
_MASK = (1 << 64) - 1

Lanes = list[int]  # a number for each lane, modulo 2^64
Uniform = tuple[Value, str]  # and how it becomes an i64: "", "sext", "zext"


@dataclass
class _Sum:
    """fixed[lane] + the sum of uniform number times factor[lane]."""

    fixed: Lanes = field(default_factory=lambda: [0] * _WARP)
    factors: dict[Uniform, Lanes] = field(default_factory=dict)

    def plus(self, other: _Sum, sign: int = 1) -> _Sum:
        result = _Sum(_combine(self.fixed, other.fixed, sign), dict(self.factors))
        for uniform, lanes in other.factors.items():
            before = result.factors.get(uniform, [0] * _WARP)
            result.factors[uniform] = _combine(before, lanes, sign)
        return result

    def times(self, lanes: Lanes) -> _Sum:
        def scaled(own: Lanes) -> Lanes:
            return [a * b & _MASK for a, b in zip(own, lanes, strict=True)]

        return _Sum(scaled(self.fixed), {u: scaled(x) for u, x in self.factors.items()})


def _combine(a: Lanes, b: Lanes, sign: int) -> Lanes:
    return [x + sign * y & _MASK for x, y in zip(a, b, strict=True)]


@dataclass
class LineGroups:
    """Groups of `size` lanes, one after the other, whose elements lie one after the other."""

    size: int
    base: Value  # a uniform pointer
    sum: _Sum

    def addresses(self, e: Emitter) -> list[Value]:
        """Emits each group's first address."""
        base, wide = e.scalar(self.base), {u: _extended(e, u) for u in self.sum.factors}
        found: list[Value] = []
        for first in range(0, _WARP, self.size):
            address = base
            for uniform, lanes in self.sum.factors.items():
                if lanes[first]:
                    factor = const_int(I64, lanes[first])
                    offset = e.emit("mul", I64, [wide[uniform], factor])
                    address = e.byte_offset(address, offset)
            found.append(e.byte_offset(address, const_int(I64, self.sum.fixed[first])))
        return found


def _extended(e: Emitter, uniform: Uniform) -> Value:
    value, extension = uniform
    scalar = e.scalar(value)
    return e.emit(extension, I64, [scalar]) if extension else scalar


def line_groups(e: Emitter, pointer: Value, size: int) -> LineGroups | None:
    """How the lanes' elements of `size` bytes at `pointer` fall into groups, if that is known."""
    if e.width != _WARP:
        return None
    found = _Search(e).pointer(pointer)
    if found is None:
        return None
    base, total = found
    for lanes in (_WARP, 16, 8, _SMALLEST):
        if all(_is_line(total, first, lanes, size) for first in range(0, _WARP, lanes)):
            return LineGroups(lanes, base, total)
    return None


def _is_line(total: _Sum, first: int, count: int, size: int) -> bool:
    lanes = range(first, first + count)
    return all(
        total.fixed[lane] == total.fixed[first] + (lane - first) * size & _MASK for lane in lanes
    ) and all(x[lane] == x[first] for x in total.factors.values() for lane in lanes)


class _Search:
    """Takes addresses apart."""

    def __init__(self, e: Emitter) -> None:
        self.e = e
        self.left = _LIMIT

    def pointer(self, pointer: Value) -> tuple[Value, _Sum] | None:
        if self.e.divergence.is_uniform(pointer):
            return pointer, _Sum()
        if not isinstance(pointer, Instruction) or pointer.op != "getelementptr":
            return None
        inner = self.pointer(pointer.operands[0])
        if inner is None:
            return None
        base, total = inner
        total = total.plus(_Sum([gep_constant_offset(pointer) & _MASK] * _WARP))
        shapes = [self.e.divergence.shape(v) for v in pointer.operands]
        for index, _, bytes in gep_terms(pointer, shapes):
            found = self.number(index, True)
            if found is None:
                return None
            total = total.plus(found.times([bytes & _MASK] * _WARP))
        return base, total

    def number(self, value: Value, signed: bool) -> _Sum | None:
        """An integer, extended to 64 bits if it is narrower: then nothing in it may wrap."""
        assert isinstance(value.type, IntType)
        bits = value.type.bits
        if isinstance(value, ConstInt):
            return _Sum([_extend(value.value, bits, signed)] * _WARP)
        keeps = signed or bits == 64  # an extension with the sign, if it is extended again
        if isinstance(value, Instruction) and (
            value.op == "zext" or (value.op == "sext" and keeps)
        ):
            return self.number(value.operands[0], value.op == "sext")
        if self.e.divergence.is_uniform(value):
            extension = "" if bits == 64 else "sext" if signed else "zext"
            return _Sum(factors={(value, extension): [1] * _WARP})
        known = lane_values(value, _WARP)
        if known is not None:
            return _Sum([_extend(x, bits, signed) for x in known])
        self.left -= 1
        if not isinstance(value, Instruction) or self.left < 0:
            return None
        if value.op == "phi":
            return self._phi(value, signed)
        exact = bits == 64 or ("nsw" if signed else "nuw") in value.flags
        handler = _OPERATIONS.get(value.op)
        if handler is None or not (exact or value.op == "or"):
            return None
        return handler(value, lambda operand: self.number(operand, signed))

    def _phi(self, phi: Instruction, signed: bool) -> _Sum | None:
        """Clang makes such of copies of an expression. What lanes bring along may come from
        different rounds of a loop, so that its uniform numbers must be those of the function."""
        found = [self.number(value, signed) for value, _ in phi.incoming]
        first = found[0]
        if first is None or any(other != first for other in found):
            return None
        fixed = all(self._is_fixed(value) for value, _ in first.factors)
        return first if fixed else None

    def _is_fixed(self, value: Value) -> bool:
        return isinstance(value, Argument) or (
            isinstance(value, Instruction) and value.block is self.e.source.entry
        )


def _extend(value: int, bits: int, signed: bool) -> int:
    if signed and value >> (bits - 1) & 1:
        value -= 1 << bits
    return value & _MASK


Operands = Callable[[Value], "_Sum | None"]


def _add(inst: Instruction, get: Operands) -> _Sum | None:
    a, b = map(get, inst.operands)
    if a is None or b is None:
        return None
    return a.plus(b, -1 if inst.op == "sub" else 1)


def _or(inst: Instruction, get: Operands) -> _Sum | None:
    return _add(inst, get) if "disjoint" in inst.flags else None


def _mul(inst: Instruction, get: Operands) -> _Sum | None:
    a, b = map(get, inst.operands)
    if a is None or b is None:
        return None
    if a.factors and b.factors:
        return None
    return a.times(b.fixed) if a.factors else b.times(a.fixed)


def _shl(inst: Instruction, get: Operands) -> _Sum | None:
    a, distance = inst.operands
    found = get(a)
    if found is None or not isinstance(distance, ConstInt) or distance.value > 63:
        return None
    return found.times([1 << distance.value] * _WARP)


_OPERATIONS: dict[str, Callable[[Instruction, Operands], _Sum | None]] = {
    "add": _add,
    "sub": _add,
    "or": _or,
    "mul": _mul,
    "shl": _shl,
}
