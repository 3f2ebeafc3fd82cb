"""In how many axes of a block the threads of a kernel differ.

A kernel that never asks for `threadIdx.y` and `threadIdx.z` does the same in all threads of one x.
If those write memory that they also read (`x[i] += …` over eight rows of threads), they race, and a
GPU's answer is what comes out when they are in step: each reads the old value, each writes the same
new one. One of them alone gives just that, for an eighth of the work; one after the other would add
eight times. So only the axes that make a difference are run.

What can tell threads apart in another way, or counts them, keeps all axes.
"""

from __future__ import annotations

from collections.abc import Iterable

from sampan.ir.core import Function, Instruction

ALL_AXES = 3
_BY_BLOCK = tuple(
    f"sampan.{name}." for name in ("ctaid", "ntid", "nctaid", "cluster", "shared", "dynamic")
)
_HARMLESS = frozenset(
    "sampan.tid.x sampan.barrier sampan.barrier.grid sampan.self sampan_assert_fail "
    "sampan_trap".split()
)


def thread_axes(reached: Iterable[Function]) -> int:
    """1, 2 or 3: x alone, x and y, or all. `reached` is the kernel and what it can call."""
    axes = 1
    for function in reached:
        for inst in function.instructions():
            if inst.callee_name == "sampan.tid.y":
                axes = max(axes, 2)
            elif _tells_threads_apart(inst):
                return ALL_AXES
    return axes


def _tells_threads_apart(inst: Instruction) -> bool:
    if inst.op in ("atomicrmw", "cmpxchg"):
        return True
    if inst.op in ("load", "store"):
        return bool(inst.attrs.get("volatile") or inst.attrs.get("ordering"))
    if inst.op != "call":
        return False
    name = inst.callee_name
    if name.startswith(("llvm.", *_BY_BLOCK)) or name in _HARMLESS:
        return False
    callee = inst.callee
    return not (isinstance(callee, Function) and callee.blocks)
