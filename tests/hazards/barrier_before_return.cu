// A barrier as the last thing of a kernel, and one right before a return on one of two ways.
#include "../kernels/check.h"

__global__ void run(int *out, int mode) {
  __shared__ int cell;
  if (threadIdx.x == 0)
    cell = mode * 10;
  __syncthreads();
  if (cell > 15) { // the same for all
    out[threadIdx.x] = cell + threadIdx.x;
    __syncthreads();
    return;
  }
  out[threadIdx.x] = -cell;
  __syncthreads();
}

int main() {
  int *out = managed<int>(70);
  for (int mode = 0; mode < 4; ++mode) {
    run<<<1, 70>>>(out, mode);
    SYNC();
    for (int t = 0; t < 70; ++t)
      EXPECT_EQ(out[t], mode >= 2 ? mode * 10 + t : -mode * 10);
  }
  return verdict();
}
