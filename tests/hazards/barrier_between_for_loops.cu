// Two loops of which neither holds the barrier between them; trip counts vary from lane to lane.
#include "../kernels/check.h"

__global__ void run(int *out, int n) {
  __shared__ int tile[96];
  int t = threadIdx.x, sum = 0;
  for (int i = 0; i < t % 7; ++i)
    sum += i * t;
  tile[t] = sum;
  __syncthreads();
  int other = 0;
  for (int i = 0; i < n + t % 3; ++i)
    other += tile[(t + i) % 96];
  out[t] = other * 10 + sum % 10;
}

int main() {
  int *out = managed<int>(96), tile[96];
  run<<<1, 96>>>(out, 20);
  SYNC();
  for (int t = 0; t < 96; ++t)
    tile[t] = (t % 7) * (t % 7 - 1) / 2 * t;
  for (int t = 0; t < 96; ++t) {
    int other = 0;
    for (int i = 0; i < 20 + t % 3; ++i)
      other += tile[(t + i) % 96];
    EXPECT_EQ(out[t], other * 10 + tile[t] % 10);
  }
  return verdict();
}
