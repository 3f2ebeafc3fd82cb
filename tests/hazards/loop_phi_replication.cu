// Several values of each thread go around a loop with a barrier, exchanging their places.
#include "../kernels/check.h"

__global__ void run(int *out, int rounds) {
  __shared__ int tile[64];
  int t = threadIdx.x;
  int a = t, b = t * 2, c = 1;
  float f = t * 0.5f;
  for (int i = 0; i < rounds; ++i) {
    tile[t] = a;
    __syncthreads();
    int next = b + tile[(t + 1) % 64];
    b = a;
    a = c;
    c = next % 1000;
    f = f * 0.5f + i;
    __syncthreads();
  }
  out[t * 4] = a;
  out[t * 4 + 1] = b;
  out[t * 4 + 2] = c;
  out[t * 4 + 3] = int(f * 1024);
}

int main() {
  int *out = managed<int>(256), a[64], b[64], c[64], tile[64];
  float f[64];
  run<<<1, 64>>>(out, 11);
  SYNC();
  for (int t = 0; t < 64; ++t)
    a[t] = t, b[t] = t * 2, c[t] = 1, f[t] = t * 0.5f;
  for (int i = 0; i < 11; ++i) {
    for (int t = 0; t < 64; ++t)
      tile[t] = a[t];
    for (int t = 0; t < 64; ++t) {
      int next = b[t] + tile[(t + 1) % 64];
      b[t] = a[t];
      a[t] = c[t];
      c[t] = next % 1000;
      f[t] = f[t] * 0.5f + i;
    }
  }
  for (int t = 0; t < 64; ++t) {
    EXPECT(out[t * 4] == a[t] && out[t * 4 + 1] == b[t] && out[t * 4 + 2] == c[t]);
    EXPECT_EQ(out[t * 4 + 3], int(f[t] * 1024));
  }
  return verdict();
}
