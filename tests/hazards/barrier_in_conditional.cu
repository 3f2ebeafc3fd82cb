// Barriers within if and else, where the condition is the same for the whole block: by a parameter,
// by blockIdx, and by a value from shared memory (which no analysis can prove).
#include "../kernels/check.h"

__global__ void run(int *out, int mode) {
  __shared__ int tile[64], decision;
  int t = threadIdx.x, value = t;
  tile[t] = t * 3;
  if (t == 0)
    decision = mode + blockIdx.x;
  __syncthreads();
  if (mode & 1) {
    value += tile[63 - t];
    __syncthreads();
    tile[t] = value;
  } else {
    value -= 1;
  }
  if (blockIdx.x == 1) {
    __syncthreads();
    value += tile[(t + 1) % 64];
    __syncthreads();
  }
  if (decision % 3 == 0) {
    tile[t] = value;
    __syncthreads();
    value = value * 2 + tile[t ^ 5];
  } else if (decision % 3 == 1) {
    tile[t] = -value;
    __syncthreads();
    value += tile[t ^ 9];
    __syncthreads();
  }
  out[blockIdx.x * 64 + t] = value;
}

int main() {
  int *out = managed<int>(3 * 64);
  for (int mode = 0; mode < 6; ++mode) {
    run<<<3, 64>>>(out, mode);
    SYNC();
    for (int b = 0; b < 3; ++b) {
      int tile[64], value[64], next[64];
      for (int t = 0; t < 64; ++t)
        tile[t] = t * 3, value[t] = t;
      for (int t = 0; t < 64; ++t)
        value[t] += mode & 1 ? tile[63 - t] : -1;
      if (mode & 1)
        for (int t = 0; t < 64; ++t)
          tile[t] = value[t];
      if (b == 1)
        for (int t = 0; t < 64; ++t)
          value[t] += tile[(t + 1) % 64];
      int decision = (mode + b) % 3;
      for (int t = 0; t < 64; ++t) {
        if (decision == 0)
          next[t] = value[t] * 2 + value[t ^ 5];
        if (decision == 1)
          next[t] = value[t] - value[t ^ 9];
        if (decision == 2)
          next[t] = value[t];
      }
      for (int t = 0; t < 64; ++t)
        EXPECT_EQ(out[b * 64 + t], next[t]);
    }
  }
  return verdict();
}
