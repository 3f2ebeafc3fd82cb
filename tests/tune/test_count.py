"""Kernels that count their operations and bytes."""

from __future__ import annotations

import json
from pathlib import Path

from sampan.at_launch.choices import Choice, CodeForm, write_choices
from tests.conftest import SampanRun

PROGRAM = r"""
#include <cstdio>
__device__ __noinline__ float twice(float x) { return x + x; }
__global__ void work(float *x, int n) {
  __shared__ float line[64];
  int i = blockIdx.x * 64 + threadIdx.x;
  line[threadIdx.x] = i;            // not counted
  __syncthreads();
  if (i >= n) return;
  float sum = line[63 - threadIdx.x];
  for (int k = 0; k < i % 4; ++k) sum = fmaf(sum, sum, 1.0f);  // 2 each
  if (i % 2) sum = twice(sum);      // 1
  x[i] = sum;                       // 4 bytes
}
int main() {
  float *x;
  cudaMalloc(&x, 4000);
  work<<<16, 64>>>(x, 1000);
  std::printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
}
"""


def test_operations_and_bytes_of_threads_that_run(
    tmp_path: Path, own_cache: Path, sampan: SampanRun
) -> None:
    source, stats, tuned = (tmp_path / name for name in ("work.cu", "stats.json", "tuned"))
    source.write_text(PROGRAM)
    environment = {"SAMPAN_STATS": str(stats)}
    assert sampan("run", source, env=environment).stdout == "cudaSuccess\n"
    [row] = json.loads(stats.read_text())["kernels"]
    assert "counts" not in row
    for form in (CodeForm(counting=True), CodeForm(8, "x", counting=True)):
        # `sampan run` sets the knob only where there are choices.
        write_choices(tuned, {(row["module"], row["name"]): Choice(form)})
        done = sampan("run", source, env={**environment, "SAMPAN_TUNED": str(tuned)})
        assert done.stdout == "cudaSuccess\n", done.stderr
        [counted] = json.loads(stats.read_text())["kernels"]
        assert counted["counts"] == [2 * 250 * (1 + 2 + 3) + 500, 4 * 1000]
