// sampan-flags: -fmad=false
#include "check.h"

__global__ void run(const float *x, float *out) {
  int i = threadIdx.x;
  out[i] = x[i] * x[i] + -1.0f;
}

int main() {
  float *x = managed<float>(64), *out = managed<float>(64);
  for (int i = 0; i < 64; ++i)
    x[i] = 1.0f + i * 1.1920929e-7f;
  run<<<1, 64>>>(x, out);
  SYNC();
  for (int i = 0; i < 64; ++i) {
    volatile float square = x[i] * x[i];
    EXPECT_EQ(out[i], square - 1.0f);
  }
  return verdict();
}
