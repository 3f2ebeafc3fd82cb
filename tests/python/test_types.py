"""C++ types of parameters, and what Python values they take."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pytest

import sampan

SOURCE = r"""
#include <cuComplex.h>
#include <cstdint>
struct Base { int x; };
struct Derived : Base { double y; };
struct Nested { Derived inner[2]; float *p; };
struct Bits { int a : 3; int b : 5; };
union Either { float f; int i; };
enum class Color : unsigned char { RED, GREEN };
typedef struct { float u, v; } Unnamed;
using Real = double;

template <typename... T> __global__ void sum(float *out, T... t) { out[0] = (0.f + ... + t); }

extern "C" __global__ void values(const __grid_constant__ Derived d, const int n, size_t s, Color c,
                                  Unnamed a, Real r, cuDoubleComplex w, Bits bits, Either e,
                                  std::int16_t h, double *out) {
  out[0] = d.x; out[1] = d.y; out[2] = n; out[3] = s; out[4] = (int)c; out[5] = a.v; out[6] = r;
  out[7] = w.y; out[8] = bits.b; out[9] = e.f; out[10] = h;
}
extern "C" __global__ void pointers(volatile int *a, cuFloatComplex *z, std::uint8_t *b, bool *f,
                                    float (*rows)[4], const char *text, Nested *n) {
  z[1].y = a[0]; b[0] = text[1]; f[1] = true; rows[1][2] = 5; n->inner[1].y = n->p[0];
}
__global__ void overloaded(int *p) { *p = 1; }
__global__ void overloaded(float *p) { *p = 2; }
"""
DERIVED = np.dtype([("x", "i4"), ("y", "f8")], align=True)


@pytest.fixture(scope="module")
def module() -> sampan.RawModule:
    return sampan.RawModule(SOURCE, name_expressions=("sum<float, int, double>",))


class Bits(ctypes.Structure):
    _fields_ = (("word", ctypes.c_int),)


def test_values(module: sampan.RawModule) -> None:
    values = module.get_function("values")
    assert [str(p) for p in values.parameters][:5] == [
        "const Derived d",
        "const int n",
        "size_t s",
        "Color c",
        "Unnamed a",
    ]
    derived = np.zeros((), values.parameters[0].dtype)
    assert derived.dtype.itemsize == DERIVED.itemsize
    derived["x"], derived["y"] = 2, 3
    either = np.zeros((), values.parameters[8].dtype)
    either["f"] = 1.5
    out = np.zeros(11)
    arguments: list[Any] = [derived, 4, 2**40, 1, (6, 7), 8, 1 + 11j, Bits(0b01101000), either, -5]
    values((1,), (1,), [*arguments, out])
    assert out.tolist() == [2, 3, 4, 2.0**40, 1, 7, 8, 11, 13, 1.5, -5]
    arguments[0], arguments[4] = derived.astype(DERIVED), np.array([6, 70], np.float32)
    values((1,), (1,), (*arguments, out))
    assert out[1] == 3 and out[5] == 70


def test_what_has_no_dtype_takes_a_ctypes_structure(module: sampan.RawModule) -> None:
    values = module.get_function("values")
    assert values.parameters[7].dtype is None
    arguments = [np.zeros((), DERIVED), 4, 5, 1, (6, 7), 8, 0j, 3, None, -5, np.zeros(11)]
    message = r"argument 8 \(Bits bits\): the int 3 is no Bits; it wants a ctypes structure of 4 by"
    with pytest.raises(sampan.ArgumentError, match=message):
        values((1,), (1,), arguments)


def test_pointers(module: sampan.RawModule) -> None:
    kernel = module.get_function("pointers")
    z, b, flags = np.zeros(2, np.complex64), np.zeros(1, np.uint8), np.zeros(2, np.bool_)
    rows, nested = np.zeros((2, 4), np.float32), np.zeros(1, kernel.parameters[6].dtype)
    number = np.array([2.5], np.float32)
    nested["p"] = number.ctypes.data
    kernel((1,), (1,), (np.array([9], np.int32), z, b, flags, rows, b"ab", nested))
    assert z[1] == 9j and b[0] == ord("b") and flags.tolist() == [False, True]
    assert rows[1].tolist() == [0, 0, 5, 0] and nested["inner"]["y"].tolist() == [[0, 2.5]]


def test_parameter_packs(module: sampan.RawModule) -> None:
    out = np.zeros(1, np.float32)
    module.get_function("sum<float, int, double>")((1,), (1,), (out, 1.5, 2, 3.25))
    assert out[0] == 6.75


def test_overloads_are_told_apart_by_their_mangled_names(module: sampan.RawModule) -> None:
    with pytest.raises(sampan.NameNotFoundError, match=r"2 kernels(.|\n)*_Z10overloadedPi, _Z10ov"):
        module.get_function("overloaded")
    out = np.zeros(1, np.float32)
    module.get_function("_Z10overloadedPf")((1,), (1,), (out,))
    assert out[0] == 2


def test_arguments_that_are_no_sequence(module: sampan.RawModule) -> None:
    kernel = module.get_function("_Z10overloadedPi")
    with pytest.raises(sampan.ArgumentError, match=r"the arguments are the int 3, not a tuple"):
        kernel((1,), (1,), 3)  # type: ignore[arg-type]
    with pytest.raises(sampan.ArgumentError, match=r"takes 1 argument, not 5(.|\n)*written \(x,\)"):
        kernel((1,), (1,), np.zeros(5, np.int32))  # type: ignore[arg-type]


HALF = r"""
#include <cuda_bf16.h>
#include <cuda_fp16.h>
extern "C" __global__ void half_precision(const __half *x, half *y, __half s, __half2 *pair,
                                          __nv_bfloat16 *b, __nv_bfloat16 t) {
  y[threadIdx.x] = x[threadIdx.x] * s;
  if (threadIdx.x == 0) {
    pair->y = s;
    b[0] = t;
  }
}
"""


def test_half_precision() -> None:
    kernel = sampan.RawKernel(HALF, "half_precision")
    x, y, pair = np.arange(4, dtype=np.float16), np.zeros(4, np.float16), np.zeros(2, np.float16)
    bits = np.zeros(1, np.uint16)
    # 1 + 2**-8 lies between two numbers of bfloat16: ties go to the even one.
    for number, rounded in ((2.5, 0x4020), (1 + 2**-8, 0x3F80), (1 + 3 * 2**-8, 0x3F82)):
        kernel((1,), (4,), (x, y, 2.0, pair, bits, number))
        assert bits[0] == rounded
    assert y.tolist() == [0, 2, 4, 6] and pair.tolist() == [0, 2]
    with pytest.raises(sampan.ArgumentError, match=r"argument 3.*70000.0 is too large for __half"):
        kernel((1,), (4,), (x, y, 70000.0, pair, bits, 1))
    with pytest.raises(sampan.ArgumentError, match=r"argument 1.*float32 for const __half \*"):
        kernel((1,), (4,), (x.astype(np.float32), y, 1, pair, bits, 1))
    with pytest.raises(sampan.ArgumentError, match=r"argument 5.*float16 for __nv_bfloat16"):
        kernel((1,), (4,), (x, y, 1, pair, x, 1))
