"""Conversions of half are right with the F16C instructions and without them."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from sampan.codegen import make_target
from sampan.frontend.half_conversion import lower_half_conversions
from sampan.ir.reader import read_module
from sampan.ir.writer import write_module
from tests.passes.execute import Program

TEXT = """
declare float @__sampan_half2float(i16)
declare i16 @__sampan_float2half(float)

define void @widen(ptr %in, ptr %out) {
entry:
  %x = load i16, ptr %in, align 2
  %y = call float @__sampan_half2float(i16 %x)
  store float %y, ptr %out, align 4
  ret void
}

define void @narrow(ptr %in, ptr %out) {
entry:
  %x = load float, ptr %in, align 4
  %y = call i16 @__sampan_float2half(float %x)
  store i16 %y, ptr %out, align 2
  ret void
}
"""


def apply(program: Program, name: str, values: np.ndarray, result: type) -> np.ndarray:
    function = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(
        program.engine.get_function_address(name)
    )
    out = np.empty(len(values), dtype=result)
    for i in range(len(values)):
        function(values.ctypes.data + i * values.itemsize, out.ctypes.data + i * out.itemsize)
    return out


@pytest.mark.parametrize("features", ["+f16c", ""])
def test_both_directions(features: str) -> None:
    module = read_module(TEXT)
    lower_half_conversions(module, make_target("x86_64-unknown-linux-gnu", "x86-64", features))
    written = write_module(module)
    assert "__sampan" not in written and ("half" in written) == bool(features)
    program = Program(written)

    patterns = np.arange(1 << 16, dtype=np.uint16)
    halves = patterns.view(np.float16)
    widened = apply(program, "widen", patterns, np.float32)
    assert np.array_equal(widened, halves.astype(np.float32), equal_nan=True)

    finite = halves[:0x7C00].astype(np.float32)
    middle = np.append((finite[1:] + finite[:-1]) / 2, np.float32(65520))
    values = np.concatenate([
        finite, middle, np.nextafter(middle, np.float32(0)), np.nextafter(middle, np.float32(1e9)),
        np.array([np.inf, 1e30, 1e-30, 1e-45, 0.0], dtype=np.float32),
    ])  # fmt: skip
    for sign in (1, -1):
        signed = (values * np.float32(sign)).astype(np.float32)
        with np.errstate(over="ignore"):
            wanted = signed.astype(np.float16).view(np.uint16)
        assert np.array_equal(apply(program, "narrow", signed, np.uint16), wanted)
    nan = np.array([0x7FC00000, 0x7F800001, 0xFFFFE000], dtype=np.uint32).view(np.float32)
    assert list(apply(program, "narrow", nan, np.uint16)) == [0x7E00, 0x7E00, 0xFFFF]
