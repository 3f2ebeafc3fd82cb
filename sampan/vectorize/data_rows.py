"""Code for gangs that lie in one row of the data: `i / w` is one number there, `i % w` a line.

    x = i % w, y = i / w; …     becomes     if (the gang is in one row) { x = x0 + lane, y = y0; … }
                                            else { x = i % w, y = i / w; … }

A program that numbers the elements of a matrix with blocks of one dimension finds the column by a
remainder. Of a line of lanes nearly every gang has all its remainders in one row, which is a line
again, and one quotient: then what is loaded along rows needs no gathers, and what rows share is
loaded once.
"""

from __future__ import annotations

from functools import partial

from sampan.ir.constants import const_int, zero
from sampan.ir.core import ConstInt, Instruction, Value
from sampan.ir.types import IntType
from sampan.simt.divergence import Divergence
from sampan.vectorize.gang_copies import NO_WRAP, Simpler, Tests, is_rising_line

_DIVISIONS = ("udiv", "urem", "sdiv", "srem")
_LEAST_GANGS = 2  # in a row, where its length is a constant


def find(inst: Instruction, divergence: Divergence, width: int) -> Simpler | None:
    """A line divided by a uniform number."""
    if inst.op not in _DIVISIONS or not isinstance(inst.type, IntType) or inst.type.bits < 32:
        return None
    line, divisor = inst.operands
    if not is_rising_line(line, divergence) or not divergence.is_uniform(divisor):
        return None
    stride = divergence.shape(line).stride or 0
    if isinstance(divisor, ConstInt) and divisor.value < _LEAST_GANGS * width * stride:
        return None
    return Simpler(line, divisor, partial(_test, inst.op))


def _test(
    op: str, tests: Tests, line: Value, divisor: Value, stride: int
) -> tuple[list[Value], Value]:
    type = line.type
    assert isinstance(type, IntType)
    signed = op in ("sdiv", "srem")
    reach = stride * (tests.width - 1)
    first = tests.first(line, stride)
    quotient = tests.emit("sdiv" if signed else "udiv", type, first, divisor)
    start = tests.emit("sub", type, first, tests.emit("mul", type, quotient, divisor))
    less = "slt" if signed else "ult"
    end = (1 << (type.bits - signed)) - 1
    room = tests.emit("sub", type, divisor, const_int(type, reach))
    holds: list[Value] = [
        # Below half of the type's range, so that unsigned remainders do not wrap as signed ones.
        tests.icmp("sge", divisor, const_int(type, reach)),
        tests.icmp(less, start, room),
        tests.icmp(less, first, const_int(type, end - reach)),  # the line does not wrap
    ]
    if signed:
        holds.append(tests.icmp("sge", first, zero(type)))
    if op in ("udiv", "sdiv"):
        return holds, quotient
    return holds, tests.emit("add", type, start, tests.steps(type, stride), flags=NO_WRAP)
