"""Rewriting a function so that each composite value is a list of scalar values.

`Splitter` walks the function and keeps the parts of each composite value; what becomes of each
instruction is decided by `scalarize`, which passes the visitor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sampan.canonicalize.composite import (
    build_constant,
    constant_leaves,
    is_composite,
    leaves,
    signature_without_vectors,
    without_vectors,
)
from sampan.ir.cfg import reverse_post_order
from sampan.ir.constants import const_int
from sampan.ir.core import Block, Constant, Function, Instruction, Poison, Value
from sampan.ir.types import Type, bit_size, int_type

# Metadata that says of each part of an access what it says of the whole.
_KEPT_METADATA = frozenset(
    "dbg tbaa fpmath invariant.load alias.scope noalias nontemporal noundef".split()
)


class Splitter:
    """Rebuilds the blocks one instruction after the other, definitions before uses."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.pieces: dict[Value, list[Value]] = {}
        self.phis: list[Instruction] = []
        self.dead: list[Instruction] = []
        self.block: Block = function.entry
        self.out: list[Instruction] = []  # the new instructions of `block`
        self.current: Instruction | None = None

    def run(self, visit: Callable[[Splitter, Instruction], None]) -> None:
        for block in reverse_post_order(self.function):
            self.block = block
            self.out = []
            if block is self.function.entry:
                self._signature()
            for inst in block.instructions:
                self.current = inst
                visit(self, inst)
            block.instructions = self.out
        for phi in self.phis:
            for i, new in enumerate(self.pieces[phi]):
                assert isinstance(new, Instruction)
                for value, source in phi.incoming:
                    new.add_incoming(self.split(value)[i], source)
        for inst in self.dead:
            inst.drop_operands()
            inst.block = None

    def _signature(self) -> None:
        function = self.function
        function.function_type = signature_without_vectors(function.function_type)
        for argument in function.args:
            if without_vectors(argument.type) is not argument.type:
                argument.type = without_vectors(argument.type)
                argument.attrs = ""  # what is said of a vector may not be said of an array
            if is_composite(argument.type) and argument.users:
                self.pieces[argument] = self.extract_all(argument)

    # ---- Services for the handlers ---------------------------------------------------------------

    def split(self, value: Value) -> list[Value]:
        """The scalar parts of an operand, in order."""
        if not is_composite(value.type):
            return [value]
        if isinstance(value, Constant):
            parts = constant_leaves(value)
            assert parts is not None
            return parts
        return self.pieces[value]

    def emit(self, op: str, type: Type, operands: list[Value], **attrs: Any) -> Instruction:
        """A new instruction at the current place with the current instruction's metadata."""
        inst = Instruction(op, type, operands, **attrs)
        if self.current is not None:
            kept = _KEPT_METADATA if op == self.current.op else ("dbg",)
            inst.metadata = {k: v for k, v in self.current.metadata.items() if k in kept}
        inst.block = self.block
        self.out.append(inst)
        return inst

    def finish(self, inst: Instruction, parts: list[Value]) -> None:
        """`parts` take the place of `inst`, which goes."""
        self.dead.append(inst)
        if is_composite(inst.type):
            self.pieces[inst] = parts
            for i, part in enumerate(parts):
                if inst.name and isinstance(part, Instruction) and not part.name:
                    part.name = f"{inst.name}.{i}"
        elif inst.users:
            inst.replace_all_uses_with(parts[0])

    def build(self, type: Type, parts: list[Value]) -> Value:
        """The composite value of `type` (without vectors) that has these scalar parts."""
        if not is_composite(type):
            return parts[0]
        whole = self._root_of(type, parts)
        if whole is not None:
            return whole
        if all(isinstance(p, Constant) for p in parts):
            return build_constant(type, parts)
        value: Value = Poison(type)
        for leaf, part in zip(leaves(type), parts, strict=True):
            value = self.emit("insertvalue", type, [value, part], indices=leaf.path)
        return value

    @staticmethod
    def _root_of(type: Type, parts: list[Value]) -> Value | None:
        """The value that the parts, unchanged and complete, were extracted from."""
        root: Value | None = None
        for leaf, part in zip(leaves(type), parts, strict=True):
            if not isinstance(part, Instruction) or part.op != "extractvalue":
                return None
            if part.attrs["indices"] != leaf.path or part.operands[0].type is not type:
                return None
            if root is not None and part.operands[0] is not root:
                return None
            root = part.operands[0]
        return root

    def extract_all(self, root: Value) -> list[Value]:
        parts: list[Value] = []
        for leaf in leaves(root.type):
            part = self.emit("extractvalue", leaf.type, [root], indices=leaf.path)
            part.name = f"{root.name}.{'.'.join(map(str, leaf.path))}" if root.name else ""
            parts.append(part)
        return parts

    def alias(self, inst: Instruction, parts: list[Value]) -> None:
        """As `finish` for a composite `inst` whose parts exist already and keep their names."""
        self.dead.append(inst)
        self.pieces[inst] = parts

    # ---- Bits ------------------------------------------------------------------------------------

    def recast(self, parts: list[Value], element: Type, count: int) -> list[Value]:
        """The bits of `parts` (little endian) as `count` values of type `element`."""
        if len(parts) == count:
            return [self._cast(p, element) for p in parts]
        old, new = bit_size(parts[0].type), bit_size(element)
        numbers = [self._cast(p, int_type(old)) for p in parts]
        if new % old == 0:
            size = new // old
            words = [self._join(numbers[i : i + size], new) for i in range(0, len(parts), size)]
        elif old % new == 0:
            words = [w for n in numbers for w in self._cut(n, new, old // new)]
        else:
            words = self._cut(self._join(numbers, old * len(parts)), new, count)
        return [self._cast(w, element) for w in words]

    def _cast(self, value: Value, type: Type) -> Value:
        return value if value.type is type else self.emit("bitcast", type, [value])

    def _join(self, parts: list[Value], bits: int) -> Value:
        whole = int_type(bits)
        step = bit_size(parts[0].type)
        total: Value | None = None
        for i, part in enumerate(parts):
            wide: Value = self.emit("zext", whole, [part])
            if i:
                nuw = frozenset({"nuw"})
                wide = self.emit("shl", whole, [wide, const_int(whole, i * step)], flags=nuw)
            disjoint = frozenset({"disjoint"})
            total = wide if total is None else self.emit("or", whole, [total, wide], flags=disjoint)
        assert total is not None
        return total

    def _cut(self, value: Value, bits: int, count: int) -> list[Value]:
        words: list[Value] = []
        for i in range(count):
            part = value
            if i:
                part = self.emit("lshr", value.type, [value, const_int(value.type, i * bits)])
            words.append(self.emit("trunc", int_type(bits), [part]))
        return words
