// Barriers in the inner and in the outer of two loops, and between them.
#include "../kernels/check.h"

__global__ void run(int *out, int outer, int inner) {
  __shared__ int tile[64];
  int t = threadIdx.x, value = t;
  for (int a = 0; a < outer; ++a) {
    tile[t] = value + a;
    __syncthreads();
    for (int b = 0; b < inner + a % 2; ++b) {
      int next = tile[(t + b + 1) % 64];
      __syncthreads();
      tile[t] = next + (t % 2 ? a : -b);
      __syncthreads();
    }
    value = value / 2 + tile[t];
    __syncthreads();
  }
  out[t] = value;
}

int main() {
  int *out = managed<int>(64);
  for (int outer = 0; outer < 5; ++outer)
    for (int inner : {0, 1, 3}) {
      run<<<1, 64>>>(out, outer, inner);
      SYNC();
      int tile[64], next[64], value[64];
      for (int t = 0; t < 64; ++t)
        value[t] = t;
      for (int a = 0; a < outer; ++a) {
        for (int t = 0; t < 64; ++t)
          tile[t] = value[t] + a;
        for (int b = 0; b < inner + a % 2; ++b) {
          for (int t = 0; t < 64; ++t)
            next[t] = tile[(t + b + 1) % 64] + (t % 2 ? a : -b);
          for (int t = 0; t < 64; ++t)
            tile[t] = next[t];
        }
        for (int t = 0; t < 64; ++t)
          value[t] = value[t] / 2 + tile[t];
      }
      for (int t = 0; t < 64; ++t)
        EXPECT_EQ(out[t], value[t]);
    }
  return verdict();
}
