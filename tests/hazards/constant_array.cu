// A table of constants within a kernel, read with a varying index before and after a barrier.
#include "../kernels/check.h"

__global__ void run(int *out) {
  const int primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23};
  static const float halves[4] = {0.5f, 1.0f, 1.5f, 2.0f};
  __shared__ int tile[50];
  int t = threadIdx.x;
  tile[t] = primes[t % 9];
  __syncthreads();
  out[t] = tile[49 - t] * primes[(t + 4) % 9] + int(halves[t & 3] * 2);
}

int main() {
  const int primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23};
  int *out = managed<int>(50);
  run<<<1, 50>>>(out);
  SYNC();
  for (int t = 0; t < 50; ++t)
    EXPECT_EQ(out[t], primes[(49 - t) % 9] * primes[(t + 4) % 9] + (t & 3) + 1);
  return verdict();
}
