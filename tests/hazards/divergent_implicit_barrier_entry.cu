// Divergent code right at the entry, before the first barrier, that leaves values for all regions.
#include "../kernels/check.h"

__global__ void run(int *out, const int *in, int n) {
  __shared__ int tile[128];
  int t = threadIdx.x, start;
  if (t < n)
    start = in[t];
  else if (t == n)
    start = 1000;
  else
    start = -t;
  tile[127 - t] = start;
  __syncthreads();
  int other = tile[t];
  __syncthreads();
  out[t] = other * 3 + start;
}

int main() {
  int *in = managed<int>(128), *out = managed<int>(128);
  for (int i = 0; i < 128; ++i)
    in[i] = i * i;
  for (int n : {0, 1, 31, 32, 77, 128}) {
    run<<<1, 128>>>(out, in, n);
    SYNC();
    auto start = [&](int t) { return t < n ? in[t] : t == n ? 1000 : -t; };
    for (int t = 0; t < 128; ++t)
      EXPECT_EQ(out[t], start(127 - t) * 3 + start(t));
  }
  return verdict();
}
