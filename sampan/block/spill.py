"""What lives across block barriers, and where it is kept meanwhile.

A gang stops at a barrier and goes on after the other gangs of its block have arrived. Values that
the code behind a barrier uses are stored to the gang's slots in scratch memory where they are
defined, and loaded again where the gang resumes. Cheap values computed from what every gang has at
hand anyway (parameters, block and gang indices) are computed again instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sampan.block.builder import ScalarBuilder, copy_with
from sampan.block.slot_sharing import SlotSharing
from sampan.ir.constants import zero
from sampan.ir.core import BINARY, CASTS, Block, Function, Instruction, Value
from sampan.ir.ssa_repair import repair
from sampan.ir.types import I1, I8, VOID, Type, VectorType, int_type, size_of

# An expression of at most this many instructions is recomputed rather than kept.
REMATERIALIZE_LIMIT = 6
_CHEAP = (BINARY - {"udiv", "sdiv", "urem", "srem", "fdiv", "frem"}) | CASTS
_CHEAP |= {"getelementptr", "icmp", "select", "shufflevector", "insertelement", "freeze"}


@dataclass
class Slots:
    """Layout of one gang's scratch memory."""

    size: int
    offsets: dict[Value, int] = field(default_factory=dict)

    def place(self, key: Value, bytes: int, align: int) -> int:
        offset = -(-self.size // align) * align
        self.offsets[key] = offset
        self.size = offset + bytes
        return offset


def live_in(function: Function, blocks: list[Block]) -> dict[Block, dict[Value, None]]:
    """Instructions of `blocks` live at the start of each block (phi results not included)."""
    inside = set(blocks)
    live: dict[Block, dict[Value, None]] = {b: {} for b in blocks}
    local: dict[Block, tuple[dict[Value, None], set[Value]]] = {}
    for block in blocks:
        uses: dict[Value, None] = {}
        defined: set[Value] = set()
        for inst in block.instructions:
            if inst.op != "phi":
                for operand in inst.operands:
                    if _tracked(operand, inside) and operand not in defined:
                        uses[operand] = None
            defined.add(inst)
        local[block] = (uses, defined)
    changed = True
    while changed:
        changed = False
        for block in reversed(blocks):
            uses, defined = local[block]
            new = dict(uses)
            for s in block.successors:
                if s not in inside:
                    continue
                for value in live[s]:
                    if value not in defined:
                        new[value] = None
                for phi in s.phis:
                    for value, origin in phi.incoming:
                        if origin is block and _tracked(value, inside) and value not in defined:
                            new[value] = None
            if len(new) != len(live[block]):
                live[block] = new
                changed = True
    return live


def _tracked(value: Value, inside: set[Block]) -> bool:
    return isinstance(value, Instruction) and value.block in inside


def recomputable(value: Value, inside: set[Block]) -> list[Instruction] | None:
    """The instructions to repeat for `value`, operands first, or None if it must be kept."""
    found: dict[Instruction, None] = {}

    def visit(v: Value) -> bool:
        if not _tracked(v, inside):
            return True
        assert isinstance(v, Instruction)
        if v in found:
            return True
        if v.op not in _CHEAP or len(found) >= REMATERIALIZE_LIMIT:
            return False
        if not all(visit(operand) for operand in v.operands):
            return False
        found[v] = None
        return len(found) <= REMATERIALIZE_LIMIT

    return list(found) if visit(value) else None


def keep_across(
    function: Function,
    blocks: list[Block],
    resumes: list[tuple[Block, Block]],
    slots: Slots,
    gang_memory: Value,
) -> dict[Block, tuple[int, int]]:
    """Makes the values live at each resumption available there.

    `resumes` pairs each block that starts a resumption (it has no phis and ends with a branch) with
    the block behind the barrier. `gang_memory` points to the gang's slots. Returns for each
    resumption how many values were kept for it, and their bytes.
    """
    inside = set(blocks)
    live = live_in(function, blocks)
    wanted: dict[Instruction, list[Block]] = {}
    for resume, behind in resumes:
        for value in live[behind]:
            assert isinstance(value, Instruction)
            wanted.setdefault(value, []).append(resume)
    plans = {v: recomputable(v, inside) for v in wanted}
    builder = ScalarBuilder(function)
    reloads: dict[Instruction, dict[Block, Value]] = {}
    kept = {resume: (0, 0) for resume, _ in resumes}
    sharing = SlotSharing([v for v in wanted if plans[v] is None], live)
    for value, where in wanted.items():
        plan = plans[value]
        definitions: dict[Block, Value] = {}
        if plan is None:
            leader = sharing.leader(value)
            if leader not in slots.offsets:
                slots.place(leader, _stored_size(value.type), _alignment(value.type))
            offset = slots.offsets[leader]
            elsewhere = sharing.to_store(value) if value.op == "phi" else None
            if elsewhere is None:
                _store_after(builder, value, gang_memory, offset)
            for incoming, source in elsewhere or ():
                builder.block, builder.before = source, source.terminator
                _store(builder, incoming, gang_memory, offset)
        for resume in where:
            builder.block, builder.before = resume, resume.terminator
            if plan is None:
                definitions[resume] = _reload(builder, value.type, gang_memory, offset)
                values, bytes = kept[resume]
                kept[resume] = values + 1, bytes + _stored_size(value.type)
            else:
                definitions[resume] = _repeat(resume, plan)
        reloads[value] = definitions
    for value, definitions in reloads.items():
        made = set(definitions.values())
        uses = []
        for user in list(value.users):
            if not isinstance(user, Instruction) or user.block is None:
                continue
            for index, operand in enumerate(user.operands):
                if operand is not value:
                    continue
                at = user.targets[index] if user.op == "phi" else user.block
                # Uses before the first barrier in the defining block keep the definition.
                if at is value.block or user in made or _is_spill(user):
                    continue
                uses.append((user, index))
        assert value.block is not None
        repair(
            function,
            {value.block: value, **definitions},
            value.type,
            uses,
            zero(value.type),
            value.name or "kept",
        )
    return kept


def _is_spill(user: Instruction) -> bool:
    return bool(user.attrs.get("sampan.spill"))


def _repeat(resume: Block, plan: list[Instruction]) -> Instruction:
    copies: dict[Value, Value] = {}
    last = plan[-1]
    for inst in plan:
        copy = copy_with(inst, [copies.get(operand, operand) for operand in inst.operands])
        copies[inst] = copy.insert_before(resume.terminator)
    result = copies[last]
    assert isinstance(result, Instruction)
    return result


def _stored_type(t: Type) -> Type:
    if t is I1:
        return I8
    if isinstance(t, VectorType) and t.element is I1:
        return int_type(max(t.count, 8))
    return t


def _stored_size(t: Type) -> int:
    return size_of(_stored_type(t))


def _alignment(t: Type) -> int:
    return min(64, 1 << max(0, (_stored_size(t) - 1).bit_length()))


def _store_after(builder: ScalarBuilder, value: Instruction, memory: Value, offset: int) -> None:
    block = value.block
    assert block is not None
    if value.op == "phi":
        position = block.first_non_phi
    else:
        position = block.instructions[block.instructions.index(value) + 1]
    builder.block, builder.before = block, position
    _store(builder, value, memory, offset).attrs["sampan.spill"] = True


def _store(builder: ScalarBuilder, value: Value, memory: Value, offset: int) -> Instruction:
    """Returns the instruction that uses the value."""
    stored = value
    user: Instruction | None = None
    t = _stored_type(value.type)
    if value.type is I1:
        stored = user = builder.emit("zext", I8, [value])
    elif t is not value.type:
        bits = int_type(value.type.count)  # type: ignore[attr-defined]
        stored = user = builder.emit("bitcast", bits, [value])
        if bits is not t:
            stored = builder.emit("zext", t, [stored])
    address = builder.offset(memory, offset)
    inst = builder.emit("store", VOID, [stored, address], align=_alignment(value.type))
    return user or inst


def _reload(builder: ScalarBuilder, t: Type, memory: Value, offset: int) -> Value:
    stored = _stored_type(t)
    value: Value = builder.emit(
        "load", stored, [builder.offset(memory, offset)], align=_alignment(t)
    )
    if t is I1:
        return builder.emit("trunc", I1, [value])
    if stored is not t:
        bits = int_type(t.count)  # type: ignore[attr-defined]
        if bits is not stored:
            value = builder.emit("trunc", bits, [value])
        value = builder.emit("bitcast", t, [value])
    return value
