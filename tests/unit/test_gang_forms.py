"""Blocks of a known shape: which gang a kernel gets, and what its accesses become."""

from __future__ import annotations

import re
from pathlib import Path

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

// Touches each element once: row by row, through several blocks.
__global__ void smooth(const float *a, float *c, int n) {
  int row = blockIdx.y * 16 + threadIdx.y, column = blockIdx.x * 16 + threadIdx.x;
  if (column < n - 1)
    c[row * n + column] = a[row * n + column] + a[row * n + column + 1];
}
"""


# Cells of a matrix, numbered along one dimension; neighbours that are repeated at the border.
LINES = """
__global__ void cells(const float *a, float *c, int width, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int x = i % width, y = i / width;
  c[i] = a[y] + a[i + width - 2 * x];
}
__global__ void border(const float *a, float *c, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  c[i] = a[min(max(i - 1, 0), n - 1)] + a[min(i + 1, n - 1)];
}
// Goes through the data by strides of the grid, and writes; and reads alone.
__global__ void strides(const float *a, float *c, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    c[i] += 2 * a[i];
}
__global__ void sums(const float *a, float *c, int n) {
  int first = blockIdx.x * blockDim.x + threadIdx.x;
  float sum = 0;
  for (int i = first; i < n; i += gridDim.x * blockDim.x)
    sum += a[i];
  c[first] = sum;
}
__global__ void shares(const float *a, float *c) {
  __shared__ float parts[8];
  int i = threadIdx.x, lane = i % 32, warps = blockDim.x / 32;
  if (lane == 0)
    parts[i / 32] = a[i];
  __syncthreads();
  c[i] = parts[lane % warps];
}
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], dict[str, str]]:
    names = ("sums", "tile", "copies", "smooth")
    return compile_forms(SOURCE, (16, 16, 1), names, tmp_path_factory.mktemp("forms"))


def compile_forms(
    text: str, shape: tuple[int, int, int], names: tuple[str, ...], folder: Path
) -> tuple[dict[str, int], dict[str, str]]:
    """By kernel, the width of its gangs and its vector code."""
    source = folder / "a.cu"
    source.write_text(text)
    options = clang.ClangOptions(devicelib=support.device_library())
    clang.compile_device(source, options, folder / "device.ll")
    text = (folder / "device.ll").read_text()
    device = compile_device(text, "0", TARGET, dump=Dump(folder), block_shape=shape)
    (made,) = folder.glob("*-vectorize.ll")
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
    assert compiled[0] == {"sums": 16, "tile": 32, "copies": 32, "smooth": 16}


def test_a_stream_runs_row_by_row(compiled: tuple[dict[str, int], dict[str, str]]) -> None:
    by_rows = {name for name, code in compiled[1].items() if "block.of.run" in code}
    assert by_rows == {"smooth"}


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


def test_gangs_that_are_lines_gather_nothing(tmp_path: Path) -> None:
    names = ("cells", "border", "shares", "strides", "sums")
    _, code = compile_forms(LINES, (256, 1, 1), names, tmp_path)
    assert "masked.gather" not in code["shares"]  # eight in order, four times
    assert "phase:" in code["strides"]  # the gangs of a block go round together
    assert "phase:" not in code["sums"]
    for name in ("cells", "border"):
        blocks = re.split(r"^(?=[\w.]+:)", code[name], flags=re.MULTILINE)
        gathering = [b.partition(":")[0] for b in blocks if "masked.gather" in b]
        assert "alike.alike:" in code[name] or "alike:" in code[name]
        assert gathering and all(label.startswith("scattered") for label in gathering)
