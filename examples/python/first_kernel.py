"""The first kernel from Python: one thread for each element of a NumPy array."""

import numpy as np

import sampan

saxpy = sampan.RawKernel(
    r"""
extern "C" __global__ void saxpy(const float *x, float *y, float a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] += a * x[i];
}
""",
    "saxpy",
)

n, threads = 1_000_000, 256
x = np.random.default_rng(0).random(n, dtype=np.float32)
y = np.ones(n, np.float32)

saxpy((-(-n // threads),), (threads,), (x, y, 2.0, n))  # the kernel works on the arrays themselves

np.testing.assert_allclose(y, 1 + 2 * x, rtol=1e-6)
print(f"saxpy of {n} elements is right; it takes {saxpy.kernel}")

try:
    saxpy((1,), (threads,), (x.astype(np.float64), y, 2.0, n))
except sampan.ArgumentError as error:
    print(f"and what does not fit is refused:\n{error}")
