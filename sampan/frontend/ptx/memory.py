"""PTX loads, stores, atomics and asynchronous copies (PTX ISA, "Data Movement", "Parallel
Synchronization").

What only the caches see (.ca, .cg, .cs, .L2::128B …) means nothing here. An acquiring load has a
fence behind it, a releasing store one before it.
"""

from __future__ import annotations

from sampan.frontend.ptx.parse import Group, Name, Operand, PtxError, Statement
from sampan.frontend.ptx.scope import Scope, bits_of, type_of
from sampan.ir.constants import const_int
from sampan.ir.core import Value
from sampan.ir.types import I1, I8, I32, I64, PTR, VOID, function_type, int_type, struct_type

_OPERATIONS = {
    "add": "add",
    "and": "and",
    "or": "or",
    "xor": "xor",
    "exch": "xchg",
    "inc": "uinc_wrap",
    "dec": "udec_wrap",
}


def _is_shared(statement: Statement) -> bool:
    return any(m.split("::")[0] == "shared" for m in statement.modifiers)


def _elements(statement: Statement, operand: Operand) -> list[Operand]:
    count = next((int(m[1:]) for m in statement.modifiers if m in ("v2", "v4", "v8")), 1)
    parts: list[Operand] = list(operand.parts) if isinstance(operand, Group) else [operand]
    if len(parts) != count:
        raise PtxError(f"a vector of {len(parts)} registers")
    return parts


def _observed(s: Scope, statement: Statement) -> dict[str, bool]:
    """Other threads may write what is read, or wait for what is written."""
    weak = statement.has("nc") or not s.observes
    strong = statement.has("volatile", "relaxed", "acquire", "release", "mmio", "cv")
    return {"volatile": True} if strong or not weak else {}


def load(s: Scope, statement: Statement) -> None:
    """ld and ldu. Registers may be wider than what is loaded."""
    type = type_of(statement.type)
    parts = _elements(statement, statement.operands[0])
    pointer = s.address(statement.operands[1], _is_shared(statement))
    size = bits_of(type) // 8
    observed = _observed(s, statement)
    for index, part in enumerate(parts):
        place = s.e.offset(pointer, index * size)
        value: Value = s.e.inst("load", type, [place], align=size, **observed)
        if statement.type in ("s8", "s16"):
            value = s.e.cast("sext", value, I32)
        elif statement.type in ("u8", "b8"):
            value = s.e.cast("zext", value, I32)
        s.write(part, value)
    if statement.has("acquire"):
        s.e.fence()


def store(s: Scope, statement: Statement) -> None:
    type = type_of(statement.type)
    parts = _elements(statement, statement.operands[1])
    pointer = s.address(statement.operands[0], _is_shared(statement))
    size = bits_of(type) // 8
    if statement.has("release"):
        s.e.fence()
    for index, part in enumerate(parts):
        place = s.e.offset(pointer, index * size)
        value = s.read(part, type)
        s.e.inst("store", VOID, [value, place], align=size, **_observed(s, statement))


def atomic(s: Scope, statement: Statement) -> None:
    """atom, and red, which gives nothing back."""
    type = type_of(statement.type)
    operands = list(statement.operands)
    to = operands.pop(0) if statement.opcode == "atom" else Name("_")
    pointer = s.address(operands[0], _is_shared(statement))
    size = bits_of(type) // 8
    attributes = {"ordering": "seq_cst", "align": size}
    if statement.has("cas"):
        whole = int_type(bits_of(type))
        expected, new = (s.read(operand, whole) for operand in operands[1:3])
        pair = s.e.inst(
            "cmpxchg",
            struct_type((whole, I1)),
            [pointer, expected, new],
            failure_ordering="seq_cst",
            **attributes,
        )
        s.write(to, s.e.inst("extractvalue", whole, [pair], indices=(0,)))
        return
    operation = next((m for m in statement.modifiers if m in (*_OPERATIONS, "min", "max")), None)
    if operation is None or statement.has("noftz", "v2", "v4"):
        raise PtxError("this form")
    if operation in ("min", "max"):
        if type.is_float:
            raise PtxError("this form")
        name = operation if statement.type[0] == "s" else f"u{operation}"
    else:
        name = "fadd" if type.is_float and operation == "add" else _OPERATIONS[operation]
    value = s.read(operands[1], type)
    s.write(to, s.e.inst("atomicrmw", type, [pointer, value], operation=name, **attributes))


def copy_async(s: Scope, statement: Statement) -> None:
    """cp.async: copies at once; what is beyond the source's size is zero."""
    if not (statement.has("shared", "shared::cta") and statement.has("global")):
        if statement.has("commit_group", "wait_group", "wait_all"):
            return
        raise PtxError("this form")
    to = s.address(statement.operands[0], True)
    source = s.address(statement.operands[1], False)
    size: Value = s.read(statement.operands[2], I64)
    if len(statement.operands) > 3:
        signature = function_type(VOID, (PTR, I8, I64, I1))
        s.e.call("llvm.memset.p0.i64", signature, [to, const_int(I8, 0), size, s.e.boolean(False)])
        size = s.e.cast("zext", s.read(statement.operands[3], I32), I64)
    signature = function_type(VOID, (PTR, PTR, I64, I1))
    s.e.call("llvm.memcpy.p0.p0.i64", signature, [to, source, size, s.e.boolean(False)])


def nothing(s: Scope, statement: Statement) -> None:
    """prefetch and the like"""
