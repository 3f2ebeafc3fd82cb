"""Clusters: their barrier, and addresses in the shared memory of other blocks."""

from __future__ import annotations

from sampan.frontend import clusters
from sampan.frontend.ptx.machine import OPCODES, Machine
from sampan.frontend.ptx.parse import Statement
from sampan.ir.types import I32, I64, PTR


def barrier(m: Machine, s: Statement) -> None:
    """barrier.cluster.arrive{.release,.relaxed}{.aligned}, .wait{.acquire}{.aligned}"""
    m.no_guard()
    words = [x for x in s.modifiers[1:] if x not in ("aligned", "release", "acquire")]
    if words == ["arrive"]:
        clusters.arrive(m.e, m.call)
    elif words == ["arrive", "relaxed"]:
        clusters.arrive_relaxed(m.e, m.call)
    elif words == ["wait"]:
        clusters.wait(m.e, m.call)
    else:
        raise m.unknown()


def _mapa(m: Machine, s: Statement) -> None:
    """mapa{.shared::cluster}.{u32,u64} d, a, b: `a` as it is in block `b` of the cluster."""
    to, source, target = s.operands
    rank = m.read_as(target, I32)
    if "shared_cluster" in s.modifiers:
        m.write(to, clusters.map_offset(m.e, m.read_as(source, I32), rank))
        return
    address = m.e.inst("inttoptr", PTR, [m.read_as(source, I64)])
    m.write(to, m.e.inst("ptrtoint", I64, [clusters.map_address(m.e, address, rank)]))


def _getctarank(m: Machine, s: Statement) -> None:
    """getctarank{.shared::cluster}.{u32,u64} d, a: whose shared memory `a` is in."""
    to, source = s.operands
    if "shared_cluster" in s.modifiers:
        address = clusters.pointer(m.e, m.read_as(source, I32))
    else:
        address = m.e.inst("inttoptr", PTR, [m.read_as(source, I64)])
    m.write(to, clusters.rank_of_address(m.e, address))


def register() -> None:
    OPCODES["mapa"] = _mapa
    OPCODES["getctarank"] = _getctarank
