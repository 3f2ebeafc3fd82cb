"""Integers of odd sizes, which LLVM's optimiser makes, in the next size that devices have.

A sum over a loop becomes a product of 33 bits. LLVM's SPIR-V back end computes it in 64 and forgets
what lies above. Here each such value is kept with zeros above its bits. Establishes: integers of 1,
8, 16, 32 and 64 bits alone, or a ValueError.
"""

from __future__ import annotations

from sampan.ir.constants import const_int
from sampan.ir.core import ConstInt, Function, Instruction, Poison, Undef, Value
from sampan.ir.types import IntType, Type, int_type

_SIZES = (8, 16, 32, 64)
_LOGIC = frozenset({"and", "or", "lshr", "udiv", "urem"})  # leave zeros above
_WRAPPING = frozenset({"add", "sub", "mul", "shl", "xor"})
_SIGNED = frozenset({"ashr", "sdiv", "srem"})
_SAME = frozenset({"phi", "select", "freeze"})


def lower(function: Function) -> None:
    wanted = [i for i in function.instructions() if any(is_odd(v.type) for v in (i, *i.operands))]
    if not wanted:
        return
    made = _Widened()
    for inst in wanted:
        made.value(inst) if is_odd(inst.type) else made.consumer(inst)
    for phi, wide in made.phis:
        for value, block in phi.incoming:
            wide.add_incoming(made.value(value), block)
    for inst in wanted:
        if is_odd(inst.type):
            inst.drop_operands()
    for inst in wanted:
        if is_odd(inst.type):
            inst.erase()


def is_odd(t: Type) -> bool:
    """Whether devices have no integers of the size."""
    return isinstance(t, IntType) and t.bits not in (1, *_SIZES)


def _bits(value: Value) -> int:
    assert isinstance(value.type, IntType)
    return value.type.bits


def _wide(value: Value) -> IntType:
    found = next((size for size in _SIZES if size >= _bits(value)), None)
    if found is None:
        raise ValueError(f"integers of {_bits(value)} bits")
    return int_type(found)


class _Widened:
    def __init__(self) -> None:
        self.known: dict[Value, Value] = {}
        self.phis: list[tuple[Instruction, Instruction]] = []

    def value(self, value: Value) -> Value:
        """What stands for a value of an odd size; any other is itself."""
        if not is_odd(value.type):
            return value
        if value not in self.known:
            self.known[value] = self._made(value)
        return self.known[value]

    def consumer(self, inst: Instruction) -> None:
        """Of operands of odd sizes: its result has none."""
        op = inst.op
        if op == "icmp":
            signed = inst.attrs["pred"].startswith("s")
            get = self._signed if signed else lambda v, _: self.value(v)
            for index, operand in enumerate(inst.operands):
                inst.set_operand(index, get(operand, inst))
            inst.attrs.pop("flags", None)
            return
        if op not in ("trunc", "zext", "sext", "uitofp", "sitofp"):
            raise ValueError(f"{op} of integers of odd sizes")
        source = inst.operands[0]
        wide = self._signed(source, inst) if op[0] == "s" else self.value(source)
        inst.attrs.pop("flags", None)
        if wide.type is inst.type:
            inst.replace_all_uses_with(wide) if inst.users else None
            inst.erase()
        else:
            inst.set_operand(0, wide)

    def _made(self, value: Value) -> Value:
        t = _wide(value)
        if isinstance(value, ConstInt):
            return const_int(t, value.value)
        if isinstance(value, Undef | Poison):
            return const_int(t, 0)
        if not isinstance(value, Instruction):
            raise ValueError(f"integers of {_bits(value)} bits")
        op = value.op
        if op == "phi":
            wide = Instruction("phi", t, [])
            assert value.block is not None
            value.block.insert(0, wide)
            self.phis.append((value, wide))
            return wide
        if op in _SAME:
            operands = [self.value(v) for v in value.operands]
            return Instruction(op, t, operands).insert_before(value)
        if op in _LOGIC or op in _WRAPPING:
            operands = [self.value(v) for v in value.operands]
            made = Instruction(op, t, operands).insert_before(value)
            return made if op in _LOGIC else self._cut(made, value)
        if op in _SIGNED:
            right = value.operands[1]
            operands = [
                self._signed(value.operands[0], value),
                self.value(right) if op == "ashr" else self._signed(right, value),
            ]
            return self._cut(Instruction(op, t, operands).insert_before(value), value)
        if op not in ("trunc", "zext", "sext"):
            raise ValueError(f"{op} of integers of {_bits(value)} bits")
        source = value.operands[0]
        wide_source = self._signed(source, value) if op == "sext" else self.value(source)
        if _bits(wide_source) != t.bits:
            cast = "trunc" if _bits(wide_source) > t.bits else op
            wide_source = Instruction(cast, t, [wide_source]).insert_before(value)
        return wide_source if op == "zext" else self._cut(wide_source, value)

    def _cut(self, wide: Value, value: Instruction) -> Value:
        mask = const_int(wide.type, (1 << _bits(value)) - 1)
        return Instruction("and", wide.type, [wide, mask]).insert_before(value)

    def _signed(self, value: Value, place: Instruction) -> Value:
        """With copies of the sign above its bits."""
        wide = self.value(value)
        if not is_odd(value.type):
            return wide
        above = const_int(wide.type, _bits(wide) - _bits(value))
        up = Instruction("shl", wide.type, [wide, above]).insert_before(place)
        return Instruction("ashr", wide.type, [up, above]).insert_before(place)
