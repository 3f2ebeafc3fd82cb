"""What the interpreter finds and hardware does not: accesses just outside of an object."""

from __future__ import annotations

import pytest

from tests.conftest import SampanRun

PROGRAM = """#include <cstdio>
#include <cstdlib>
__global__ void past_the_end(int *p) { p[threadIdx.x + 1] = 1; } // 3
__global__ void shared_array(int *p) {
  __shared__ int tile[32];
  tile[p[0] + threadIdx.x] = 1; // 6
  *p = tile[0];
}
__global__ void own_array(int *p) {
  int own[4] = {};
  for (int i = 0; i <= p[1]; ++i)
    own[i] = i; // 12
  *p = own[p[0]];
}
__device__ int variable[8];
__global__ void before_a_variable(int *p) { variable[p[0] - 2] = 1; } // 16
__global__ void no_function(int *p) {
  int (*called)(int) = reinterpret_cast<int (*)(int)>(p);
  *p = called(3); // 19
}
__device__ __noinline__ int deeper(int *p, int n) { return n < 0 ? 0 : deeper(p, n + 1) + *p; }
__global__ void endless_recursion(int *p) { *p = deeper(p, 0); }
__global__ void from_the_host(int *p) { *p = 1; } // 23

int main(int, char **words) {
  void (*kernels[])(int *) = {past_the_end, shared_array, own_array,         before_a_variable,
                              past_the_end, no_function,  endless_recursion, from_the_host};
  int which = atoi(words[1]), *p, first[2] = {1, 4}, on_the_host;
  cudaMalloc(&p, 32 * sizeof(int));
  cudaMemcpy(p, first, sizeof first, cudaMemcpyHostToDevice);
  if (which == 4)
    cudaFree(p);
  kernels[which]<<<1, 32>>>(which == 7 ? &on_the_host : p);
  printf("%s\\n", cudaGetErrorName(cudaDeviceSynchronize()));
}
"""
CASES = [
    ("past_the_end", "cudaErrorIllegalAddress", ["thread (31,0,0)", "a.cu:3:"]),
    ("shared_array", "cudaErrorIllegalAddress", ["128 of an object of 128 bytes", "a.cu:6:"]),
    ("own_array", "cudaErrorIllegalAddress", ["16 of an object of 16 bytes", "a.cu:12:"]),
    ("before_a_variable", "cudaErrorIllegalAddress", ["a.cu:16:"]),
    ("past_the_end", "cudaErrorIllegalAddress", ["no memory of the device's", "a.cu:3:"]),
    ("no_function", "cudaErrorIllegalAddress", ["which is no function", "a.cu:19:"]),
    ("endless_recursion", "cudaErrorHardwareStackError", ["nested too deeply"]),
    ("from_the_host", "cudaErrorIllegalAddress", ["no memory of the device's", "a.cu:23:"]),
]


@pytest.mark.parametrize("which", range(len(CASES)))
def test_fault_is_found(
    sampan: SampanRun, tmp_path_factory: pytest.TempPathFactory, which: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    source = folder / "a.cu"
    source.write_text(PROGRAM)
    done = sampan("run", "--path", "interp", "-O0", source, "--", str(which), cwd=folder)
    name, error, parts = CASES[which]
    assert (done.returncode, done.stdout) == (0, f"{error}\n"), done.stderr
    for part in (f"kernel {name}(int*)", *parts):
        assert part in done.stderr, f"no {part!r} in\n{done.stderr}"
    assert "Traceback" not in done.stderr
