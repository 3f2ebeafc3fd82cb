// Some threads leave before the barrier; the others still meet there.
#include "../kernels/check.h"

__global__ void run(const int *in, int *out, int n) {
  __shared__ int tile[128];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  tile[threadIdx.x] = -1;
  if (i >= n)
    return;
  tile[threadIdx.x] = in[i];
  __syncthreads();
  int left = threadIdx.x ? tile[threadIdx.x - 1] : 0;
  if (in[i] == 5)
    return;
  __syncthreads();
  out[i] = left + tile[threadIdx.x];
}

int main() {
  const int n = 300;
  int *in = managed<int>(512), *out = managed<int>(512);
  for (int i = 0; i < n; ++i)
    in[i] = i % 9;
  run<<<4, 128>>>(in, out, n);
  SYNC();
  for (int i = 0; i < 512; ++i) {
    int left = i % 128 ? (i - 1) % 9 : 0;
    EXPECT_EQ(out[i], i >= n || i % 9 == 5 ? 0 : left + i % 9);
  }
  return verdict();
}
