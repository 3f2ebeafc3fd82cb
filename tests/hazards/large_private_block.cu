// Private memory that lives across a barrier, times 1024 threads: megabytes a block.
// not-interpreted: a million stores
#include "../kernels/check.h"

__global__ void run(int *out) {
  __shared__ int tile[1024];
  int t = threadIdx.x, own[1000];
  for (int i = 0; i < 1000; ++i)
    own[i] = i ^ t;
  tile[t] = own[t % 1000];
  __syncthreads();
  int index = (tile[1023 - t] + t) & 511;
  out[t] = own[index] + own[999 - index];
}

int main() {
  int *out = managed<int>(1024);
  run<<<1, 1024>>>(out);
  SYNC();
  for (int t = 0; t < 1024; ++t) {
    int u = 1023 - t, index = (((u % 1000) ^ u) + t) & 511;
    EXPECT_EQ(out[t], (index ^ t) + ((999 - index) ^ t));
  }
  return verdict();
}
