// Loads, stores, divisions and calls under a condition that some lanes, or all, do not meet: what
// those lanes would touch is not there.
#include "../kernels/check.h"

__device__ __noinline__ int through(const int *pointer) { return *pointer + 1; }

__global__ void run(int **pointers, const int *divisors, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int value = -1;
  if (i < n && pointers[i] != nullptr) {
    value = *pointers[i];
    value += through(pointers[i]);
    *pointers[i] = value;
    if (divisors[i])
      value = 1000 / divisors[i] + value % divisors[i];
    if (value > 1000000) { // nobody
      value = *(volatile int *)nullptr;
      out[1 << 30] = 3;
    }
  }
  if (i < n)
    out[i] = value;
}

int main() {
  const int n = 100;
  int **pointers = managed<int *>(n), *divisors = managed<int>(n), *cells = managed<int>(n);
  int *out = managed<int>(n);
  for (int i = 0; i < n; ++i) {
    cells[i] = i * 10;
    pointers[i] = i % 3 && i < 64 ? &cells[i] : nullptr; // the last warp has none at all
    divisors[i] = i % 4;
  }
  run<<<4, 32>>>(pointers, divisors, out, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    int value = -1;
    if (i % 3 && i < 64) {
      value = i * 20 + 1;
      EXPECT_EQ(cells[i], value);
      if (i % 4)
        value = 1000 / (i % 4) + value % (i % 4);
    }
    EXPECT_EQ(out[i], value);
  }
  return verdict();
}
