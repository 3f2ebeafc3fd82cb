// Atomics on shared memory with conflicts, then on global memory.
// expect-path: vector
#include "check.h"

__global__ void histogram(const unsigned char *data, int n, unsigned *bins) {
  __shared__ unsigned local[256];
  for (int i = threadIdx.x; i < 256; i += blockDim.x)
    local[i] = 0;
  __syncthreads();
  int stride = blockDim.x * gridDim.x;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += stride)
    atomicAdd(&local[data[i]], 1u);
  __syncthreads();
  for (int i = threadIdx.x; i < 256; i += blockDim.x)
    if (local[i])
      atomicAdd(&bins[i], local[i]);
}

int main() {
  const int n = 30011;
  unsigned char *data = managed<unsigned char>(n);
  unsigned *bins = managed<unsigned>(256), want[256] = {};
  unsigned seed = 1;
  for (int i = 0; i < n; ++i) {
    seed = seed * 1103515245u + 12345u;
    data[i] = i % 3 ? seed >> 24 : 7; // a crowded bin
    ++want[data[i]];
  }
  histogram<<<6, 160>>>(data, n, bins);
  SYNC();
  for (int i = 0; i < 256; ++i)
    EXPECT_EQ(bins[i], want[i]);
  return verdict();
}
