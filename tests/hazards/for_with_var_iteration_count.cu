// A loop with barriers whose count comes from memory but is the same for a whole block.
#include "../kernels/check.h"

__global__ void run(const int *counts, int *out) {
  __shared__ int tile[64];
  int t = threadIdx.x, count = counts[blockIdx.x], sum = 0;
  for (int i = 0; i < count; ++i) {
    tile[t] = t * i;
    __syncthreads();
    sum += tile[(t + 1) % 64];
    __syncthreads();
  }
  out[blockIdx.x * 64 + t] = sum;
}

int main() {
  const int blocks = 5;
  int *counts = managed<int>(blocks), *out = managed<int>(blocks * 64);
  for (int b = 0; b < blocks; ++b)
    counts[b] = (b * 3) % 5;
  run<<<blocks, 64>>>(counts, out);
  SYNC();
  for (int b = 0; b < blocks; ++b)
    for (int t = 0; t < 64; ++t)
      EXPECT_EQ(out[b * 64 + t], (t + 1) % 64 * (counts[b] * (counts[b] - 1) / 2));
  return verdict();
}
