"""Masks as vectors of integers, for processors that have no registers for masks.

LLVM keeps a vector of i1 that lives on from block to block as bytes, whatever it was compared from
and is chosen by, so that each step of a loop packs and unpacks it. Here a mask is as wide as a lane
(all ones or all zeros): what is compared is extended where it is compared, logic and phis are of
wide masks, and where a lane is chosen its sign decides, which is an instruction or less. It runs
after LLVM's optimiser, which would undo it.

Whether any lane is on is asked of bytes: they fit in one register.
"""

from __future__ import annotations

from sampan.ir.builder import Builder
from sampan.ir.constants import const_int, zero
from sampan.ir.core import (
    Argument,
    ConstAggregate,
    Constant,
    ConstInt,
    ConstNull,
    ConstSplat,
    Function,
    Instruction,
    Module,
    Poison,
    Undef,
    Value,
)
from sampan.ir.graph import reverse_post_order
from sampan.ir.types import I1, I8, Type, VectorType, int_type, vector_type

_LEAST_LANES = 4
_BYTES = 16  # of the registers that all have
_LOGIC = frozenset({"and", "or", "xor"})
_WIDENED = _LOGIC | {"phi", "select", "freeze"}


def run(module: Module, bits: int) -> None:
    """`bits`: of a lane of a mask."""
    for function in module.functions.values():
        if function.blocks:
            _Widening(function, bits).run()


def _is_mask(value: Value) -> bool:
    t = value.type
    return isinstance(t, VectorType) and t.element == I1 and t.count >= _LEAST_LANES


def _is_long(value: Value) -> bool:
    return _is_mask(value) and value.type.count > _BYTES  # type: ignore[attr-defined]


class _Widening:
    def __init__(self, function: Function, bits: int) -> None:
        self.function = function
        self.element = int_type(bits)
        self.wide: dict[Value, Value] = {}  # of masks: the same as integers
        self.replaced: list[Instruction] = []  # those that have a wide form in their place

    def run(self) -> None:
        order = reverse_post_order(self.function)
        asked: list[Instruction] = []  # integers of more lanes of comparisons than a register has
        for block in order:
            for inst in block.instructions:
                if inst.op in _WIDENED and _is_mask(inst):
                    self.replaced.append(inst)
                elif inst.op == "bitcast" and _is_long(inst.operands[0]):
                    asked.append(inst)
        for inst in self.replaced:
            if inst.op == "phi":
                assert inst.block is not None
                builder = Builder(inst.block)
                self.wide[inst] = builder.phi(self.type_of(inst))
        for inst in self.replaced:
            if inst.op != "phi":
                self.wide[inst] = self.build(inst)
        for inst in self.replaced:
            if inst.op == "phi":
                new = self.wide[inst]
                assert isinstance(new, Instruction)
                for value, source in inst.incoming:
                    new.add_incoming(self.widen(value, source.terminator), source)
        known = {*self.replaced, *asked}
        for inst in asked:
            inst.replace_all_uses_with(self.bits(inst))
            inst.erase()
        for inst in self.replaced:
            for user in [one for one in inst.users if one not in known]:
                assert isinstance(user, Instruction)
                if user.op == "bitcast":
                    user.replace_all_uses_with(self.bits(user))
                    user.erase()
                else:
                    b = Builder.ahead_of(user)
                    user.replace_operand(inst, self.narrow(b, self.wide[inst]))
        for inst in self.replaced:
            inst.drop_operands()
        for inst in self.replaced:
            inst.erase()

    def type_of(self, mask: Value) -> Type:
        t = mask.type
        assert isinstance(t, VectorType)
        return vector_type(t.count, self.element)

    def build(self, inst: Instruction) -> Value:
        b = Builder.ahead_of(inst)
        if inst.op in _LOGIC:
            return b.binop(inst.op, *(self.widen(one, inst) for one in inst.operands))
        if inst.op == "freeze":
            return b.freeze(self.widen(inst.operands[0], inst))
        condition, if_true, if_false = inst.operands
        x, y = self.widen(if_true, inst), self.widen(if_false, inst)
        if not _is_mask(condition):
            return b.select(condition, x, y)
        chosen = self.widen(condition, inst)
        # The value that is not chosen may be poison, which logic would let through.
        if isinstance(if_false, ConstNull):
            return b.binop("and", chosen, b.freeze(x))
        if _is_splat(if_true, 1):
            return b.binop("or", chosen, b.freeze(y))
        return b.select(self.narrow(b, chosen), x, y)

    def widen(self, value: Value, user: Instruction) -> Value:
        """The mask as integers, for `user` or for an edge that it leaves by."""
        found = self.wide.get(value)
        if found is not None:
            return found
        t = self.type_of(value)
        if isinstance(value, Constant):
            constant = _constant(value, t)
            return constant or Builder.ahead_of(user).cast("sext", value, t)
        if isinstance(value, Argument):
            builder = Builder(self.function.entry, self.function.entry.first_non_phi)
        else:
            assert isinstance(value, Instruction)
            builder = Builder.behind(value)
        self.wide[value] = builder.cast("sext", value, t)
        return self.wide[value]

    def bits(self, user: Instruction) -> Value:
        """In place of `user`, a mask as an integer with a bit for each lane: from bytes, a register
        of 128 bits of them at a time."""
        b = Builder.ahead_of(user)
        wide = self.widen(user.operands[0], user)
        t = wide.type
        assert isinstance(t, VectorType)
        lanes = b.cast("trunc", wide, vector_type(t.count, I8))
        result: Value | None = None
        for first in range(0, t.count, _BYTES):
            part: Value = lanes
            if t.count > _BYTES:
                part = b.shufflevector(lanes, Poison(lanes.type), range(first, first + _BYTES))
            some = b.cast("bitcast", self.narrow(b, part), int_type(min(t.count, _BYTES)))
            if t.count > _BYTES:
                some = b.cast("zext", some, user.type)
                some = b.shl(some, const_int(user.type, first)) if first else some
            result = b.or_(result, some) if result is not None else some
        assert result is not None
        return result

    @staticmethod
    def narrow(b: Builder, value: Value) -> Value:
        """A wide mask as i1 again."""
        return b.icmp("slt", value, zero(value.type))


def _is_splat(value: Value, number: int) -> bool:
    return (
        isinstance(value, ConstSplat)
        and isinstance(value.operands[0], ConstInt)
        and value.operands[0].value == number
    )


def _constant(value: Constant, t: Type) -> Constant | None:
    if isinstance(value, ConstNull):
        return zero(t)
    if isinstance(value, Poison):
        return Poison(t)
    if isinstance(value, Undef):
        return Undef(t)
    if isinstance(value, ConstSplat) and isinstance(value.operands[0], ConstInt):
        return const_int(t, -value.operands[0].value)
    if isinstance(value, ConstAggregate) and all(isinstance(o, ConstInt) for o in value.operands):
        assert isinstance(t, VectorType)
        lanes = [o.value for o in value.operands if isinstance(o, ConstInt)]
        return ConstAggregate(t, [const_int(t.element, -lane) for lane in lanes])
    return None
