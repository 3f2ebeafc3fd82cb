// sampan-flags: -use_fast_math
// The fast sine and cosine stay within [-1, 1], and the cosine of (nearly) nothing is 1.
#include "check.h"

__global__ void run(const float *x, float *sine, float *cosine, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  sine[i] = sinf(x[i]);
  cosine[i] = cosf(x[i]);
}

int main() {
  const int n = 4096;
  float *x = managed<float>(n), *sine = managed<float>(n), *cosine = managed<float>(n);
  for (int i = 0; i < n; ++i) // around every quarter turn up to two turns, and around 0
    x[i] = (i / 256 - 8) * 1.57079633f + (i % 256 - 128) * 1e-5f;
  run<<<n / 256, 256>>>(x, sine, cosine, n);
  SYNC();
  same_bits(sine, n);
  same_bits(cosine, n);
  for (int i = 0; i < n; ++i) {
    EXPECT(sine[i] >= -1 && sine[i] <= 1);
    EXPECT(cosine[i] >= -1 && cosine[i] <= 1);
    if (x[i] > -1e-4f && x[i] < 1e-4f)
      EXPECT(cosine[i] == 1);
  }
  return verdict();
}
