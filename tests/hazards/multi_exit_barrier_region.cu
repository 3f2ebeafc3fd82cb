// The code after a barrier leaves to several places, among them other barriers and the end.
#include "../kernels/check.h"

__global__ void run(int *out, int mode) {
  __shared__ int tile[64];
  int t = threadIdx.x;
  tile[t] = t + mode;
  __syncthreads();
  int value = tile[t ^ 1];
  if (mode == 0) {
    out[t] = value;
    return;
  }
  if (mode == 1) {
    __syncthreads();
    tile[t] = value * 2;
  } else if (mode == 2) {
    __syncthreads();
    tile[t] = value * 3;
    __syncthreads();
    value = tile[t ^ 2];
    if (value % 2) { // divergent
      out[t] = -value;
      return;
    }
    out[t] = value;
    return;
  }
  __syncthreads();
  out[t] = tile[63 - t] + value;
}

int main() {
  int *out = managed<int>(64);
  for (int mode = 0; mode < 4; ++mode) {
    run<<<1, 64>>>(out, mode);
    SYNC();
    for (int t = 0; t < 64; ++t) {
      auto value = [&](int u) { return (u ^ 1) + mode; };
      int tripled = value(t ^ 2) * 3, want = 0;
      if (mode == 0)
        want = value(t);
      if (mode == 1)
        want = value(63 - t) * 2 + value(t);
      if (mode == 2)
        want = tripled % 2 ? -tripled : tripled;
      if (mode == 3)
        want = 63 - t + mode + value(t);
      EXPECT_EQ(out[t], want);
    }
  }
  return verdict();
}
