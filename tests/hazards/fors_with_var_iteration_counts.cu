// Nested loops, the outer with barriers and a uniform count, the inner with a count of each thread.
#include "../kernels/check.h"

__global__ void run(const int *counts, int *out, int outer) {
  __shared__ int tile[64];
  int t = threadIdx.x, sum = 0;
  for (int i = 0; i < outer; ++i) {
    int inner = counts[(t + i) % 64], product = 1;
    for (int k = 0; k < inner; ++k) {
      product = product * 3 + k;
      if (product > 500)
        break;
    }
    tile[t] = product;
    __syncthreads();
    for (int k = 0; k < inner % 3; ++k)
      sum += tile[(t + k) % 64];
    __syncthreads();
  }
  out[t] = sum;
}

int main() {
  int *counts = managed<int>(64), *out = managed<int>(64), sum[64] = {}, tile[64];
  for (int t = 0; t < 64; ++t)
    counts[t] = (t * 7) % 9;
  run<<<1, 64>>>(counts, out, 6);
  SYNC();
  for (int i = 0; i < 6; ++i) {
    for (int t = 0; t < 64; ++t) {
      int product = 1;
      for (int k = 0; k < counts[(t + i) % 64]; ++k) {
        product = product * 3 + k;
        if (product > 500)
          break;
      }
      tile[t] = product;
    }
    for (int t = 0; t < 64; ++t)
      for (int k = 0; k < counts[(t + i) % 64] % 3; ++k)
        sum[t] += tile[(t + k) % 64];
  }
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], sum[t]);
  return verdict();
}
