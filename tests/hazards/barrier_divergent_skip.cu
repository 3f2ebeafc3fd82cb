// A divergent branch jumps over code on the way to the barrier; values made on either side of it
// are used after.
#include "../kernels/check.h"

__global__ void run(const int *in, int *out) {
  __shared__ int tile[64];
  int t = threadIdx.x, a = in[t], b = 7;
  if (a % 3 == 0)
    goto skip;
  b = a * a;
  if (a % 5 == 0)
    goto skip;
  a += b;
skip:
  tile[t] = a;
  __syncthreads();
  out[t] = tile[(t + 17) % 64] * 1000 + b;
}

int main() {
  int *in = managed<int>(64), *out = managed<int>(64), a[64], b[64];
  for (int t = 0; t < 64; ++t) {
    a[t] = in[t] = (t * 11) % 37;
    b[t] = a[t] % 3 ? a[t] * a[t] : 7;
    if (a[t] % 3 && a[t] % 5)
      a[t] += b[t];
  }
  run<<<1, 64>>>(in, out);
  SYNC();
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], a[(t + 17) % 64] * 1000 + b[t]);
  return verdict();
}
