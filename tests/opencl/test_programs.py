"""Programs on OpenCL devices: the same output as on the CPU, or an error that says what is missing.

A sample, compiled as one program.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
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
    report = tmp_path / "report.json"
    flags = ["-Wno-everything", "-Werror=return-type", f"--json={report}"]
    done = run_sampan("run", *flags, bundle, env=runtime.environment)
    shown = f"exit code {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert done.returncode == 0, shown
    for name in SAMPLE:
        assert f"begin {name}\nPASS\nend {name} 0\n" in done.stdout, f"{name}\n{shown}"
    assert {kernel["path"] for kernel in json.loads(report.read_text())["kernels"]} == {"opencl"}


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


WARPS = r"""
#include <cstdio>
__global__ void sum(const int *in, int *out) {
  int value = in[threadIdx.x + threadIdx.y * blockDim.x];
  for (int step = 16; step; step /= 2)
    value += __shfl_down_sync(0xffffffffu, value, step);
  unsigned odd = __ballot_sync(0xffffffffu, in[threadIdx.x] & 1);
  if (threadIdx.x == 0)
    out[threadIdx.y] = value + __popc(odd);
}
int main() {
  int *in, *out;
  cudaMallocManaged(&in, 64 * sizeof *in);
  cudaMallocManaged(&out, 2 * sizeof *out);
  for (int i = 0; i < 64; ++i)
    in[i] = i;
  sum<<<1, dim3(32, 2)>>>(in, out);
  cudaError_t error = cudaDeviceSynchronize();
  printf("%s %d %d\n", cudaGetErrorName(error ? error : cudaGetLastError()), out[0], out[1]);
}
"""


@each_runtime
def test_warps(runtime: Runtime, tmp_path: Path) -> None:
    """As sub-groups of 32, or an error that says so."""
    source = tmp_path / "warps.cu"
    source.write_text(WARPS)
    done = run_sampan("run", source, env=runtime.environment)
    if runtime.device.warps:
        assert done.stdout == "cudaSuccess 512 1536\n", done.stderr
    else:
        assert done.stdout.startswith("cudaErrorNotSupported"), done.stdout
        assert "sum(int const*, int*): it works in warps" in done.stderr
        assert runtime.device.name in done.stderr


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


COUNT = r"""
#include <cstdio>
__global__ void nothing() {}
int main() {
  int count = -1;
  cudaError_t error = cudaGetDeviceCount(&count);
  nothing<<<1, 1>>>();
  printf("%s %d %s\n", cudaGetErrorName(error), count, cudaGetErrorName(cudaGetLastError()));
}
"""


def test_no_such_device(tmp_path: Path) -> None:
    source = tmp_path / "count.cu"
    source.write_text(COUNT)
    environment = {"SAMPAN_DEVICE": "opencl:0", "OCL_ICD_VENDORS": str(tmp_path)}
    done = run_sampan("run", source, env=environment)
    assert done.stdout == "cudaErrorNoDevice 0 cudaErrorNoDevice\n"
    assert done.stderr.count("SAMPAN_DEVICE=opencl:0 cannot be used: ") == 1
    assert "install" in done.stderr


@each_runtime
def test_a_program_for_the_cpu_does_not_run_there_instead(runtime: Runtime, tmp_path: Path) -> None:
    source = tmp_path / "count.cu"
    source.write_text(COUNT)
    made = run_sampan("cc", source, "-o", tmp_path / "count")
    assert made.returncode == 0, made.stderr
    done = subprocess.run(
        [tmp_path / "count"],
        env={**os.environ, **runtime.environment},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "cudaSuccess 1 cudaErrorNoKernelImageForDevice\n"
    assert "nothing(): it was compiled for the CPU" in done.stderr


@pytest.mark.parametrize(
    ("words", "device", "parts"),
    [
        (["run"], "cuda:0", ["SAMPAN_DEVICE=cuda:0 makes no sense", "opencl:N"]),
        (["run", "--path", "fibre"], "opencl:0", ["--path fibre runs on the CPU"]),
        (["run", "--target", "aarch64"], "opencl:0", ["--target aarch64 is for CPUs"]),
        (["cc", "--emit=asm"], "opencl:0", ["use --emit=spirv"]),
        (["cc", "-G", "-c"], "opencl:0", ["-G is for kernels on the CPU"]),
    ],
)
def test_what_makes_no_sense(
    words: list[str], device: str, parts: list[str], tmp_path: Path
) -> None:
    source = tmp_path / "count.cu"
    source.write_text(COUNT)
    done = run_sampan(*words, source, env={"SAMPAN_DEVICE": device})
    assert done.returncode == 2, done.stderr
    for part in parts:
        assert part in done.stderr


def test_emit_spirv(tmp_path: Path) -> None:
    out = tmp_path / "warps.spv"
    source = tmp_path / "warps.cu"
    source.write_text(WARPS)
    done = run_sampan("cc", "--emit=spirv", source, "-o", out)
    assert done.returncode == 0, done.stderr
    data = out.read_bytes()
    assert int.from_bytes(data[:4], "little") == 0x07230203
    assert b"_Z3sumPKiPi\0" in data
