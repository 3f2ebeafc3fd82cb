// A loop with barriers that the whole block leaves in its middle, at one of two places.
#include "../kernels/check.h"

__global__ void run(const int *in, int *out, int rounds) {
  __shared__ int tile[96];
  __shared__ int best;
  int t = threadIdx.x, value = in[blockIdx.x * 96 + t], i;
  for (i = 0; i < rounds; ++i) {
    tile[t] = value;
    if (t == 0)
      best = 0;
    __syncthreads();
    atomicMax(&best, value);
    __syncthreads();
    int found = best;
    if (found > 1000)
      break;
    value += tile[(t + 1) % 96] % 50 + i;
    __syncthreads();
    if (found % 11 == 0)
      break;
  }
  out[blockIdx.x * 96 + t] = value * 100 + i;
}

int main() {
  const int blocks = 6;
  int *in = managed<int>(blocks * 96), *out = managed<int>(blocks * 96);
  for (int i = 0; i < blocks * 96; ++i)
    in[i] = (i * 29) % (100 + 60 * (i / 96));
  run<<<blocks, 96>>>(in, out, 30);
  SYNC();
  for (int b = 0; b < blocks; ++b) {
    int value[96], tile[96], i;
    for (int t = 0; t < 96; ++t)
      value[t] = in[b * 96 + t];
    for (i = 0; i < 30; ++i) {
      int best = 0;
      for (int t = 0; t < 96; ++t) {
        tile[t] = value[t];
        if (value[t] > best)
          best = value[t];
      }
      if (best > 1000)
        break;
      for (int t = 0; t < 96; ++t)
        value[t] += tile[(t + 1) % 96] % 50 + i;
      if (best % 11 == 0)
        break;
    }
    for (int t = 0; t < 96; ++t)
      EXPECT_EQ(out[b * 96 + t], value[t] * 100 + i);
  }
  return verdict();
}
