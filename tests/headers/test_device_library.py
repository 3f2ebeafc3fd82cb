"""printf, assert, malloc, new and the C++ library in device code."""

from __future__ import annotations

import pytest
from header_support import compile_snippet

from sampan.frontend.clang import ClangOptions

SOURCE = """
#include <cassert>
#include <cstdio>
#include <cstring>
__global__ void k(int *p) {
  printf("%d %f\\n", p[0], 1.5f);
  std::printf("x");
  assert(p[1] > 0);
  int *heap = (int *)malloc(40);
  heap[0] = p[2];
  p[3] = heap[p[4]];
  free(heap);
  int *array = new int[p[5]];
  array[p[6]] = 1;
  p[7] = array[p[8]];
  delete[] array;
  memcpy(p, p + 100, p[9]);
  std::memset(p, 0, p[10]);
}
int main() { assert(printf("host\\n")); }
"""

LIBRARY = """
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <tuple>
#include <utility>
struct Point { float x, y; };
template <class F> __global__ void apply(float *p, F f) { p[threadIdx.x] = f(p[threadIdx.x]); }
__global__ void k(float *p, std::tuple<char, double, int> packed, std::array<float, 4> a) {
  p[0] = std::min(p[1], p[2]) + std::max({p[1], p[2], p[3]}) + std::numeric_limits<float>::max();
  std::complex<float> z(p[4], p[5]);
  z *= z + std::complex<float>(1, 2);
  p[6] = z.real() + std::abs(p[7]) + std::sqrt(p[8]) + std::get<2>(packed) + a[3];
  auto square = [](float v) { return v * v; };
  std::pair<float, int> pair(p[9], 1);
  p[10] = square(pair.first) + std::pow(p[11], 2.0f) + std::isnan(p[12]);
}
void host(float *p) { apply<<<1, 32>>>(p, [] __device__(float v) { return v + 1; }); }
"""


def test_runtime_functions_are_plain_calls() -> None:
    halves = compile_snippet(SOURCE)
    body = halves.body("1k")
    for name in ("vprintf", "__assertfail", "malloc", "free"):
        assert f"@{name}(" in body, name
    assert "@llvm.memcpy" in body and "@llvm.memset" in body
    assert "@__assert_fail(" in halves.host


@pytest.mark.parametrize("standard", ["c++14", "c++17", "c++20"])
def test_standard_library_in_kernels(standard: str) -> None:
    halves = compile_snippet(LIBRARY, ClangOptions(std=standard))
    declared = [line for line in halves.device.splitlines() if line.startswith("declare")]
    unknown = [line for line in declared if "@__nv_" not in line and "@llvm." not in line]
    assert unknown == []


def test_virtual_functions_and_function_pointers() -> None:
    device = compile_snippet("""
    struct Shape { __device__ virtual float area() const = 0; __device__ virtual ~Shape() {} };
    struct Square : Shape { float a; __device__ float area() const override { return a * a; } };
    __device__ float twice(float v) { return 2 * v; }
    __global__ void k(Shape *s, float (*f)(float), float *p) { p[0] = s->area() + f(twice(p[1])); }
    __global__ void make(Shape **s) { *s = new Square; }
    """).device
    assert "@_ZTV6Square" in device
