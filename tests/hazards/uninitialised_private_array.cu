// A private array that is filled only in part, by some threads, on both sides of a barrier.
#include "../kernels/check.h"

__global__ void run(int *out) {
  __shared__ int cell[64];
  int t = threadIdx.x, own[6];
  if (t % 2)
    own[t % 6] = t;
  cell[t] = t;
  __syncthreads();
  if (t % 2 == 0)
    own[t % 6] = cell[t ^ 1];
  __syncthreads();
  out[t] = own[t % 6];
}

int main() {
  int *out = managed<int>(64);
  run<<<1, 64>>>(out);
  SYNC();
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], t | 1);
  return verdict();
}
