"""Loads, stores, atomics, address conversion and asynchronous copies (which are done at once)."""

from __future__ import annotations

from sampan.frontend import clusters
from sampan.frontend.ptx.machine import OPCODES, Handler, Machine
from sampan.frontend.ptx.parse import Address, Operand, Statement, Vector
from sampan.frontend.ptx.types import PtxType
from sampan.ir.constants import const_int
from sampan.ir.core import Value
from sampan.ir.types import I1, I8, I32, I64, PTR, VOID, struct_type

_SPACES = frozenset({"global", "shared", "local", "const", "param", "shared_cta", "shared_cluster"})


def shared_base(m: Machine) -> Value:
    return m.e.sampan("sampan.shared.base")


def pointer(m: Machine, address: Operand, space: str) -> Value:
    """The address as a pointer. In shared space a number counts from the block's shared memory."""
    if not isinstance(address, Address):
        raise m.unknown("an address was expected")
    if space == "param":
        raise m.unknown("parameter space")
    name = address.base
    value = m.registers.get(name)
    if value is None:
        value = m.read_as(name, I64)
    if value.type.is_pointer:
        base = value
    elif space == "shared_cluster":
        base = clusters.pointer(m.e, m.coerce(value, I32))
    elif space.startswith("shared"):
        offset = m.coerce(value, I64)
        base = m.e.inst("getelementptr", PTR, [shared_base(m), offset], source_type=I8)
    else:
        base = m.e.inst("inttoptr", PTR, [m.coerce(value, I64)])
    return m.e.offset_bytes(base, address.offset)


def _space(s: Statement) -> str:
    return next((x for x in s.modifiers if x in _SPACES), "")


def _ordering(s: Statement) -> dict[str, object]:
    """Volatile and ordered accesses; a relaxed one is monotonic in LLVM's terms."""
    if "volatile" in s.modifiers or "mmio" in s.modifiers:
        return {"volatile": True}
    names = {"relaxed": "monotonic", "acquire": "acquire", "release": "release"}
    found = next((names[x] for x in s.modifiers if x in names), None)
    return {"ordering": found} if found else {}


def _load(m: Machine, s: Statement) -> None:
    t = m.type_of(s)
    to, address = s.operands
    parts = to.parts if isinstance(to, Vector) else (to,)
    place = m.guarded(pointer(m, address, _space(s)))
    size = t.bits // 8
    for index, part in enumerate(parts):
        align = size * len(parts) if index == 0 else size
        at = m.e.offset_bytes(place, size * index)
        value = m.e.inst("load", t.llvm, [at], align=align, **_ordering(s))
        if t.is_integer and t.bits < 32:  # fills a wider register by its sign
            value = m.e.inst("sext" if t.signed else "zext", I32, [value])
        m.write(part, value)


def _store(m: Machine, s: Statement) -> None:
    t = m.type_of(s)
    address, source = s.operands[:2]
    parts = source.parts if isinstance(source, Vector) else (source,)
    place = m.guarded(pointer(m, address, _space(s)))
    size = t.bits // 8
    for index, part in enumerate(parts):
        align = size * len(parts) if index == 0 else size
        at = m.e.offset_bytes(place, size * index)
        m.e.inst("store", VOID, [m.read(part, t), at], align=align, **_ordering(s))


# ---- Atomics -------------------------------------------------------------------------------------

_UPDATES = {
    "add": "add", "and": "and", "or": "or", "xor": "xor", "exch": "xchg",
    "inc": "uinc_wrap", "dec": "udec_wrap",
}  # fmt: skip


def _atomic(gives_old: bool) -> Handler:
    def handle(m: Machine, s: Statement) -> None:
        t = m.type_of(s)
        operands = list(s.operands)
        to = operands.pop(0) if gives_old else "_"
        place = m.guarded(pointer(m, operands[0], _space(s)))
        operation = next((x for x in s.modifiers if x in (*_UPDATES, "min", "max", "cas")), None)
        if operation is None or any(isinstance(x, Vector) for x in operands):
            raise m.unknown()
        if operation == "cas":
            old = _compare_and_swap(m, t, place, operands[1], operands[2])
        elif t.kind in ("packed", "bf16") or (t.kind == "float" and t.bits == 16):
            raise m.unknown()
        else:
            old = _update(m, t, place, operation, operands[1])
        m.write(to, old)

    return handle


def _update(m: Machine, t: PtxType, place: Value, operation: str, operand: Operand) -> Value:
    if operation in ("min", "max"):
        name = operation if t.signed else f"u{operation}"
    elif t.kind == "float":
        if operation != "add":
            raise m.unknown()
        name = "fadd"
    else:
        name = _UPDATES[operation]
    value = m.read(operand, t)
    return m.e.inst(
        "atomicrmw",
        value.type,
        [place, value],
        operation=name,
        ordering="acq_rel",
        align=t.bits // 8,
    )


def _compare_and_swap(
    m: Machine, t: PtxType, place: Value, expected: Operand, new: Operand
) -> Value:
    e = m.e
    pair = e.inst(
        "cmpxchg",
        struct_type((t.llvm, I1)),
        [place, m.read(expected, t), m.read(new, t)],
        ordering="acq_rel",
        failure_ordering="acquire",
        align=t.bits // 8,
    )
    return e.inst("extractvalue", t.llvm, [pair], indices=(0,))


# ---- Address spaces ------------------------------------------------------------------------------


def _cvta(m: Machine, s: Statement) -> None:
    """Only shared addresses differ from generic ones: they count from the block's memory."""
    e = m.e
    to, source = s.operands
    value = m.read_as(source, I64)
    if _space(s).startswith("shared"):
        base = e.inst("ptrtoint", I64, [shared_base(m)])
        value = e.binary("sub" if "to" in s.modifiers else "add", value, base)
    m.write(to, value)


def _nothing(m: Machine, s: Statement) -> None:
    """A hint, or a wait for what was done at once."""


# ---- Asynchronous copies -------------------------------------------------------------------------


def _cp(m: Machine, s: Statement) -> None:
    """cp.async.{ca,cg}.shared.global [to], [from], size{, bytes to read}; the rest becomes zero."""
    if s.modifiers[:1] != ("async",) or s.modifiers[1:2] == ("bulk",):
        raise m.unknown()
    if s.modifiers[1] in ("commit_group", "wait_group", "wait_all"):
        return
    if s.modifiers[1] not in ("ca", "cg") or len(s.operands) < 3:
        raise m.unknown()
    e = m.e
    to = m.guarded(pointer(m, s.operands[0], "shared"))
    source = pointer(m, s.operands[1], "global")
    size = m.read_as(s.operands[2], I32)
    count = getattr(size, "value", 0)
    if count not in (4, 8, 16):
        raise m.unknown()
    limit = m.read_as(s.operands[3], I32) if len(s.operands) > 3 else None
    words: list[Value] = []
    for at in range(0, count, 4):
        place: Value = e.offset_bytes(source, at)
        if limit is None:
            words.append(e.load(I32, m.guarded(place), 4))
            continue
        inside = e.compare("ugt", limit, at)
        safe = e.select(inside, place, to)
        words.append(e.select(inside, e.load(I32, safe, 4), const_int(I32, 0)))
    for index, word in enumerate(words):
        e.inst("store", VOID, [word, e.offset_bytes(to, 4 * index)], align=4)


def register() -> None:
    for name in ("ld", "ldu"):
        OPCODES[name] = _load
    OPCODES["st"] = _store
    OPCODES["atom"] = _atomic(True)
    OPCODES["red"] = _atomic(False)
    OPCODES["cvta"] = _cvta
    OPCODES["cp"] = _cp
    for name in ("prefetch", "prefetchu", "applypriority", "discard", "griddepcontrol", "pmevent"):
        OPCODES[name] = _nothing
