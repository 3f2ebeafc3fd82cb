// Conditions that look alike for all threads and are not, and the other way about.
#include "../kernels/check.h"

__global__ void run(const int *in, int *out, int n) {
  __shared__ int tile[64];
  int t = threadIdx.x, limit = in[0];
  if (t == 3)
    limit += 1; // now it varies
  int count = 0;
  while (count < limit)
    ++count;
  tile[t] = count;
  __syncthreads();
  int same = tile[5]; // one address: one value
  int sum = 0;
  for (int i = 0; i < same; ++i)
    sum += tile[i % 64];
  int zero = t - t; // always 0
  if (in[zero] == n)
    sum += 10000; // so this is one value too
  const int *pointer = t % 2 ? in : in + 1;
  if (*pointer > 3)
    sum += 1000;
  out[t] = sum;
}

int main() {
  int *in = managed<int>(2), *out = managed<int>(64);
  in[0] = 7, in[1] = 2;
  run<<<1, 64>>>(in, out, 7);
  SYNC();
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], 7 * 7 + 1 + 10000 + (t % 2 ? 1000 : 0));
  return verdict();
}
