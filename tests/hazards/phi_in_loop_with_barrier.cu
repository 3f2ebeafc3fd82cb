// A value chosen by a divergent branch within a loop that holds a barrier, used in the next round.
#include "../kernels/check.h"

__global__ void run(int *out, int rounds) {
  __shared__ int tile[64];
  int t = threadIdx.x, previous = t, value = 0;
  for (int i = 0; i < rounds; ++i) {
    int chosen;
    if (previous % 3 == 0)
      chosen = value + 1;
    else if (previous % 3 == 1)
      chosen = previous * 2;
    else
      chosen = i;
    tile[t] = chosen;
    __syncthreads();
    value = previous;
    previous = (tile[(t + 5) % 64] + chosen) % 101;
    __syncthreads();
  }
  out[t] = previous * 1000 + value;
}

int main() {
  int *out = managed<int>(64), previous[64], value[64] = {}, chosen[64];
  run<<<1, 64>>>(out, 17);
  SYNC();
  for (int t = 0; t < 64; ++t)
    previous[t] = t;
  for (int i = 0; i < 17; ++i) {
    for (int t = 0; t < 64; ++t)
      chosen[t] = previous[t] % 3 == 0 ? value[t] + 1 : previous[t] % 3 == 1 ? previous[t] * 2 : i;
    for (int t = 0; t < 64; ++t) {
      value[t] = previous[t];
      previous[t] = (chosen[(t + 5) % 64] + chosen[t]) % 101;
    }
  }
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], previous[t] * 1000 + value[t]);
  return verdict();
}
