"""Kernels that are compiled when they are launched: which, how often, and what can go wrong."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from sampan.driver import CompileOptions, compile_program
from tests.conftest import SampanRun

# Launches `scale` with each block size that it is given, and prints what became of 1.
PROGRAM = r"""
#include <cstdio>
#include <cstdlib>
static __device__ int launches;     // which the host does not know
__constant__ int factor = 2;
__device__ int offset = 10, *where = &offset;
__global__ void scale(int *x) {
  if (threadIdx.x == 0) { x[0] = x[0] * factor + *where; ++launches; }
}
__global__ void count(int *x) { x[0] = launches * blockDim.x; }
__global__ void never(int *x) { x[0] = 0; }
int main(int argc, char **argv) {
  int *x;
  cudaMallocManaged(&x, 4);
  if (argc > 99) never<<<1, 1>>>(x);
  *x = 1;
  int three = 3;
  for (int i = 1; i < argc; ++i) {
    scale<<<1, std::atoi(argv[i])>>>(x);
    cudaMemcpyToSymbol(factor, &three, 4);
  }
  cudaError_t error = cudaGetLastError();
  cudaDeviceSynchronize();
  std::printf("%d ", *x);
  count<<<1, 7>>>(x);
  error = error ? error : cudaDeviceSynchronize();
  std::printf("%d %s\n", *x, cudaGetErrorName(error));
}
"""
COMPILED = re.compile(r"kernel (\w+)\(.*\), blocks of (.*): (\w+) path.*, compiled in")


@pytest.fixture
def program(tmp_path: Path, own_cache: Path) -> Path:
    file = tmp_path / "scale.cu"
    file.write_text(PROGRAM)
    return file


def test_a_kernel_is_compiled_for_each_shape_once(program: Path, sampan: SampanRun) -> None:
    first = sampan("run", "--verbose", program, "--", "32", "32")
    assert first.stdout == "46 14 cudaSuccess\n", first.stderr
    assert COMPILED.findall(first.stderr) == [
        ("scale", "32 x 1 x 1", "vector"),
        ("count", "7 x 1 x 1", "vector"),
    ]
    again = sampan("run", "--verbose", program, "--", "32", "32")
    assert again.stdout == first.stdout
    assert not COMPILED.findall(again.stderr)
    # Another shape, asked for when the module is no longer in memory.
    other = sampan("run", "--verbose", program, "--", "64", "32")
    assert other.stdout == first.stdout
    assert COMPILED.findall(other.stderr) == [("scale", "64 x 1 x 1", "vector")]


def test_many_shapes_get_the_form_for_any(program: Path, sampan: SampanRun) -> None:
    done = sampan("run", "--path", "fibre", "--verbose", program, "--", *map(str, range(1, 20)))
    shapes = [shape for kernel, shape, _ in COMPILED.findall(done.stderr) if kernel == "scale"]
    assert shapes == [*(f"{n} x 1 x 1" for n in range(1, 17)), "any shape"]
    assert done.stdout.split()[1:] == [str(19 * 7), "cudaSuccess"]


def test_a_damaged_library_is_made_anew(program: Path, own_cache: Path, sampan: SampanRun) -> None:
    first = sampan("run", program, "--", "32")
    [library] = own_cache.glob("programs/*/*/kernels/vector/*.32x1x1.so")
    library.write_bytes(library.read_bytes()[:1000])
    again = sampan("run", "--verbose", program, "--", "32")
    assert (again.returncode, again.stdout) == (0, first.stdout)
    assert COMPILED.findall(again.stderr) == [("scale", "32 x 1 x 1", "vector")]


def test_damaged_modules_are_an_error_that_says_so(
    program: Path, own_cache: Path, sampan: SampanRun
) -> None:
    sampan("run", program, "--", "32")
    [module] = own_cache.glob("programs/*/*/kernels/0.ll")
    module.write_text("nonsense")
    done = sampan("run", program, "--", "64")
    assert "cudaErrorNoKernelImageForDevice" in done.stdout
    assert re.search(r"cannot launch scale\(int\*\): .*0\.ll is damaged", done.stderr), done.stderr


def test_the_compiler_goes_when_the_program_does(program: Path, sampan: SampanRun) -> None:
    sampan("run", "--no-cache", program, "--", "32")
    marker = str(program).encode()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        left = [pid for pid in os.listdir("/proc") if pid.isdigit() and _mentions(pid, marker)]
        if not left:
            return
        time.sleep(0.05)
    raise AssertionError(f"still there: {left}")


def _mentions(pid: str, marker: bytes) -> bool:
    try:
        return marker in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_both_paths_are_of_one_program(program: Path, own_cache: Path, sampan: SampanRun) -> None:
    first = sampan("run", program, "--", "32")
    other = sampan("run", "--path", "fibre", "--verbose", program, "--", "32")
    assert (other.returncode, other.stdout) == (0, first.stdout)
    assert "found in the cache" in other.stderr
    assert ("scale", "32 x 1 x 1", "fibre") in COMPILED.findall(other.stderr)
    assert len(list(own_cache.glob("programs/*/*"))) == 1


def test_two_paths_make_the_same_modules(program: Path, tmp_path: Path) -> None:
    """One may find what another process has stored meanwhile, for the other path."""
    made = [
        compile_program([program], CompileOptions(path=path, at_launch=True), tmp_path / path)
        for path in ("vector", "fibre")
    ]
    (vector,), (fibre,) = (one.waiting for one in made)
    assert vector.identity == fibre.identity and vector.text == fibre.text


def test_ahead_compiles_all_before(program: Path, sampan: SampanRun) -> None:
    done = sampan("run", "--ahead", "--verbose", program, "--", "32", "32")
    assert done.stdout == "46 14 cudaSuccess\n"
    assert not COMPILED.findall(done.stderr)
    assert "kernel never(int*): vector path" in done.stderr


PROCESSES = r"""
#include <cstdio>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>
__global__ void set(int *x) { x[threadIdx.x] = blockDim.x; }
int launch(int threads) {
  int *x, got;
  cudaMalloc(&x, 4096);
  set<<<1, threads>>>(x);
  cudaMemcpy(&got, x, 4, cudaMemcpyDefault);
  return got;
}
int main(int argc, char **argv) {
  if (argc > 1) return launch(std::atoi(argv[1]));
  int children = 0, status, sum = 0;
  for (int i = 0; i < 3; ++i) {
    if (fork() == 0) {
      if (i == 1) execl(argv[0], argv[0], "4", nullptr);
      if (i == 2) execl("/proc/self/exe", "again", "5", nullptr);
      return launch(3 + i);
    }
  }
  while (wait(&status) > 0) { ++children; sum += WEXITSTATUS(status); }
  for (int fd = 3; fd < 1024; ++fd) close(fd);
  std::printf("%d children, sum %d, then %d\n", children, sum, launch(6) == 6);
  return 0;
}
"""


@pytest.mark.parametrize("extra", [[], ["--no-cache"]])
def test_processes_of_the_program_have_the_compiler_too(
    tmp_path: Path, own_cache: Path, sampan: SampanRun, extra: list[str]
) -> None:
    file = tmp_path / "processes.cu"
    file.write_text(PROCESSES)
    done = sampan("run", *extra, file)
    assert done.stdout.startswith("3 children, sum 12, then 0"), done.stdout + done.stderr
    assert "the compiler beside the program cannot be reached (Bad file descriptor)" in done.stderr
    assert "--ahead" in done.stderr
