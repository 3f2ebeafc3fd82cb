"""CUDA tests of a project, written for CuPy: `pytest --sampan` runs them without a GPU."""

import numpy as np
import pytest

cp = pytest.importorskip("cupy")

SOURCE = r"""
extern "C" __global__ void histogram(const unsigned char *data, int n, unsigned *bins) {
  __shared__ unsigned local[256];
  local[threadIdx.x] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    atomicAdd(&local[data[i]], 1u);
  __syncthreads();
  atomicAdd(&bins[threadIdx.x], local[threadIdx.x]);
}
"""


def test_histogram_counts_every_byte():
    data = np.random.default_rng(0).integers(0, 256, 100_000, dtype=np.uint8)
    bins = cp.zeros(256, cp.uint32)
    cp.RawKernel(SOURCE, "histogram")((8,), (256,), (cp.asarray(data), data.size, bins))
    np.testing.assert_array_equal(bins.get(), np.bincount(data, minlength=256))
