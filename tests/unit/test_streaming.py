"""Which stores may go past the caches, and what is asked for early (block/streaming.py). That the
results are right: tests/kernels/streamed_stores.cu."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import run_sampan

HEADER = """
#define PLACE int i = blockIdx.x * blockDim.x + threadIdx.x
"""
# A kernel, and whether it streams and asks.
KERNELS = {
    "an array is written": (
        "__global__ void k(const float *a, float *b) { PLACE; b[i] = a[i]; }",
        (True, True),
    ),
    "an edge": (
        "__global__ void k(const float *a, float *b, int n) { PLACE; if (i < n) b[i] = a[i]; }",
        (True, True),
    ),
    "read, too": (
        "__global__ void k(const float *a, float *b) { PLACE; b[i] += a[i]; }",
        (False, True),
    ),
    "read elsewhere": (
        "__global__ void k(const float *a, float *b) { PLACE; float x = b[0]; b[i] = a[i] + x; }",
        (False, True),
    ),
    "less than a line": (
        "__global__ void k(const char *a, char *b) { PLACE; b[i] = a[i]; }",
        (False, False),
    ),
    "others are told": (
        "__global__ void k(const float *a, float *b, int *n) { PLACE; b[i] = a[i]; "
        "__threadfence(); if (threadIdx.x == 0) atomicAdd(n, 1); }",
        (False, True),
    ),
    "a flag": (
        "__global__ void k(const float *a, float *b, volatile int *n) { PLACE; b[i] = a[i]; "
        "if (threadIdx.x == 0) *n = 1; }",
        (False, True),
    ),
    "margins": (
        "__global__ void k(const float *a, float *b, int n) { PLACE; "
        "if (i > 0 && i < n - 1) b[i] = a[i - 1] + a[i + 1]; }",
        (False, True),
    ),
    "one place again": (
        "__global__ void k(const float *a, volatile float *b, int n, float *c) { PLACE; "
        'for (int j = 0; j < n; ++j) { c[i] = a[j]; asm volatile("" ::: "memory"); } }',
        (False, False),
    ),
    "a loop over the data": (
        "__global__ void k(const float *a, float *b, int n) { PLACE; "
        "for (; i < n; i += gridDim.x * blockDim.x) b[i] = a[i]; }",
        (True, False),
    ),
    "a tile": (
        "__global__ void k(const float *a, float *b, int n) { __shared__ float t[256]; PLACE; "
        "t[threadIdx.x] = a[i]; __syncthreads(); b[i] = t[255 - threadIdx.x]; }",
        (True, True),
    ),
    "a loop over tiles": (
        "__global__ void k(const float *a, float *b, int n) { __shared__ float t[256]; PLACE; "
        "float x = 0; for (int j = 0; j < n; ++j) { t[threadIdx.x] = a[i + j * 256]; "
        "__syncthreads(); x += t[255 - threadIdx.x]; __syncthreads(); } b[i] = x; }",
        (True, None),  # vectorize/next_round.py asks
    ),
}


def _code(kernel: str, folder: Path, *machine: str) -> str:
    source, out = folder / "k.cu", folder / "k.ll"
    source.write_text(
        HEADER + kernel + "\nint main() { k<<<64, 256>>>" + _arguments(kernel) + "; }"
    )
    done = run_sampan("cc", *machine, "--emit=llvm", source, "-o", out)
    assert done.returncode == 0, done.stderr
    return out.read_text()


def _arguments(kernel: str) -> str:
    count = kernel[kernel.index("(") : kernel.index(")")].count(",") + 1
    return "(" + ", ".join(["0"] * count) + ")"


@pytest.mark.parametrize("what", KERNELS)
def test_which_stores(what: str, tmp_path: Path) -> None:
    kernel, (streams, asks) = KERNELS[what]
    code = _code(kernel, tmp_path, "--target", "x86_64", "-mcpu=avx512")
    assert ("!nontemporal" in code) == streams
    assert bool(re.search(r"call void @llvm\.x86\.sse\.sfence", code)) == streams
    if asks is not None:
        assert bool(re.search(r"call void @llvm\.prefetch", code)) == asks


def test_other_targets_have_none(tmp_path: Path) -> None:
    kernel, _ = KERNELS["an array is written"]
    code = _code(kernel, tmp_path, "--target", "aarch64")
    assert "!nontemporal" not in code and "prefetch" not in code
