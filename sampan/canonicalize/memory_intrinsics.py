"""`llvm.memcpy`, `llvm.memmove` and `llvm.memset` become loads and stores.

Requires: SIMT level. Establishes: none of them is left. Constant lengths up to `UNROLL_BYTES`
become straight-line code, in the scalars that a variable at either end is declared to hold, or else
in the widest integers that the alignment allows; others become loops. Volatile stays volatile.
"""

from __future__ import annotations

from math import gcd

from sampan.canonicalize.byte_layout import (
    Part,
    element_size,
    known_alignment,
    pointee_type,
    scalar_parts,
)
from sampan.ir.builder import Builder
from sampan.ir.constants import const_int, zero
from sampan.ir.core import (
    Block,
    ConstFloat,
    ConstInt,
    Function,
    Instruction,
    Poison,
    Undef,
    Value,
)
from sampan.ir.edit import remove_terminator, split_after
from sampan.ir.types import I8, I64, FloatType, IntType, Type, bit_size, int_type

UNROLL_BYTES = 256
UNROLL_PARTS = 64  # unaligned bytes are copied in a loop earlier

_NAMES = {"memcpy": "copy", "memmove": "move", "memset": "set"}


def run(function: Function, context: object = None) -> bool:
    calls = [(inst, kind) for inst in function.instructions() if (kind := _kind(inst))]
    for inst, kind in calls:
        _Lowering(function, inst, kind).run()
    return bool(calls)


def _kind(inst: Instruction) -> str:
    words = inst.callee_name.split(".") if inst.op == "call" else []
    if len(words) > 2 and words[0] == "llvm" and "element" not in words:
        return _NAMES.get(words[1], "")
    return ""


class _Lowering:
    """One call. `move`, `copy` and `set` differ in where a part's value comes from."""

    def __init__(self, function: Function, inst: Instruction, kind: str) -> None:
        self.function = function
        self.inst = inst
        self.kind = kind
        self.target, self.source, self.length = inst.operands[:3]
        volatile = inst.operands[3]
        self.volatile = isinstance(volatile, ConstInt) and volatile.value == 1
        attrs = inst.attrs.get("param_attrs", ("", ""))
        self.target_align = known_alignment(self.target, attrs[0])
        self.source_align = self.target_align
        if kind != "set":
            self.source_align = known_alignment(self.source, attrs[1])
        self.align = min(self.target_align, self.source_align)
        self.declared = pointee_type(self.target)
        if self.declared is None and kind != "set":
            self.declared = pointee_type(self.source)
        dbg = inst.metadata.get("dbg")
        self.metadata = {"dbg": dbg} if dbg else {}

    def run(self) -> None:
        inst = self.inst
        undefined = self.kind == "set" and isinstance(self.source, (Poison, Undef))
        if not undefined:
            if isinstance(self.length, ConstInt):
                self._constant(self.length.value)
            else:
                self._variable()
        inst.erase()

    # ---- Straight-line code ----------------------------------------------------------------------

    def _constant(self, length: int) -> None:
        parts: list[Part] = []
        if length <= UNROLL_BYTES:
            # Clang says align 1 of an int4 that is stored into an array of bytes. Eight bytes at a
            # time are right there, too, and a gang has no scatter of less than four.
            wide = length >= 4 and self.declared is None
            parts = scalar_parts(length, 8 if wide else self.align, self.declared)
        if length and not 0 < len(parts) <= UNROLL_PARTS:
            step = self._step()
            self._loops(const_int(I64, length // step), step, const_int(I64, length % step))
            return
        b = Builder.ahead_of(self.inst)
        if self.kind == "move":
            for part, value in [(p, self._value(b, p)) for p in parts]:
                self._store(b, part, value)
        else:
            for part in parts:
                self._store(b, part, self._value(b, part))

    def _value(self, b: Builder, part: Part) -> Value:
        if self.kind == "set":
            return self._pattern(b, part.type)
        pointer = _advance(b, self.source, part.offset)
        return b.load(part.type, pointer, gcd(self.source_align, part.offset), self.volatile)

    def _store(self, b: Builder, part: Part, value: Value) -> None:
        pointer = _advance(b, self.target, part.offset)
        b.store(value, pointer, gcd(self.target_align, part.offset), self.volatile)

    def _pattern(self, b: Builder, type: Type) -> Value:
        """The byte to set, repeated."""
        bits = bit_size(type)
        ones = int("01" * (bits // 8), 16)
        byte = self.source
        if _is_zero(byte):
            return zero(type)
        if isinstance(byte, ConstInt):
            if isinstance(type, FloatType):
                return ConstFloat(type, byte.value * ones)
            if isinstance(type, IntType):
                return const_int(type, byte.value * ones)
            number: Value = const_int(int_type(bits), byte.value * ones)
        else:
            number = b.resize(byte, int_type(bits))
            if bits > 8:
                number = b.mul(number, const_int(int_type(bits), ones))
            if isinstance(type, FloatType):
                return b.cast("bitcast", number, type)
        return b.cast("inttoptr", number, type) if type.is_pointer else number

    # ---- Loops -----------------------------------------------------------------------------------

    def _step(self) -> int:
        """Bytes of one iteration, a power of two."""
        declared = element_size(self.declared)
        return min(declared or 8, self.align & -self.align, 8)

    def _variable(self) -> None:
        b = Builder.ahead_of(self.inst)
        length = b.resize(self.length, I64)
        step = self._step()
        if step == 1:
            self._loops(length, 1, const_int(I64, 0))
            return
        count = b.lshr(length, const_int(I64, step.bit_length() - 1))
        self._loops(count, step, b.and_(length, const_int(I64, step - 1)))

    def _loops(self, count: Value, step: int, rest: Value) -> None:
        """`count` steps of `step` bytes from the start on, then `rest` single bytes."""
        block = self.inst.block
        assert block is not None
        tail = split_after(self.function, self.inst, "memory.done")
        if self.kind != "move":
            self._forward(block, tail, count, step, rest)
            return
        # Overlapping regions are copied away from the direction in which they overlap.
        remove_terminator(block)
        up = self.function.add_block("move.up", after=block)
        down = self.function.add_block("move.down", after=up)
        b = Builder(block, None, self.metadata)
        b.cond_br(b.icmp("ule", self.target, self.source), up, down)
        for start in (up, down):
            Builder(start).br(tail)
        self._forward(up, tail, count, step, rest)
        self._backward(down, tail, count, step, rest)

    def _forward(self, block: Block, tail: Block, count: Value, step: int, rest: Value) -> None:
        block = self._loop(block, tail, count, int_type(8 * step), None, backward=False)
        if not _is_zero(rest):
            self._loop(block, tail, rest, I8, (count, step), backward=False)

    def _backward(self, block: Block, tail: Block, count: Value, step: int, rest: Value) -> None:
        if not _is_zero(rest):
            block = self._loop(block, tail, rest, I8, (count, step), backward=True)
        self._loop(block, tail, count, int_type(8 * step), None, backward=True)

    def _loop(
        self,
        block: Block,
        tail: Block,
        count: Value,
        type: Type,
        skip: tuple[Value, int] | None,
        backward: bool,
    ) -> Block:
        """A loop over `count` elements between `block` and `tail`; returns its new last block.

        The elements start behind `skip` (a count and the bytes of each).
        """
        function = self.function
        remove_terminator(block)
        b = Builder(block, None, self.metadata)
        target, source = self.target, self.source
        if skip is not None:
            step_type = int_type(8 * skip[1])
            target = b.gep(step_type, target, [skip[0]])
            if self.kind != "set":
                source = b.gep(step_type, source, [skip[0]])
        head = function.add_block("memory.head", after=block)
        body = function.add_block("memory.body", after=head)
        done = function.add_block("memory.end", after=body)
        b.br(head)
        b.position(head)
        number = b.phi(I64)
        zero, one = const_int(I64, 0), const_int(I64, 1)
        test = b.icmp("ne", number, zero) if backward else b.icmp("ult", number, count)
        b.cond_br(test, body, done)
        b.position(body)
        following = b.sub(number, one) if backward else b.add(number, one, ("nuw",))
        place = following if backward else number
        size = bit_size(type) // 8
        if self.kind == "set":
            value = self._pattern(b, type)
        else:
            pointer = b.gep(type, source, [place])
            value = b.load(type, pointer, gcd(self.source_align, size), self.volatile)
        pointer = b.gep(type, target, [place])
        b.store(value, pointer, gcd(self.target_align, size), self.volatile)
        b.br(head)
        number.add_incoming(count if backward else zero, block)
        number.add_incoming(following, body)
        b.position(done)
        b.br(tail)
        return done


def _advance(b: Builder, pointer: Value, offset: int) -> Value:
    return b.gep(I8, pointer, [const_int(I64, offset)], ("inbounds",)) if offset else pointer


def _is_zero(value: Value) -> bool:
    return isinstance(value, ConstInt) and value.value == 0
