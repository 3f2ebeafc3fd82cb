"""Code for gangs that no bound touches: `min(max(x, 0), w - 1)` is `x` there.

    x = max(i - 1, 0); …        becomes     if (all lanes have i - 1 >= 0) { x = i - 1; … }
                                            else { x = max(i - 1, 0); … }

Filters repeat the pixels at a picture's border so. A line that is clamped is no line any more, and
what it addresses would be gathered, for the sake of the few gangs at the border.
"""

from __future__ import annotations

from functools import partial

from sampan.ir.constants import const_int
from sampan.ir.core import Instruction, Value
from sampan.ir.types import IntType
from sampan.simt.divergence import Divergence
from sampan.vectorize.gang_copies import Simpler, Tests, is_rising_line

# The comparison that says that the bound does not act on the least or the greatest lane.
_BOUNDS = {
    "llvm.smax.": "sge",
    "llvm.umax.": "uge",
    "llvm.smin.": "sle",
    "llvm.umin.": "ule",
}


def find(inst: Instruction, divergence: Divergence, width: int) -> Simpler | None:
    """A line with a uniform bound: the line, where the bound acts on no lane."""
    pred = next((p for name, p in _BOUNDS.items() if inst.callee_name.startswith(name)), None)
    if pred is None or not isinstance(inst.type, IntType) or inst.type.bits < 32:
        return None
    a, b = inst.arguments
    for line, limit in ((a, b), (b, a)):
        if is_rising_line(line, divergence) and divergence.is_uniform(limit):
            return Simpler(line, limit, partial(_test, pred))
    return None


def _test(
    pred: str, tests: Tests, line: Value, limit: Value, stride: int
) -> tuple[list[Value], Value]:
    type = line.type
    assert isinstance(type, IntType)
    signed, upper = pred[0] == "s", pred[1] == "l"
    first = tests.first(line, stride)
    last = tests.emit("add", type, first, const_int(type, stride * (tests.width - 1)))
    rises = tests.icmp("sle" if signed else "ule", first, last)  # does not wrap between lanes
    return [rises, tests.icmp(pred, last if upper else first, limit)], line
