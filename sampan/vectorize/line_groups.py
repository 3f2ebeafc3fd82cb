"""Accesses of lanes in groups: `(lane / 16) * pitch + lane % 16` is two lines of 16 elements.

An address that is a sum of uniform numbers, each times something that every lane knows at compile
time (`lane_values`), tells which lanes lie next to each other, or at one place, whatever the
uniform numbers are. A line is such a sum: its base and what the lane adds. So are its quotient and
its remainder by a power of two that divides the base. Where an index that may wrap is extended (it
is unsigned, say), its sum is one modulo a power of two, which always holds, and the access tests
that no group wraps between its first lane and its last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sampan.ir.constants import const_int
from sampan.ir.core import Argument, ConstInt, Instruction, Value
from sampan.ir.types import I1, I64, IntType, int_type
from sampan.simt.transfer import gep_constant_offset, gep_terms
from sampan.vectorize.emit import Emitter
from sampan.vectorize.lane_values import lane_values

_SMALLEST = 4  # lanes of a group that is worth an access of its own
_LIMIT = 64  # instructions looked at, for each address
_MASK = (1 << 64) - 1

Lanes = list[int]  # a number for each lane, modulo 2^64
Step = tuple[str, int]  # an extension or truncation to so many bits; "lshr", "and" with a constant
Uniform = tuple[Value, tuple[Step, ...]]  # the base of a line, and what is done to it, in order
Product = tuple[Uniform, ...]  # of uniform numbers


@dataclass
class _Sum:
    """fixed[lane] + the sum of product of uniform numbers times factor[lane], + that of extensions
    times a number of their own."""

    fixed: Lanes
    factors: dict[Product, Lanes] = field(default_factory=dict)
    extended: list[tuple[_Extension, int]] = field(default_factory=list)

    def plus(self, other: _Sum, sign: int = 1) -> _Sum:
        result = _Sum(_combine(self.fixed, other.fixed, sign), dict(self.factors))
        result.extended = [*self.extended, *((x, sign * n) for x, n in other.extended)]
        for product, lanes in other.factors.items():
            before = result.factors.get(product, [0] * len(lanes))
            result.factors[product] = _combine(before, lanes, sign)
        return result

    def scaled(self, lanes: Lanes) -> _Sum | None:
        if self.extended and lanes.count(lanes[0]) < len(lanes):
            return None
        return _Sum(
            _multiply(self.fixed, lanes),
            {p: _multiply(x, lanes) for p, x in self.factors.items()},
            [(x, n * lanes[0]) for x, n in self.extended],
        )

    def times(self, other: _Sum) -> _Sum | None:
        if other.extended:
            return other.times(self) if not (self.extended or self.factors) else None
        total = self.scaled(other.fixed)
        if total is None or (self.extended and other.factors):
            return None
        for theirs, lanes in other.factors.items():
            part = self.scaled(lanes)
            assert part is not None
            terms = {(*p, *theirs): x for p, x in part.factors.items()}
            terms[theirs] = _combine(terms.get(theirs, [0] * len(lanes)), part.fixed, 1)
            total = total.plus(_Sum([0] * len(lanes), terms))
        return total


def _multiply(a: Lanes, b: Lanes) -> Lanes:
    return [x * y & _MASK for x, y in zip(a, b, strict=True)]


@dataclass(frozen=True, eq=False)
class _Extension:
    """A narrow integer, known modulo 2^bits, extended to 64 bits."""

    op: str  # "zext" or "sext"
    bits: int
    sum: _Sum

    @property
    def type(self) -> IntType:
        return int_type(self.bits)

    def steps(self, first: int, count: int) -> list[int]:
        """How far each of these lanes is from the first, as small signed numbers."""
        half, size = 1 << (self.bits - 1), 1 << self.bits
        fixed = self.sum.fixed
        return [
            (fixed[lane] - fixed[first] + half) % size - half
            for lane in range(first, first + count)
        ]

    def first(self, e: Emitter, lane: int) -> Value:
        """Emits the narrow value of a lane."""
        value: Value = const_int(self.type, self.sum.fixed[lane])
        for product, lanes in self.sum.factors.items():
            term = _emit_product(e, product, self.type)
            term = e.emit("mul", self.type, [term, const_int(self.type, lanes[lane])])
            value = e.emit("add", self.type, [value, term])
        return value

    def stays(self, e: Emitter, first: Value, reach: int) -> Value:
        """Emits whether the values from the first to `reach` more than it do not wrap."""
        limit = (1 << (self.bits - (self.op == "sext"))) - 1 - reach
        pred = "sle" if self.op == "sext" else "ule"
        return e.icmp(pred, first, const_int(self.type, limit))


def _combine(a: Lanes, b: Lanes, sign: int) -> Lanes:
    return [x + sign * y & _MASK for x, y in zip(a, b, strict=True)]


@dataclass
class LineGroups:
    """Groups of `size` lanes, one after the other, whose elements lie one after the other too, or,
    where `step` is 0, in one place."""

    size: int
    step: int  # bytes from lane to lane
    base: Value  # a uniform pointer
    sum: _Sum

    def addresses(self, e: Emitter) -> tuple[list[Value], Value | None]:
        """Emits each group's first address, and whether the groups are what they seem: None where
        that is certain."""
        base = e.scalar(self.base)
        wide = {product: _emit_product(e, product, I64) for product in self.sum.factors}
        found: list[Value] = []
        certain: Value | None = None
        for first in range(0, e.width, self.size):
            address = base
            for product, lanes in self.sum.factors.items():
                if lanes[first]:
                    factor = const_int(I64, lanes[first])
                    offset = e.emit("mul", I64, [wide[product], factor])
                    address = e.byte_offset(address, offset)
            for extension, scale in self.sum.extended:
                index = extension.first(e, first)
                reach = max(extension.steps(first, self.size))
                if reach:
                    stays = extension.stays(e, index, reach)
                    certain = stays if certain is None else e.emit("and", I1, [certain, stays])
                offset = e.emit(extension.op, I64, [index])
                offset = e.emit("mul", I64, [offset, const_int(I64, scale)])
                address = e.byte_offset(address, offset)
            found.append(e.byte_offset(address, const_int(I64, self.sum.fixed[first])))
        return found, certain


def _emit_product(e: Emitter, product: Product, type: IntType) -> Value:
    result: Value | None = None
    for value, steps in product:
        factor = e.scalar(value)
        for op, number in steps:
            if op in _CASTS:
                factor = e.emit(op, int_type(number), [factor])
            else:
                assert isinstance(factor.type, IntType)
                factor = e.emit(op, factor.type, [factor, const_int(factor.type, number)])
        result = factor if result is None else e.emit("mul", type, [result, factor])
    assert result is not None
    return result


def line_groups(e: Emitter, pointer: Value, size: int) -> LineGroups | None:
    """How the lanes' elements of `size` bytes at `pointer` fall into groups, if that is known."""
    found = _Search(e).pointer(pointer)
    if found is None:
        return None
    base, total = found
    lanes = e.width
    while lanes >= _SMALLEST:
        for step in (size, 0):
            if all(_is_line(total, first, lanes, step) for first in range(0, e.width, lanes)):
                return LineGroups(lanes, step, base, total)
        lanes //= 2
    return None


def _is_line(total: _Sum, first: int, count: int, step: int) -> bool:
    lanes = range(first, first + count)
    sums = [total, *(extension.sum for extension, _ in total.extended)]
    if any(x[lane] != x[first] for one in sums for x in one.factors.values() for lane in lanes):
        return False
    offsets = [total.fixed[lane] - total.fixed[first] for lane in lanes]
    for extension, scale in total.extended:
        steps = extension.steps(first, count)
        if min(steps) < 0:
            return False
        offsets = [offset + scale * one for offset, one in zip(offsets, steps, strict=True)]
    return all((offset - lane * step) & _MASK == 0 for lane, offset in enumerate(offsets))


class _Search:
    """Takes addresses apart."""

    def __init__(self, e: Emitter) -> None:
        self.e = e
        self.left = _LIMIT

    def _all(self, number: int) -> Lanes:
        return [number & _MASK] * self.e.width

    def pointer(self, pointer: Value) -> tuple[Value, _Sum] | None:
        if self.e.divergence.is_uniform(pointer):
            return pointer, _Sum(self._all(0))
        if not isinstance(pointer, Instruction) or pointer.op != "getelementptr":
            return None
        inner = self.pointer(pointer.operands[0])
        if inner is None:
            return None
        base, total = inner
        total = total.plus(_Sum(self._all(gep_constant_offset(pointer))))
        shapes = [self.e.divergence.shape(v) for v in pointer.operands]
        for index, _, bytes in gep_terms(pointer, shapes):
            found = self.number(index, True)
            if found is None:
                return None
            scaled = found.scaled(self._all(bytes))
            assert scaled is not None
            total = total.plus(scaled)
        return base, total

    def number(self, value: Value, signed: bool) -> _Sum | None:
        """An integer, extended to 64 bits if it is narrower: then nothing in it may wrap."""
        assert isinstance(value.type, IntType)
        bits = value.type.bits
        if isinstance(value, ConstInt):
            return _Sum(self._all(_extend(value.value, bits, signed)))
        keeps = signed or bits == 64  # an extension with the sign, if it is extended again
        if isinstance(value, Instruction) and (
            value.op == "zext" or (value.op == "sext" and keeps)
        ):
            return self._extension(value)
        wide: tuple[Step, ...] = () if bits == 64 else (("sext" if signed else "zext", 64),)
        if self.e.divergence.is_uniform(value):
            return self._term(value, wide)
        known = lane_values(value, self.e.width, self.e.divergence)
        if known is not None:
            return _Sum([_extend(x, bits, signed) for x in known])
        self.left -= 1
        if not isinstance(value, Instruction) or self.left < 0:
            return None
        shape = self.e.divergence.shape(value)
        exact = bits == 64 or (signed and shape.base_exact)
        line = self._line(value, wide) if exact else None
        if value.op == "phi":
            return line or self._phi(value, lambda operand: self.number(operand, signed))
        return line or self._bits(value, wide) or self._operation(value, signed)

    def _operation(self, inst: Instruction, signed: bool) -> _Sum | None:
        exact = inst.type == I64 or ("nsw" if signed else "nuw") in inst.flags
        handler = _OPERATIONS.get(inst.op)
        if handler is None or not (exact or inst.op == "or"):
            return None
        return handler(inst, lambda operand: self.number(operand, signed))

    def _term(self, value: Value, steps: tuple[Step, ...]) -> _Sum:
        return _Sum(self._all(0), {((value, steps),): self._all(1)})

    def _line(self, value: Value, steps: tuple[Step, ...]) -> _Sum | None:
        """A line: its base, and what its stride adds."""
        shape = self.e.divergence.shape(value)
        if shape.stride is None or shape.assumed:
            return None
        result = self._term(value, steps)
        result.fixed = [shape.stride * lane & _MASK for lane in range(self.e.width)]
        return result

    def _bits(self, inst: Instruction, steps: tuple[Step, ...]) -> _Sum | None:
        """A line's quotient or remainder by a power of two: nothing carries from the bits in which
        lanes differ, where its base has none, to those above."""
        if inst.op not in ("lshr", "and") or not isinstance(inst.operands[1], ConstInt):
            return None
        line, number = inst.operands[0], inst.operands[1].value
        shape = self.e.divergence.shape(line)
        chunk = shape.chunk(self.e.width)
        if not chunk or shape.assumed or shape.stride is None:
            return None
        places = [shape.stride * lane for lane in range(self.e.width)]
        if inst.op == "and":
            result = _Sum([place & number for place in places])
            number &= -chunk
            if not number:
                return result
        elif number < 64 and 1 << number <= chunk:
            result = _Sum([place >> number for place in places])
        else:
            return None
        result.factors = self._term(line, ((inst.op, number), *steps)).factors
        return result

    def _extension(self, extension: Instruction) -> _Sum | None:
        (narrow,) = extension.operands
        found = self.number(narrow, extension.op == "sext")
        if found is not None or not isinstance(narrow.type, IntType):
            return found
        inner = self._modulo(narrow, narrow.type.bits)
        if inner is None:
            return None
        return _Sum(self._all(0), {}, [(_Extension(extension.op, narrow.type.bits, inner), 1)])

    def _modulo(self, value: Value, bits: int) -> _Sum | None:
        """An integer of so many bits or more, modulo 2^bits."""
        assert isinstance(value.type, IntType)
        if isinstance(value, ConstInt):
            return _Sum(self._all(value.value))
        steps: tuple[Step, ...] = () if value.type.bits == bits else (("trunc", bits),)
        if self.e.divergence.is_uniform(value):
            return self._term(value, steps)
        known = lane_values(value, self.e.width, self.e.divergence)
        if known is not None:
            return _Sum(list(known))
        self.left -= 1
        if not isinstance(value, Instruction) or self.left < 0:
            return None
        found = self._line(value, steps) or self._bits(value, steps)
        if found is not None:
            return found
        if value.op == "phi":
            return self._phi(value, lambda operand: self._modulo(operand, bits))
        if value.op in _CASTS:
            narrow = value.operands[0].type
            enough = isinstance(narrow, IntType) and narrow.bits >= bits
            return self._modulo(value.operands[0], bits) if enough else None
        handler = _OPERATIONS.get(value.op)
        return handler(value, lambda operand: self._modulo(operand, bits)) if handler else None

    def _phi(self, phi: Instruction, get: Operands) -> _Sum | None:
        """Clang makes such of copies of an expression. What lanes bring along may come from
        different rounds of a loop, so that its uniform numbers must be those of the function."""
        found = [get(value) for value, _ in phi.incoming]
        first = found[0]
        if first is None or first.extended or any(other != first for other in found):
            return None
        fixed = all(self._is_fixed(value) for product in first.factors for value, _ in product)
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
    return None if a is None or b is None else a.times(b)


def _shl(inst: Instruction, get: Operands) -> _Sum | None:
    a, distance = inst.operands
    found = get(a)
    if found is None or not isinstance(distance, ConstInt) or distance.value > 63:
        return None
    return found.scaled([1 << distance.value] * len(found.fixed))


_CASTS = ("zext", "sext", "trunc")
_OPERATIONS: dict[str, Callable[[Instruction, Operands], _Sum | None]] = {
    "add": _add,
    "sub": _add,
    "or": _or,
    "mul": _mul,
    "shl": _shl,
}
