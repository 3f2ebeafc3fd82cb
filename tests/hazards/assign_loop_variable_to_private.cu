// The loop's counter is stored in each thread's own array and variables and read after the barrier.
#include "../kernels/check.h"

__global__ void run(int *out, int n) {
  __shared__ int tile[64];
  int own[4] = {0, 0, 0, 0}, last = -1;
  for (int i = 0; i < n; ++i) {
    own[i % 4] = i;
    last = i;
    if (threadIdx.x == i)
      own[0] = 100 + i;
    tile[threadIdx.x] = own[i % 4] + threadIdx.x;
    __syncthreads();
    own[(i + 1) % 4] += tile[(threadIdx.x + i) % 64];
    __syncthreads();
  }
  out[threadIdx.x] = own[0] + 7 * own[1] + 13 * own[2] + 29 * own[3] + last;
}

int main() {
  const int n = 10;
  int *out = managed<int>(64), own[64][4] = {}, tile[64];
  run<<<1, 64>>>(out, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    for (int t = 0; t < 64; ++t) {
      own[t][i % 4] = i;
      if (t == i)
        own[t][0] = 100 + i;
      tile[t] = own[t][i % 4] + t;
    }
    for (int t = 0; t < 64; ++t)
      own[t][(i + 1) % 4] += tile[(t + i) % 64];
  }
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], own[t][0] + 7 * own[t][1] + 13 * own[t][2] + 29 * own[t][3] + n - 1);
  return verdict();
}
