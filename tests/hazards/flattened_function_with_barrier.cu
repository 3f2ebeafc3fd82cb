// A barrier in functions that the kernel calls, one of them not inlined, one called twice, in a
// loop.
#include "../kernels/check.h"

__device__ int exchange(int *tile, int value, int distance) {
  tile[threadIdx.x] = value;
  __syncthreads();
  int other = tile[(threadIdx.x + distance) % blockDim.x];
  __syncthreads();
  return other;
}
__device__ __noinline__ int exchange_twice(int *tile, int value) {
  return exchange(tile, exchange(tile, value, 1) + 1, 2);
}

__global__ void run(int *out, int rounds) {
  __shared__ int tile[64];
  int value = threadIdx.x;
  for (int i = 0; i < rounds; ++i) {
    value = exchange(tile, value, i) * 2;
    value = exchange_twice(tile, value) % 1000;
  }
  out[threadIdx.x] = value;
}

int main() {
  int *out = managed<int>(64), value[64], next[64];
  run<<<1, 64>>>(out, 5);
  SYNC();
  for (int t = 0; t < 64; ++t)
    value[t] = t;
  for (int i = 0; i < 5; ++i) {
    for (int t = 0; t < 64; ++t)
      next[t] = value[(t + i) % 64] * 2;
    for (int t = 0; t < 64; ++t)
      value[t] = (next[(t + 3) % 64] + 1) % 1000;
  }
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], value[t]);
  return verdict();
}
