"""Conversions between float and the 16 bits of a half, which `cuda_fp16.h` leaves as two calls.

Calls, so that clang does not turn arithmetic on converted numbers into arithmetic on `half`. Where
the processor has instructions for them they become LLVM's conversions; elsewhere LLVM would call a
library, so they become integer code. Both round to nearest, ties to even.
"""

from __future__ import annotations

from sampan.codegen import CpuTarget
from sampan.frontend.emit import Emit
from sampan.ir.constants import const_float
from sampan.ir.core import Instruction, Module, Value
from sampan.ir.types import FLOAT, HALF, I16, I32

WIDEN, NARROW = "__sampan_half2float", "__sampan_float2half"


def lower_half_conversions(module: Module, target: CpuTarget) -> None:
    native = target.vectors.converts_halves
    for name, lowering in ((WIDEN, _widen), (NARROW, _narrow)):
        function = module.functions.get(name)
        if function is None:
            continue
        for call in list(function.users):
            assert isinstance(call, Instruction)
            result = lowering(Emit(module, call), call.arguments[0], native)
            call.replace_all_uses_with(result)
            call.erase()
        del module.functions[name]


def _widen(e: Emit, half: Value, native: bool) -> Value:
    if native:
        return e.cast("fpext", e.cast("bitcast", half, HALF), FLOAT)
    bits = e.cast("zext", half, I32)
    magnitude = e.binary("shl", e.binary("and", bits, 0x7FFF), 13)
    sign = e.binary("shl", e.binary("and", bits, 0x8000), 16)
    # The exponent's bias grows from 15 to 127; the product also normalises denormals.
    scale = const_float(FLOAT, 2.0**112)
    number = e.inst("fmul", FLOAT, [e.cast("bitcast", magnitude, FLOAT), scale])
    special = e.binary("or", magnitude, 0x7F800000)  # infinity, or NaN with its payload
    is_special = e.compare("uge", magnitude, 0x0F800000)
    finite = e.cast("bitcast", number, I32)
    result = e.binary("or", e.select(is_special, special, finite), sign)
    return e.cast("bitcast", result, FLOAT)


def _narrow(e: Emit, value: Value, native: bool) -> Value:
    if native:
        return e.cast("bitcast", e.cast("fptrunc", value, HALF), I16)
    bits = e.cast("bitcast", value, I32)
    magnitude = e.binary("and", bits, 0x7FFFFFFF)
    sign = e.binary("and", e.binary("lshr", bits, 16), 0x8000)
    # Round at bit 13 and change the bias; a carry into the exponent is right.
    odd = e.binary("and", e.binary("lshr", magnitude, 13), 1)
    rounded = e.binary("add", e.binary("add", magnitude, 0xFFF - (112 << 23)), odd)
    normal = e.binary("lshr", rounded, 13)
    # Adding 1/2 makes the addition round at 2^-24, where denormals end.
    shifted = e.inst("fadd", FLOAT, [e.cast("bitcast", magnitude, FLOAT), const_float(FLOAT, 0.5)])
    denormal = e.binary("sub", e.cast("bitcast", shifted, I32), 0x3F000000)
    finite = e.select(e.compare("ult", magnitude, 0x38800000), denormal, normal)
    # What an F16C processor makes of NaN: quiet, with the high bits of its payload.
    payload = e.binary("or", e.binary("and", e.binary("lshr", magnitude, 13), 0x3FF), 0x7E00)
    special = e.select(e.compare("ugt", magnitude, 0x7F800000), payload, e.integer(0x7C00))
    result = e.select(e.compare("uge", magnitude, 0x477FF000), special, finite)
    return e.cast("trunc", e.binary("or", result, sign), I16)
