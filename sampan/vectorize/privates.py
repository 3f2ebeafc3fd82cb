"""Each lane's own variables (`alloca`) move into memory that the whole gang shares.

Requires: CANONICAL level. Establishes: every alloca has a constant size, lies in the entry block,
is called `gang.…` and has the same address for all lanes; each lane adds its own offset, computed
from `i64 @sampan.gang.lane()`. Lifetime markers and stack saving are gone.

- *Interleaved*: a variable of which only scalars of one size are accessed, and whose address goes
  nowhere else, keeps element k of lane l at (k * width + l) * size. A uniform index then accesses
  one whole vector. Variables that one pointer may point to are treated alike.
- *Apart*: any other variable is there `width` times, one after the other.

Raises `Refused` for a variable whose size is not constant or that is made anew in a loop.
"""

from __future__ import annotations

from collections.abc import Iterator

from sampan.canonicalize.promote import is_lifetime_marker
from sampan.ir.builder import Builder
from sampan.ir.cfg import LoopInfo
from sampan.ir.constants import const_int
from sampan.ir.core import ConstInt, Function, Instruction, Poison, Undef, Value
from sampan.ir.types import (
    I8,
    I64,
    Type,
    align_of,
    array_type,
    bit_size,
    function_type,
    int_type,
    size_of,
)
from sampan.simt.shape import UNIFORM
from sampan.simt.transfer import gep_constant_offset, gep_terms
from sampan.vectorize.refused import Refused

ALIGNMENT = 64  # of gang memory: a cache line and the widest vector
_SIZES = (1, 2, 4, 8)
_MOST_PARTS = 4  # that an access is cut into, for the sake of interleaving


def run(function: Function, width: int) -> None:
    allocas = [i for i in function.instructions() if i.op == "alloca"]
    _check(function, allocas)
    _remove_markers(function)
    allocas = [a for a in allocas if a.users]
    if not allocas:
        return
    assert function.module is not None
    callee = function.module.get_or_declare("sampan.gang.lane", function_type(I64, ()))
    lane = Builder(function.entry, function.entry.instructions[0]).call(callee, [], name="lane")
    for uses in _groups(allocas):
        size = uses.element_size()
        if size:
            _interleave(uses, lane, size, width)
        else:
            for alloca in uses.allocas:
                _set_apart(alloca, lane, width)


def _check(function: Function, allocas: list[Instruction]) -> None:
    loops: LoopInfo | None = None
    for alloca in allocas:
        if alloca.operands and not isinstance(alloca.operands[0], ConstInt):
            raise Refused("variable-size alloca", alloca)
        if alloca.block is not function.entry:
            loops = loops or LoopInfo(function)
            if loops.loop_of(alloca.block) is not None:
                raise Refused("alloca in a loop", alloca)


def _remove_markers(function: Function) -> None:
    for inst in function.instructions():
        if is_lifetime_marker(inst) or inst.callee_name.startswith("llvm.stackrestore"):
            inst.erase()
    for inst in function.instructions():
        if inst.callee_name.startswith("llvm.stacksave"):
            inst.erase()
        elif inst.op == "alloca" and not inst.users:
            inst.erase()


# ---- What is done with a variable ----------------------------------------------------------------


class _Uses:
    """Everything computed from the addresses of some allocas."""

    def __init__(self, allocas: list[Instruction]) -> None:
        self.allocas = allocas
        self.pointers: dict[Instruction, None] = dict.fromkeys(allocas)
        self.geps: dict[Instruction, None] = {}
        self.accesses: dict[Instruction, Type] = {}
        self.steps: set[int] = set()  # bytes that addresses may differ by
        self.merges: dict[Instruction, None] = {}  # phis and selects of such pointers
        self.escapes = False
        for pointer in _growing(self.pointers):
            for user in pointer.users:
                assert isinstance(user, Instruction)
                self._use(pointer, user)

    def _use(self, pointer: Instruction, user: Instruction) -> None:
        uses = pointer.users[user]
        if user.op == "load":
            self.accesses[user] = user.type
        elif user.op == "store" and uses == 1 and user.operands[1] is pointer:
            self.accesses[user] = user.operands[0].type
        elif user.op in ("atomicrmw", "cmpxchg") and uses == 1 and user.operands[0] is pointer:
            self.accesses[user] = user.operands[1].type
        elif user.op == "getelementptr":
            self.geps[user] = self.pointers[user] = None
            variable, constant = _terms(user)
            self.steps |= {scale << known_zeros(index) for index, scale in variable}
            self.steps.add(abs(constant))
        elif user.op in ("phi", "select", "freeze"):
            self.merges[user] = self.pointers[user] = None
        elif user.op != "icmp":  # comparing gives the same in both layouts
            self.escapes = True

    def element_size(self) -> int:
        """Size of the elements the variable can be interleaved by; 0 if it cannot."""
        if self.escapes or not self.accesses:
            return 0
        for user in self.merges:
            values = user.operands[1:] if user.op == "select" else user.operands
            if any(v not in self.pointers and not isinstance(v, (Poison, Undef)) for v in values):
                return 0
        sizes = {bit_size(t) / 8 for t in self.accesses.values()}
        smallest = int(min(sizes))
        if any(s not in _SIZES for s in sizes) or any(s % smallest for s in self.steps):
            return 0
        for inst, type in self.accesses.items():
            parts = bit_size(type) // 8 // smallest
            plain = inst.op in ("load", "store") and not (
                inst.attrs.get("volatile") or inst.attrs.get("ordering")
            )
            if parts > (_MOST_PARTS if plain else 1):
                return 0
        return smallest


def _groups(allocas: list[Instruction]) -> list[_Uses]:
    """The allocas in groups: two are in one if some pointer may point to either."""
    groups: list[_Uses] = []
    for alloca in allocas:
        uses = _Uses([alloca])
        related = [g for g in groups if any(m in g.pointers for m in uses.merges)]
        if related:
            groups = [g for g in groups if g not in related]
            uses = _Uses([a for g in related for a in g.allocas] + [alloca])
        groups.append(uses)
    return groups


def known_zeros(index: Value, depth: int = 6) -> int:
    """How many low bits of a number are certainly zero (at most three matter here)."""
    if isinstance(index, ConstInt):
        value = index.value | 8
        return (value & -value).bit_length() - 1
    if not isinstance(index, Instruction) or not depth:
        return 0
    zeros = [known_zeros(v, depth - 1) for v in index.operands if v.type.is_integer]
    if index.op in ("shl", "mul"):
        amount = index.operands[1]
        if index.op == "mul":
            return min(3, sum(zeros))
        return min(3, zeros[0] + amount.value) if isinstance(amount, ConstInt) else 0
    if index.op in ("add", "sub", "or", "xor"):
        return min(zeros)
    if index.op == "and":
        return max(zeros)
    if index.op in ("sext", "zext", "trunc", "freeze"):
        return zeros[0]
    return 0


def _growing(items: dict[Instruction, None]) -> Iterator[Instruction]:
    """Iterates over the keys, including those added meanwhile."""
    done = 0
    while done < len(items):
        for item in list(items)[done:]:
            done += 1
            yield item


def _terms(gep: Instruction) -> tuple[list[tuple[Value, int]], int]:
    """What a getelementptr adds: variable indices with their scales, and constant bytes."""
    constant = gep_constant_offset(gep)
    variable = []
    for index, _, scale in gep_terms(gep, [UNIFORM] * len(gep.operands)):
        if isinstance(index, ConstInt):
            constant += index.signed * scale
        else:
            variable.append((index, scale))
    return variable, constant


# ---- Layouts -------------------------------------------------------------------------------------


def _size(alloca: Instruction) -> int:
    count = alloca.operands[0].value if alloca.operands else 1  # type: ignore[attr-defined]
    return size_of(alloca.attrs["allocated_type"]) * count


def _gang_memory(b: Builder, alloca: Instruction, size: int, align: int) -> Instruction:
    return b.alloca(array_type(size, I8), None, align, f"gang.{alloca.name}")


def _set_apart(alloca: Instruction, lane: Instruction, width: int) -> None:
    align = max(alloca.attrs.get("align", 1), align_of(alloca.attrs["allocated_type"]))
    stride = -(-_size(alloca) // align) * align
    b = Builder.behind(lane)
    memory = _gang_memory(b, alloca, stride * width, max(align, 16))
    own = b.gep(array_type(stride, I8), memory, [lane], name=alloca.name)
    alloca.replace_all_uses_with(own)
    alloca.erase()


def _interleave(uses: _Uses, lane: Instruction, size: int, width: int) -> None:
    for gep in uses.geps:
        b = Builder.ahead_of(gep)
        variable, constant = _terms(gep)
        # No flags: one element behind the end may lie behind the gang's memory, too.
        address = gep.operands[0]
        for index, scale in variable:
            address = b.gep(array_type(scale * width, I8), address, [index])
        if constant:
            address = b.gep(I8, address, [const_int(I64, constant * width)])
        if isinstance(address, Instruction) and address is not gep.operands[0]:
            address.name = gep.name
        gep.replace_all_uses_with(address)
        gep.erase()
    for alloca in uses.allocas:
        b = Builder.behind(lane)
        elements = -(-_size(alloca) // size)
        memory = _gang_memory(b, alloca, elements * size * width, ALIGNMENT)
        own = b.gep(int_type(8 * size), memory, [lane], name=alloca.name)
        alloca.replace_all_uses_with(own)
        alloca.erase()
    for inst, type in uses.accesses.items():
        inst.attrs["align"] = size
        if bit_size(type) > 8 * size:
            _cut_access(inst, type, size, width)


def _cut_access(inst: Instruction, type: Type, size: int, width: int) -> None:
    """Replaces a load or store by as many of the element's size."""
    b = Builder.ahead_of(inst)
    pointer = inst.operands[-1]
    element, whole = int_type(8 * size), int_type(bit_size(type))
    count = bit_size(type) // 8 // size
    addresses = [pointer]
    for k in range(1, count):
        addresses.append(b.gep(I8, pointer, [const_int(I64, k * size * width)]))
    if inst.op == "store":
        number = _convert(b, inst.operands[0], whole)
        for k, address in enumerate(addresses):
            part = b.lshr(number, const_int(whole, 8 * size * k)) if k else number
            b.store(b.cast("trunc", part, element), address, size)
    else:
        total: Value | None = None
        for k, address in enumerate(addresses):
            part = b.cast("zext", b.load(element, address, size), whole)
            if k:
                part = b.shl(part, const_int(whole, 8 * size * k), ("nuw",))
            total = b.or_(total, part, ("disjoint",)) if total is not None else part
        assert total is not None
        inst.replace_all_uses_with(_convert(b, total, type))
    inst.erase()


def _convert(b: Builder, value: Value, type: Type) -> Value:
    if value.type is type:
        return value
    if value.type.is_pointer:
        return b.cast("ptrtoint", value, type)
    return b.cast("inttoptr" if type.is_pointer else "bitcast", value, type)
