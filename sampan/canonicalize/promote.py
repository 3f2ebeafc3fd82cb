"""Local variables move from memory into SSA values.

Requires: SIMT level. Establishes: every range of bytes of an `alloca` that is only loaded and
stored, always as a whole, through constant offsets, has become SSA values (a struct may be promoted
in part). Unreachable blocks are gone, and what nobody ever stored is undef.

The usual construction: phis at the iterated dominance frontier of the stores, where the variable is
live, then one walk over the dominator tree.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sampan.canonicalize.byte_layout import constant_offset
from sampan.ir.cfg import DominatorTree, predecessors, remove_unreachable_blocks
from sampan.ir.core import Block, ConstInt, Function, Instruction, Undef, Value
from sampan.ir.types import I64, Type, bit_size


@dataclass(eq=False)
class Slot:
    """Bytes of one alloca that are accessed only together."""

    name: str
    offset: int
    bits: int
    types: Counter[Type] = field(default_factory=Counter)
    accesses: list[Instruction] = field(default_factory=list)
    starts: list[Instruction] = field(default_factory=list)  # of its lifetime: undef from there on

    @property
    def type(self) -> Type:
        return self.types.most_common(1)[0][0]


def run(function: Function, context: object = None) -> bool:
    allocas = [i for i in function.instructions() if i.op == "alloca"]
    if not allocas:
        return False
    changed = remove_unreachable_blocks(function)
    slots: list[Slot] = []
    for alloca in allocas:
        if alloca.block is not None:
            slots += _Uses(alloca).slots()
    if slots:
        _Renaming(function, slots).run()
    for alloca in allocas:
        if alloca.block is not None:
            changed |= _remove_if_unused(alloca)
    return changed or bool(slots)


# ---- Which bytes ---------------------------------------------------------------------------------


class _Uses:
    """All uses of an alloca through constant offsets."""

    def __init__(self, alloca: Instruction) -> None:
        self.alloca = alloca
        self.accesses: list[tuple[Instruction, int, Type]] = []
        self.starts: list[Instruction] = []
        self.escapes = False

    def slots(self) -> list[Slot]:
        if self.alloca.operands and not isinstance(self.alloca.operands[0], ConstInt):
            return []
        self._collect(self.alloca, 0)
        if self.escapes:
            return []
        found: list[Slot] = []
        end = 0
        group: list[tuple[Instruction, int, Type]] = []
        for access in sorted(self.accesses, key=lambda a: a[1]):
            if group and access[1] >= end:
                found += self._slot(group)
                group = []
            group.append(access)
            end = max(end, access[1] + -(-bit_size(access[2]) // 8))
        return found + (self._slot(group) if group else [])

    def _collect(self, pointer: Instruction, offset: int) -> None:
        for user, count in pointer.users.items():
            assert isinstance(user, Instruction)
            special = user.attrs.get("volatile") or user.attrs.get("ordering")
            if user.op == "load" and not special:
                self.accesses.append((user, offset, user.type))
            elif user.op == "store" and user.operands[1] is pointer and count == 1 and not special:
                self.accesses.append((user, offset, user.operands[0].type))
            elif user.op == "getelementptr" and user.operands[0] is pointer and count == 1:
                step = constant_offset(user)
                if step is None:
                    self.escapes = True
                else:
                    self._collect(user, offset + step)
            elif is_lifetime_marker(user):
                if user.callee_name.startswith("llvm.lifetime.start"):
                    self.starts.append(user)
            else:
                self.escapes = True

    def _slot(self, group: list[tuple[Instruction, int, Type]]) -> list[Slot]:
        _, offset, first = group[0]
        name = self.alloca.name + (f".{offset}" if offset else "")
        slot = Slot(name, offset, bit_size(first), starts=self.starts)
        for inst, where, type in group:
            same = type is first or not (type.is_aggregate or first.is_aggregate)
            if where != offset or bit_size(type) != slot.bits or not same:
                return []
            slot.accesses.append(inst)
            slot.types[type] += 2 if inst.op == "load" else 1
        # Vectors convert to each other and to numbers, but not to pointers.
        if any(t.scalar.is_pointer for t in slot.types) and any(t.is_vector for t in slot.types):
            return [] if len(slot.types) > 1 else [slot]
        return [slot]


def is_lifetime_marker(inst: Instruction) -> bool:
    return inst.op == "call" and inst.callee_name.startswith("llvm.lifetime.")


def _remove_if_unused(alloca: Instruction) -> bool:
    """Erases an alloca that only address arithmetic and lifetime markers still refer to."""
    reached: list[Instruction] = [alloca]
    for pointer in reached:
        for user in pointer.users:
            assert isinstance(user, Instruction)
            if user.op != "getelementptr" and not is_lifetime_marker(user):
                return False
            if user not in reached:
                reached.append(user)
    for inst in reversed(reached):
        inst.erase()
    return True


# ---- Renaming ------------------------------------------------------------------------------------


class _Renaming:
    def __init__(self, function: Function, slots: list[Slot]) -> None:
        self.function = function
        self.slots = slots
        self.tree = DominatorTree(function)
        self.preds = predecessors(function)
        self.slot_of = {inst: slot for slot in slots for inst in slot.accesses}
        self.started: dict[Instruction, list[Slot]] = {}
        for slot in slots:
            for start in slot.starts:
                self.started.setdefault(start, []).append(slot)
        self.phis: dict[Block, dict[Slot, Instruction]] = {}
        self.dead: list[Instruction] = []

    def run(self) -> None:
        for slot in self.slots:
            self._place_phis(slot)
        stack: list[tuple[Block, dict[Slot, Value]]] = [(self.function.entry, {})]
        while stack:
            block, values = stack.pop()
            values = dict(values)
            self._rewrite(block, values)
            stack += [(child, values) for child in reversed(self.tree.children(block))]
        for inst in self.dead:
            inst.drop_operands()
            inst.block = None

    def _place_phis(self, slot: Slot) -> None:
        defining = {i.block for i in slot.accesses if i.op == "store"}
        defining |= {i.block for i in slot.starts}
        live = self._live_in(slot)
        joins = self.tree.iterated_frontier([b for b in defining if b is not None])
        for block in self.function.blocks:
            if block in joins and block in live:
                phi = Instruction("phi", slot.type, [], slot.name)
                self.phis.setdefault(block, {})[slot] = block.insert(0, phi)

    def _live_in(self, slot: Slot) -> set[Block]:
        """Blocks at whose start the slot's value may still be loaded."""
        touching = {i.block for i in (*slot.accesses, *slot.starts)}
        accesses, starts = set(slot.accesses), set(slot.starts)
        reading, writing = set(), set()
        for block in self.function.blocks:
            if block not in touching:
                continue
            for inst in block.instructions:
                if inst in accesses and inst.op == "load":
                    reading.add(block)
                    break
                if inst in accesses or inst in starts:
                    writing.add(block)
                    break
        live: set[Block] = set()
        work = list(reading)
        while work:
            block = work.pop()
            if block not in live:
                live.add(block)
                work += [p for p in self.preds[block] if p not in writing]
        return live

    def _rewrite(self, block: Block, values: dict[Slot, Value]) -> None:
        values.update(self.phis.get(block, {}))
        out: list[Instruction] = []
        for inst in block.instructions:
            slot = self.slot_of.get(inst)
            if slot is None:
                out.append(inst)
                for started in self.started.get(inst, ()):
                    values[started] = Undef(started.type)
                continue
            self.dead.append(inst)
            if inst.op == "store":
                values[slot] = _convert(inst.operands[0], slot.type, inst, out)
            elif inst.users:
                value = values.get(slot) or Undef(slot.type)
                inst.replace_all_uses_with(_convert(value, inst.type, inst, out))
        block.instructions = out
        for successor in block.successors:
            for slot, phi in self.phis.get(successor, {}).items():
                for _ in range(block.terminator.targets.count(successor)):
                    phi.add_incoming(values.get(slot) or Undef(slot.type), block)


def _convert(value: Value, type: Type, place: Instruction, out: list[Instruction]) -> Value:
    """The same bits as another type; new instructions join `out` with the position of `place`."""
    if value.type is type:
        return value
    if isinstance(value, Undef):
        return Undef(type)
    steps: list[tuple[str, Type]] = [("bitcast", type)]
    if value.type.is_pointer:
        steps = [("ptrtoint", I64), ("bitcast", type)]
    elif type.is_pointer:
        steps = [("bitcast", I64), ("inttoptr", type)]
    dbg = place.metadata.get("dbg")
    for op, target in steps:
        if value.type is not target:
            metadata = {"dbg": dbg} if dbg else {}
            value = Instruction(op, target, [value], metadata=metadata)
            value.block = place.block
            out.append(value)
    return value
