"""PTX instructions in which the lanes of a warp work together (PTX ISA, "Data Movement", "Parallel
Synchronization")."""

from __future__ import annotations

from sampan.frontend.ptx.parse import Group, PtxError, Statement
from sampan.frontend.ptx.scope import Scope, type_of
from sampan.ir.core import Value
from sampan.ir.types import I1, I32, Type, struct_type


def shuffle(s: Scope, statement: Statement) -> None:
    """shfl.sync.mode.b32 d|p, a, b, c, members"""
    mode = next((m for m in statement.modifiers if m in ("idx", "up", "down", "bfly")), "")
    if not statement.has("sync"):
        raise PtxError("a shuffle without .sync")
    value, distance, packed, members = (s.read(one, I32) for one in statement.operands[1:5])
    to = statement.operands[0]
    paired = isinstance(to, Group) and to.pair
    result: Type = struct_type((I32, I1)) if paired else I32
    read = s.nvvm(f"shfl.sync.{mode}", result, members, value, distance, packed)
    if isinstance(to, Group) and to.pair:
        s.write(to.parts[0], s.e.inst("extractvalue", I32, [read], indices=(0,)))
        s.write(to.parts[1], s.e.inst("extractvalue", I1, [read], indices=(1,)))
    else:
        s.write(to, read)


def vote(s: Scope, statement: Statement) -> Value:
    """vote.sync.{all,any,uni}.pred and vote.sync.ballot.b32"""
    kind = next((m for m in statement.modifiers if m in ("all", "any", "uni", "ballot")), "")
    if not statement.has("sync"):
        raise PtxError("a vote without .sync")
    predicate = s.read(statement.operands[1], I1)
    members = s.read(statement.operands[2], I32)
    return s.nvvm(f"vote.{kind}.sync", I32 if kind == "ballot" else I1, members, predicate)


def match(s: Scope, statement: Statement) -> Value:
    """match.any.sync"""
    if not statement.has("any"):
        raise PtxError("this form")
    value = s.read(statement.operands[1], type_of(statement.type))
    return s.nvvm("match.any.sync", I32, s.read(statement.operands[2], I32), value)


def reduce(s: Scope, statement: Statement) -> Value:
    """redux.sync.op.type"""
    operation = next(m for m in statement.modifiers if m != "sync")
    if operation in ("min", "max") and statement.type[0] == "u":
        operation = f"u{operation}"
    value, members = (s.read(operand, I32) for operand in statement.operands[1:3])
    return s.nvvm(f"redux.sync.{operation}", I32, value, members)


def active(s: Scope, statement: Statement) -> Value:
    return s.nvvm("activemask", I32)


def barrier(s: Scope, statement: Statement) -> None:
    """bar.sync 0, barrier.sync 0, bar.warp.sync"""
    if statement.has("warp"):
        s.nvvm("bar.warp.sync", I32, s.read(statement.operands[0], I32))
        return
    name = s.read(statement.operands[0], I32)
    if len(statement.operands) != 1 or getattr(name, "value", 1) != 0 or not statement.has("sync"):
        raise PtxError("a barrier of a part of the block")
    s.nvvm("barrier.cta.sync.aligned.all", I32)


def fence(s: Scope, statement: Statement) -> None:
    """membar, fence"""
    s.e.fence("singlethread" if statement.has("cta") else "")
