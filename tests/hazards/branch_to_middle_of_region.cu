// A uniform branch enters the code between two barriers from two sides.
#include "../kernels/check.h"

__global__ void run(int *out, int flag) {
  __shared__ int tile[64];
  int t = threadIdx.x, value = t;
  tile[t] = t;
  if (flag) {
    __syncthreads();
    value = tile[63 - t];
    if (flag == 2)
      goto middle;
    value += 100;
    __syncthreads();
  }
  value *= 2;
middle:
  value += 5;
  __syncthreads();
  tile[t] = value;
  __syncthreads();
  out[t] = tile[(t + 1) % 64];
}

int main() {
  int *out = managed<int>(64);
  for (int flag = 0; flag < 4; ++flag) {
    run<<<1, 64>>>(out, flag);
    SYNC();
    for (int t = 0; t < 64; ++t) {
      int u = (t + 1) % 64;
      int want = flag == 0 ? u * 2 + 5 : flag == 2 ? 63 - u + 5 : (63 - u + 100) * 2 + 5;
      EXPECT_EQ(out[t], want);
    }
  }
  return verdict();
}
