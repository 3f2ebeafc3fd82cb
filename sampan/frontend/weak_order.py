"""Volatile accesses on processors that reorder memory accesses.

A GPU takes a thread's volatile accesses in their order, and programs count on it: one thread writes
data, then a flag; another reads the flag in a loop, then the data, often with a fence on the
writer's side alone. x86-64 keeps that order by itself. Elsewhere a volatile load takes what follows
it along (acquire), and a volatile store comes after what precedes it (release).

`vectorize.memory` has no volatile forms of masked accesses and marks the fences around them.
"""

from __future__ import annotations

from sampan.codegen import CpuTarget
from sampan.ir.core import Block, Instruction, Module
from sampan.ir.types import VOID

MARK = "sampan.volatile"  # of a fence: the ordering that it stands for
OWN = "sampan.own"  # of an access to memory that no other thread looks at


def run(module: Module, target: CpuTarget) -> None:
    if not target.weak_order:
        return
    for function in module.functions.values():
        for block in function.blocks:
            _order(block)


def _order(block: Block) -> None:
    for inst in list(block.instructions):
        if inst.op == "fence" and MARK in inst.attrs:
            inst.attrs = {"ordering": inst.attrs[MARK]}
        elif inst.attrs.get("volatile") and inst.op in ("load", "store") and OWN not in inst.attrs:
            place = block.instructions.index(inst)
            if inst.op == "load":
                block.insert(place + 1, Instruction("fence", VOID, [], ordering="acquire"))
            else:
                block.insert(place, Instruction("fence", VOID, [], ordering="release"))
