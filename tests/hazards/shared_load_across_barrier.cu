// A value loaded from shared memory before a barrier must not be loaded again after it.
#include "../kernels/check.h"

__global__ void run(int *out) {
  __shared__ int tile[128];
  int t = threadIdx.x;
  tile[t] = t;
  __syncthreads();
  int before = tile[127 - t];
  __syncthreads();
  tile[t] = 1000 + t;
  __syncthreads();
  int after = tile[127 - t];
  out[t] = before * 10000 + after;
}

int main() {
  int *out = managed<int>(128);
  run<<<1, 128>>>(out);
  SYNC();
  for (int t = 0; t < 128; ++t)
    EXPECT_EQ(out[t], (127 - t) * 10000 + 1127 - t);
  return verdict();
}
