// The first thread does other work than all others, before, between and after barriers.
#include "../kernels/check.h"

__global__ void run(int *out, const int *in) {
  __shared__ int total, tile[100];
  int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
  if (t == 0)
    total = in[i];
  tile[t] = in[i];
  __syncthreads();
  if (t == 0)
    for (int k = 1; k < 100; ++k)
      total += tile[k];
  __syncthreads();
  int mine = total - tile[t];
  __syncthreads();
  if (t == 0)
    total = -1;
  __syncthreads();
  out[i] = t == 0 ? mine * 2 : mine + total;
}

int main() {
  int *in = managed<int>(300), *out = managed<int>(300);
  for (int i = 0; i < 300; ++i)
    in[i] = i % 13 + i / 100;
  run<<<3, 100>>>(out, in);
  SYNC();
  for (int i = 0; i < 300; ++i) {
    int total = 0;
    for (int k = 0; k < 100; ++k)
      total += in[i / 100 * 100 + k];
    int mine = total - in[i];
    EXPECT_EQ(out[i], i % 100 == 0 ? mine * 2 : mine - 1);
  }
  return verdict();
}
