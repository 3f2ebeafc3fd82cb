"""Blocks of a known shape: which gang a kernel gets, and what its accesses become."""

from __future__ import annotations

import re

import pytest

from sampan import codegen, support
from sampan.dump import Dump
from sampan.frontend import clang
from sampan.pipeline import compile_device

TARGET = codegen.make_target("x86_64-unknown-linux-gnu", "x86-64-v4", "+avx512f,+avx2,+fma")
SOURCE = """
// 16 sums of a thread fill the registers of a narrow gang, and spill in a wide one.
__global__ void sums(const float *a, const float *b, float *c, int n) {
  int x = threadIdx.x, y = threadIdx.y;
  float sum[4][4] = {};
  for (int k = 0; k < n; ++k)
#pragma unroll
    for (int i = 0; i < 4; ++i)
#pragma unroll
      for (int j = 0; j < 4; ++j)
        sum[i][j] += a[k * 64 + y + 16 * i] * b[k * 64 + x + 16 * j];
#pragma unroll
  for (int i = 0; i < 16; ++i)
    c[(i * 16 + y) * 16 + x] = sum[i / 4][i % 4];
}

// A tile of 8 columns is filled by the threads as numbered in the block.
__global__ void tile(const float *a, float *c, int n) {
  __shared__ float part[1024];
  int number = threadIdx.y * 16 + threadIdx.x;
  for (int first = 0; first < n; first += 8) {
    for (int e = number; e < 1024; e += 256)
      part[e / 8 * 8 + e % 8] = a[e / 8 * n + first + e % 8];
    __syncthreads();
    c[first + number] += part[1023 - number];
    __syncthreads();
  }
}

// Clang keeps a copy of the index for n < 16 and one for the rest.
__global__ void copies(const float *a, float *c, int n) {
  int row = blockIdx.y * 16 + threadIdx.y, column = blockIdx.x * 16 + threadIdx.x;
  float sum = 0;
  for (int k = 0; k < n / 16; ++k)
    sum += a[row * n + k];
  c[row * n + column] = sum;
}
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], dict[str, str]]:
    """By kernel, the width of its gangs and its vector code."""
    folder = tmp_path_factory.mktemp("forms")
    source = folder / "a.cu"
    source.write_text(SOURCE)
    options = clang.ClangOptions(devicelib=support.device_library())
    clang.compile_device(source, options, folder / "device.ll")
    text = (folder / "device.ll").read_text()
    device = compile_device(text, "0", TARGET, dump=Dump(folder), block_shape=(16, 16, 1))
    (made,) = folder.glob("*-vectorize.ll")
    names = ("sums", "tile", "copies")
    widths = {
        name: kernel.variants[0].width
        for kernel in device.kernels
        for name in names
        if name in kernel.kernel.name
    }
    pattern = r"^define [^\n]*\d{}\w*\.block%d\w?\(.*?^}}"
    code = {}
    for name in names:
        form = re.search(
            pattern.format(name) % widths[name], made.read_text(), re.DOTALL | re.MULTILINE
        )
        assert form, name
        code[name] = form[0]
    return widths, code


def test_a_gang_is_as_wide_as_its_sums_have_registers(
    compiled: tuple[dict[str, int], dict[str, str]],
) -> None:
    assert compiled[0] == {"sums": 16, "tile": 32, "copies": 32}


@pytest.mark.parametrize("kernel", ["tile", "copies"])
def test_no_access_goes_lane_by_lane(
    compiled: tuple[dict[str, int], dict[str, str]], kernel: str
) -> None:
    blocks = re.split(r"^(?=[\w.]+:)", compiled[1][kernel], flags=re.MULTILINE)
    likely = "".join(block for block in blocks if not block.startswith("scattered"))
    assert "masked.gather" not in likely
    assert "masked.scatter" not in likely


def test_the_next_tile_is_fetched(compiled: tuple[dict[str, int], dict[str, str]]) -> None:
    """Of the matrices, whose addresses move on by 8: a's in four rows, c's in two lines of the
    cache; not of the shared tile, which stays."""
    prefetches = re.findall(r"call void @llvm.prefetch\S*\(ptr (%\S+),", compiled[1]["tile"])
    assert len(prefetches) == 6, compiled[1]["tile"]
    assert "llvm.prefetch" not in compiled[1]["copies"]  # its threads do not wait for each other
