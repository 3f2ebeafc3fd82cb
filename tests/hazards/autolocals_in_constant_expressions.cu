// Addresses of shared variables in constant expressions: initialisers, offsets, comparisons; and
// shared variables of inner scopes, of a template and of a function.
#include "../kernels/check.h"

template <int N> __device__ int *scratch() {
  __shared__ int cells[N];
  return cells + N / 2;
}

__global__ void run(int *out) {
  __shared__ int tile[64];
  int *const middle = &tile[32];
  int *places[2] = {&tile[1] + 2, middle - 1};
  int t = threadIdx.x;
  tile[t] = 5 * t;
  {
    __shared__ int inner[64];
    inner[63 - t] = t;
    __syncthreads();
    out[t] = inner[t];
  }
  for (int k = 0; k < 2; ++k) {
    __shared__ int of_loop;
    if (t == k)
      of_loop = t + 10;
    __syncthreads();
    out[64 + t] += of_loop;
    __syncthreads();
  }
  int *small = scratch<2>(), *large = scratch<6>();
  if (t == 0)
    *small = 7, *large = 8;
  __syncthreads();
  out[128 + t] = *places[t & 1] + *small + 100 * *large + (small != large) * 10000;
}

int main() {
  int *out = managed<int>(192);
  run<<<1, 64>>>(out);
  SYNC();
  for (int t = 0; t < 64; ++t) {
    EXPECT_EQ(out[t], 63 - t);
    EXPECT_EQ(out[64 + t], 21);
    EXPECT_EQ(out[128 + t], (t & 1 ? 155 : 15) + 807 + 10000);
  }
  return verdict();
}
