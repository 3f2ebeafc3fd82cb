// The loop counter is the same for all threads and lives across the barrier within the loop.
#include "../kernels/check.h"

__global__ void run(int *out, int rounds) {
  __shared__ int tile[80];
  tile[threadIdx.x] = threadIdx.x;
  for (int i = 0; i < rounds; ++i) {
    __syncthreads();
    int next = tile[(threadIdx.x + i) % 80];
    __syncthreads();
    tile[threadIdx.x] = next + i;
  }
  out[threadIdx.x] = tile[threadIdx.x];
}

int main() {
  int *out = managed<int>(80);
  for (int rounds : {0, 1, 2, 13}) {
    run<<<1, 80>>>(out, rounds);
    SYNC();
    int tile[80], next[80];
    for (int t = 0; t < 80; ++t)
      tile[t] = t;
    for (int i = 0; i < rounds; ++i) {
      for (int t = 0; t < 80; ++t)
        next[t] = tile[(t + i) % 80] + i;
      for (int t = 0; t < 80; ++t)
        tile[t] = next[t];
    }
    for (int t = 0; t < 80; ++t)
      EXPECT_EQ(out[t], tile[t]);
  }
  return verdict();
}
