"""Neighbouring accesses of 8 or 16 bits that fill an aligned word become one access of the word.

A gang's accesses of `half2`, `short2` or `uchar4` members lie two or four elements apart, and no
vector unit gathers elements that small. As whole words they are consecutive.

Requires: SIMT level, no memory intrinsics. Establishes: nothing.
Only what certainly happens together is joined: accesses of one block, with nothing between them
that may write (for loads) or touch memory at all (for stores), or not come back.
"""

from __future__ import annotations

from sampan.canonicalize.byte_layout import base_and_offset
from sampan.canonicalize.dead_code import has_effect
from sampan.ir.builder import Builder
from sampan.ir.constants import const_int
from sampan.ir.core import Block, Function, Instruction, Value
from sampan.ir.types import I8, I16, I64, bit_size, int_type

WORD = 4  # bytes

_MEMORY_INTRINSICS = tuple(
    f"llvm.{name}" for name in ("mem", "lifetime", "masked", "prefetch", "stack", "va_", "trap")
)

Run = dict[Value, dict[int, Instruction]]  # base: offset: access


def run(function: Function, context: object = None) -> bool:
    changed = False
    for block in function.blocks:
        changed |= _join(block, "load") | _join(block, "store")
    return changed


def _join(block: Block, op: str) -> bool:
    changed = False
    run: Run = {}
    for inst in [*block.instructions, None]:
        if inst is not None and _is_candidate(inst, op):
            base, offset = base_and_offset(_pointer(inst))
            if not (isinstance(base, Instruction) and base.op == "alloca"):
                members = run.setdefault(base, {})
                if offset not in members:
                    members[offset] = inst
                    continue
                if op == "load":
                    continue
        if inst is None or _ends(inst, op):
            for base, members in run.items():
                changed |= _join_words(block, op, base, members)
            run = {}
    return changed


def _pointer(inst: Instruction) -> Value:
    return inst.operands[0 if inst.op == "load" else 1]


def _is_candidate(inst: Instruction, op: str) -> bool:
    if inst.op != op or inst.attrs.get("volatile") or inst.attrs.get("ordering"):
        return False
    return (inst.type if op == "load" else inst.operands[0].type) in (I8, I16)


def _ends(inst: Instruction, op: str) -> bool:
    """Whether accesses on both sides of `inst` must stay apart."""
    if inst.op == "call":
        name = inst.callee_name
        return not name.startswith("llvm.") or name.startswith(_MEMORY_INTRINSICS)
    return has_effect(inst) or (op == "store" and inst.op == "load")


def _join_words(block: Block, op: str, base: Value, members: dict[int, Instruction]) -> bool:
    changed = False
    for offset in sorted(members):
        first = members.get(offset)
        if first is None or (first.attrs.get("align") or 1) % WORD:
            continue
        size = bit_size(first.type if op == "load" else first.operands[0].type) // 8
        word = [members.get(place) for place in range(offset, offset + WORD, size)]
        if any(part is None or _width(part) != 8 * size for part in word):
            continue
        parts = [part for part in word if part is not None]
        (_load if op == "load" else _store)(block, base, offset, parts)
        changed = True
        for place in range(offset, offset + WORD, size):
            del members[place]
    return changed


def _width(inst: Instruction) -> int:
    return bit_size(inst.type if inst.op == "load" else inst.operands[0].type)


def _address(b: Builder, base: Value, offset: int) -> Value:
    return b.gep(I8, base, [const_int(I64, offset)]) if offset else base


def _load(block: Block, base: Value, offset: int, parts: list[Instruction]) -> None:
    b = Builder.ahead_of(min(parts, key=block.instructions.index))
    word = b.load(int_type(8 * WORD), _address(b, base, offset), align=WORD)
    for index, part in enumerate(parts):
        bits = _width(part)
        shifted: Value = b.lshr(word, const_int(word.type, bits * index)) if index else word
        part.replace_all_uses_with(b.cast("trunc", shifted, part.type))
    for part in parts:
        part.erase()


def _store(block: Block, base: Value, offset: int, parts: list[Instruction]) -> None:
    last = max(parts, key=block.instructions.index)
    b = Builder.ahead_of(last)
    whole = int_type(8 * WORD)
    word: Value | None = None
    for index, part in enumerate(parts):
        value: Value = b.cast("zext", part.operands[0], whole)
        if index:
            value = b.shl(value, const_int(whole, _width(part) * index))
        word = value if word is None else b.or_(word, value)
    assert word is not None
    b.store(word, _address(b, base, offset), align=WORD)
    for part in parts:
        part.erase()
