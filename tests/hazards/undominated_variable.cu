// A variable is set on one uniform way and used after a join, with a barrier between.
#include "../kernels/check.h"

__global__ void run(int *out, int flag) {
  __shared__ int tile[64];
  int t = threadIdx.x;
  int value; // set only if flag is; used only if flag is
  if (flag)
    value = t * t;
  tile[t] = t;
  __syncthreads();
  int sum = tile[63 - t];
  if (flag)
    sum += value;
  __syncthreads();
  out[t] = sum;
}

int main() {
  int *out = managed<int>(64);
  for (int flag = 0; flag < 2; ++flag) {
    run<<<1, 64>>>(out, flag);
    SYNC();
    for (int t = 0; t < 64; ++t)
      EXPECT_EQ(out[t], 63 - t + (flag ? t * t : 0));
  }
  return verdict();
}
