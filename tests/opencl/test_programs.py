"""Programs on OpenCL devices: the same output as on the CPU, or an error that says what is missing.

A sample, compiled as one program.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import TESTS, run_sampan
from tests.interpreted import bundle_text
from tests.opencl.runtimes import MISSING, Runtime, runtimes

each_runtime = pytest.mark.parametrize(
    "runtime",
    runtimes() or [pytest.param(None, marks=pytest.mark.skip(reason=MISSING))],
    ids=lambda runtime: runtime.name if runtime else "none",
)

SAMPLE = (
    "hazards/barrier_in_conditional hazards/private_array_across_barrier "
    "hazards/structs_and_vectors_as_arguments kernels/address_spaces kernels/atomics_float "
    "kernels/atomics_integer kernels/bit_intrinsics kernels/blocks_3d kernels/constant_memory "
    "kernels/device_globals kernels/shared_memory kernels/matrix_multiply"
).split()


@each_runtime
def test_sample(runtime: Runtime, tmp_path: Path) -> None:
    sources = [TESTS / f"{name}.cu" for name in SAMPLE]
    bundle = tmp_path / "bundle.cu"
    bundle.write_text(bundle_text(sources))
    done = run_sampan(
        "run", "-Wno-everything", "-Werror=return-type", bundle, env=runtime.environment
    )
    shown = f"exit code {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert done.returncode == 0, shown
    for name in SAMPLE:
        assert f"begin {name}\nPASS\nend {name} 0\n" in done.stdout, f"{name}\n{shown}"


SAYS = r"""
#include <cassert>
#include <cstdio>
__global__ void say(int n) {
  if (threadIdx.x == 3)
    printf("%d %.1f %s %c\n", n, n / 2.0, "words", 'x');
  assert(blockIdx.x != 1 || threadIdx.x != 2);
}
int main() {
  say<<<1, 4>>>(7);
  printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
  say<<<2, 4>>>(8);
  printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
}
"""


@each_runtime
def test_printf_and_assert(runtime: Runtime, tmp_path: Path) -> None:
    source = tmp_path / "says.cu"
    source.write_text(SAYS)
    done = run_sampan("run", source, env=runtime.environment)
    lines = done.stdout.splitlines()
    assert lines[:2] == ["7 3.5 words x", "cudaSuccess"], done.stderr
    assert "cudaErrorAssert" in lines
    assert "says.cu:7" in done.stderr and "block: [1,0,0], thread: [2,0,0]" in done.stderr
    assert runtime.device.name in done.stderr
    assert done.returncode == 0


REFUSED = {
    "a call through a function pointer": (
        "__device__ int one() { return 1; } __device__ int two() { return 2; }\n"
        "__global__ void k(int *p) { int (*f)() = *p ? one : two; *p = f(); }\n"
    ),
    "a barrier that threads may miss": (
        "__global__ void k(int *p) { if (threadIdx.x > 2) return;\n  __syncthreads(); *p = 1; }\n"
    ),
    "a loop in which a thread waits": (
        "__global__ void k(int *p) {\n"
        "  if (threadIdx.x) *(volatile int *)p = 1; else while (!*(volatile int *)p) ; }\n"
    ),
    "malloc in a kernel": "__global__ void k(void **p) {\n  *p = malloc(4); }\n",
}


@pytest.mark.parametrize("words", REFUSED)
def test_refused(words: str, tmp_path: Path) -> None:
    """Compiling says so, by line; no device is needed for that."""
    source = tmp_path / "refused.cu"
    source.write_text(REFUSED[words] + "int main() { k<<<1, 4>>>(nullptr); }\n")
    done = run_sampan("run", source, env={"SAMPAN_DEVICE": "opencl:0"})
    assert done.returncode == 3, done.stderr
    assert words in done.stderr and re.search(r"refused\.cu:2:\d+: error", done.stderr)
    assert "an OpenCL device" in done.stderr and "SAMPAN_DEVICE unset" in done.stderr
