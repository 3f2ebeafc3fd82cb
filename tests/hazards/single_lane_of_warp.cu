// Blocks whose last gang has one lane, or whose only gang has few; atomics and loops there.
#include "../kernels/check.h"

__global__ void run(int *out, int *sum) {
  int t = threadIdx.x, value = 0;
  do {
    value += t;
  } while (value < 50 && t > 0);
  atomicAdd(sum, value);
  out[blockIdx.x * blockDim.x + t] = value;
}

int main() {
  int *out = managed<int>(4096), *sum = managed<int>(1);
  for (int threads : {1, 2, 7, 31, 33, 65, 97, 1023}) {
    *sum = 0;
    run<<<3, threads>>>(out, sum);
    SYNC();
    int want_sum = 0;
    for (int b = 0; b < 3; ++b)
      for (int t = 0; t < threads; ++t) {
        int want = t == 0 ? 0 : (50 + t - 1) / t * t;
        want_sum += want;
        EXPECT_EQ(out[b * threads + t], want);
      }
    EXPECT_EQ(*sum, want_sum);
  }
  return verdict();
}
