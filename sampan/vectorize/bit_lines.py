"""Code for gangs that a mask of bits leaves lines: `t & (d - 1)`, `t ^ d` for distances of a gang
or more.

    low = 2 * t - (t & (d - 1)); …      becomes     if (d - 1 has all bits in which lanes differ)
                                                        { low = 2 * t - (t0 & (d - 1)) - lane; … }
                                                    else …

Sorting networks, transforms and scans find partners so, at a distance that halves or doubles from
launch to launch: only the last few rounds are within a gang.
"""

from __future__ import annotations

from functools import partial

from sampan.ir.constants import const_int, zero
from sampan.ir.core import ConstInt, Instruction, Value
from sampan.ir.types import IntType
from sampan.simt.divergence import Divergence
from sampan.vectorize.gang_copies import NO_WRAP, Simpler, Tests, is_rising_line


def find(inst: Instruction, divergence: Divergence, width: int) -> Simpler | None:
    """A line, whose lanes differ in low bits that its base has not, and bits known at run time."""
    if inst.op not in ("and", "or", "xor") or not isinstance(inst.type, IntType):
        return None
    a, b = inst.operands
    for line, bits in ((a, b), (b, a)):
        if isinstance(bits, ConstInt) or not divergence.is_uniform(bits):
            continue
        shape = divergence.shape(line)
        chunk = shape.chunk(width)
        if is_rising_line(line, divergence) and chunk:
            return Simpler(line, bits, partial(_test, inst.op, chunk))
    return None


def _test(
    op: str, chunk: int, tests: Tests, line: Value, bits: Value, stride: int
) -> tuple[list[Value], Value]:
    type = line.type
    assert isinstance(type, IntType)
    low = const_int(type, chunk - 1)
    kept = low if op == "and" else zero(type)
    holds = tests.icmp("eq", tests.emit("and", type, bits, low), kept)
    start = tests.emit(op, type, tests.first(line, stride), bits)
    return [holds], tests.emit("add", type, start, tests.steps(type, stride), flags=NO_WRAP)
