// Dynamic shared memory after static arrays of odd size is aligned for any type.
#include "../kernels/check.h"

extern __shared__ double4 dynamic_part[];

__global__ void run(double *out, unsigned long long *addresses) {
  __shared__ char odd[37];
  __shared__ short more[3];
  int t = threadIdx.x;
  if (t < 37)
    odd[t] = char(t);
  if (t < 3)
    more[t] = short(t * 100);
  dynamic_part[t] = make_double4(t, t + 0.25, t + 0.5, -t);
  __syncthreads();
  double4 other = dynamic_part[63 - t];
  out[t] = other.x + other.w + other.y + odd[t % 37] + more[t % 3];
  if (t == 0)
    addresses[0] = (unsigned long long)dynamic_part % 16;
}

int main() {
  double *out = managed<double>(64);
  unsigned long long *addresses = managed<unsigned long long>(1);
  run<<<2, 64, 64 * sizeof(double4)>>>(out, addresses);
  SYNC();
  EXPECT_EQ(addresses[0], 0u);
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], 63 - t + 0.25 + t % 37 + t % 3 * 100);
  return verdict();
}
