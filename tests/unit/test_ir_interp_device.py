# ruff: noqa: E501 (CUDA source)
"""The interpreter runs what clang and the front end make of CUDA sources, at every level."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from sampan import codegen
from sampan.canonicalize import sequence
from sampan.frontend import clang, nvvm
from sampan.frontend.nvvm import DeviceModule
from sampan.ir.interp import Interpreter
from sampan.ir.reader import read_module
from sampan.ir.verify import verify

SOURCE = r"""
#include <cuda_runtime.h>
#include <stdio.h>
struct Settings { int scale; double offset; short table[4]; };
__constant__ float weights[4] = {0.5f, 1.5f, 2.5f, 3.5f};
__device__ int total;
struct Shape { __device__ virtual int area() const = 0; };
struct Square : Shape { int a; __device__ Square(int a) : a(a) {} __device__ int area() const override { return a * a; } };
struct Strip : Shape { int a; __device__ Strip(int a) : a(a) {} __device__ int area() const override { return 3 * a; } };
__device__ __noinline__ int measure(const Shape &s) { return s.area(); }
__device__ int collatz(int n) {
  int steps = 0;
  while (n != 1) { n = n & 1 ? 3 * n + 1 : n / 2; if (++steps > 50) break; }
  return steps;
}
__global__ void k(float *sums, int *out, const Settings s, int n) {
  __shared__ float tile[64];
  extern __shared__ int more[];
  int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
  tile[t] = i < n ? i * weights[i & 3] : 0;
  more[t] = s.table[t & 3] * s.scale;
  __syncthreads();
  for (int d = blockDim.x / 2; d; d /= 2) {
    if (t < d) { tile[t] += tile[t + d]; more[t] += more[t + d]; }
    __syncthreads();
  }
  if (t == 0) { sums[blockIdx.x] = tile[0] + (float)s.offset; atomicAdd(&total, more[0]); }
  if (i >= n) return;
  Square square(t); Strip strip(t);
  switch (i % 4) {
  case 0: out[i] = measure(square); break;
  case 1: out[i] = measure(strip); break;
  case 2: out[i] = collatz(i); break;
  default: out[i] = i / (t - 7);
  }
  if (i == 5) printf("%d of %d: %.2f\n", i, n, s.offset);
}
"""


def collatz(n: int) -> int:
    steps = 0
    while n != 1:
        n = 3 * n + 1 if n & 1 else n // 2
        steps += 1
        if steps > 50:
            break
    return steps


def compiled(folder: Path, optimize: int, canonical: bool) -> DeviceModule:
    source, out = folder / "k.cu", folder / "k.ll"
    source.write_text(SOURCE)
    options = clang.ClangOptions(device_optimize=optimize, warnings=("-w",))
    try:
        clang.find_clang()
    except clang.FrontendError:
        pytest.skip("no clang")
    clang.compile_device(source, options, out)
    device = nvvm.lower(read_module(out.read_text()), codegen.host_target())
    verify(device.module, "SIMT")
    if canonical:
        for function in device.module.functions.values():
            if function.blocks:
                sequence.run(function)
        verify(device.module, "CANONICAL")
    return device


@pytest.mark.parametrize(("optimize", "canonical"), [(0, False), (2, False), (2, True)])
def test_a_kernel_of_clangs_gives_the_expected_results(
    optimize: int, canonical: bool, tmp_path: Path
) -> None:
    device = compiled(tmp_path, optimize, canonical)
    (kernel,) = device.kernels
    run = Interpreter(device.module, seed=optimize, blocks_at_once=2)
    n, blocks, threads = 150, 3, 64
    sums, out = np.zeros(blocks, np.float32), np.full(n, -9, np.int32)
    table = (1, -2, 30, 4)
    settings = struct.pack("<i4xd4h", 3, 0.25, *table)
    run.launch(
        kernel.name,
        blocks,
        threads,
        [sums, out, settings, n],
        dynamic_shared=4 * threads,
        static_shared=kernel.static_shared,
    )
    expected = np.empty(n, np.int32)
    for i in range(n):
        t = i % threads
        by_zero = -1 if t == 7 else int(i / (t - 7)) if t != 7 else 0
        expected[i] = (t * t, 3 * t, collatz(i) if i % 4 == 2 else 0, by_zero)[i % 4]
    assert (out == expected).all()
    weights = (0.5, 1.5, 2.5, 3.5)
    for b in range(blocks):  # the sums are exact in binary32, so their order does not matter
        own = range(b * threads, min(n, (b + 1) * threads))
        assert sums[b] == sum(i * weights[i & 3] for i in own) + 0.25
    total = int.from_bytes(run.read(run.address_of("total"), 4), "little", signed=True)
    assert total == blocks * threads // 4 * sum(table) * 3
    assert run.output == ["5 of 150: 0.25\n"]
