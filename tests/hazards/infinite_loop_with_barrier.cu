// `while (true)` around a barrier; the block leaves together when a shared flag says so.
#include "../kernels/check.h"

__global__ void run(int *out, int limit) {
  __shared__ int total, tile[64];
  int t = threadIdx.x, value = t, rounds = 0;
  if (t == 0)
    total = 0;
  __syncthreads();
  while (true) {
    tile[t] = value;
    atomicAdd(&total, 1);
    __syncthreads();
    if (total >= limit)
      break;
    value = tile[63 - t] + rounds;
    ++rounds;
    __syncthreads();
  }
  out[t] = value * 100 + rounds;
}

int main() {
  int *out = managed<int>(64);
  for (int limit : {1, 64, 65, 640}) {
    run<<<1, 64>>>(out, limit);
    SYNC();
    int value[64], tile[64], rounds = 0;
    for (int t = 0; t < 64; ++t)
      value[t] = t;
    for (int total = 64; total < limit; total += 64) {
      for (int t = 0; t < 64; ++t)
        tile[t] = value[t];
      for (int t = 0; t < 64; ++t)
        value[t] = tile[63 - t] + rounds;
      ++rounds;
    }
    for (int t = 0; t < 64; ++t)
      EXPECT_EQ(out[t], value[t] * 100 + rounds);
  }
  return verdict();
}
