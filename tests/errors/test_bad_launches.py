"""Programs that launch what cannot run, or fault: the error names the kernel and the CUDA error.

The programs check nothing themselves, as many do; what they are told on standard error counts.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SampanRun

CASES = {
    "block_of_2048_threads": (
        "__global__ void wide() {}",
        "wide<<<1, 2048>>>();",
        "cudaErrorInvalidConfiguration",
        ["wide", "2048"],
    ),
    "too_much_shared_memory": (
        "extern __shared__ int big[];\n__global__ void greedy(int *p) { *p = big[threadIdx.x]; }",
        "greedy<<<1, 32, 500000>>>(p);",
        "cudaErrorInvalidValue",
        ["greedy", "500000"],
    ),
    "illegal_address": (
        "__global__ void wild(int *p) { p[threadIdx.x] = 1; }",
        "wild<<<1, 64>>>((int *)256);",
        "cudaErrorIllegalAddress",
        ["wild"],
    ),
    "failed_assert": (
        "#include <cassert>\n__global__ void sure(int *p) { assert(p[threadIdx.x] == 1); }",
        "sure<<<1, 32>>>(p);",
        "cudaErrorAssert",
        ["Assertion `p[threadIdx.x] == 1` failed", "a.cu:4:"],
    ),
    "endless_recursion": (
        "__device__ __noinline__ int deep(int *p, int n) {\n"
        "  volatile int local[64];\n  local[n & 63] = n;\n"
        "  return n < 0 ? 0 : deep(p, n + 1) + local[0];\n}\n"
        "__global__ void sink(int *p) { *p = deep(p, *p); }",
        "sink<<<1, 1>>>(p);",
        "cudaError",
        ["sink"],
    ),
}


@pytest.mark.parametrize("path", ["vector", "fibre"])
@pytest.mark.parametrize("case", CASES)
def test_error_is_told(sampan: SampanRun, tmp_path: Path, case: str, path: str) -> None:
    declarations, launch, error, parts = CASES[case]
    source = tmp_path / "a.cu"
    source.write_text(
        f"""#include <cstdio>

{declarations}
int main() {{
  int *p;
  cudaMalloc(&p, 4096);
  cudaMemset(p, 0, 4096);
  {launch}
  cudaError_t launched = cudaGetLastError();
  cudaError_t ran = cudaDeviceSynchronize();
  printf("%s\\n", cudaGetErrorName(launched != cudaSuccess ? launched : ran));
}}
"""
    )
    done = sampan("run", "--path", path, source)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(error), done.stdout + done.stderr
    assert done.stdout.strip() != "cudaSuccess"
    for part in parts:
        assert part in done.stderr, f"no {part!r} in\n{done.stderr}"
    assert "Traceback" not in done.stderr
