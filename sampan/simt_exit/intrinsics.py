"""LLVM's intrinsics that device back ends lack, as plain arithmetic.

For a target's `emit`, behind LLVM's optimiser, which makes some of them of such arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.ir.builder import Builder
from sampan.ir.constants import const_int
from sampan.ir.core import Function, Instruction, Value
from sampan.ir.types import IntType


def lower(function: Function) -> None:
    for inst in function.instructions():
        if inst.callee_name.startswith("llvm."):
            lowering = _LOWERINGS.get(inst.callee_name.split(".")[1])
            if lowering is not None:
                inst.replace_all_uses_with(lowering(Builder.ahead_of(inst), inst))
                inst.erase()


def _bitreverse(b: Builder, call: Instruction) -> Value:
    """Neighbours change places: bits, then pairs, and so on (Hacker's Delight, 7-1)."""
    value, type = call.arguments[0], call.type
    assert isinstance(type, IntType)
    step = 1
    while step < type.bits:
        ones = sum(((1 << step) - 1) << place for place in range(0, type.bits, 2 * step))
        mask, distance = const_int(type, ones), const_int(type, step)
        down = b.and_(b.lshr(value, distance), mask)
        up = b.shl(b.and_(value, mask), distance)
        value = b.or_(down, up)
        step *= 2
    return value


_LOWERINGS: dict[str, Callable[[Builder, Instruction], Value]] = {
    "bitreverse": _bitreverse,
}
