// Threads of a block that differ in an axis which the kernel does not ask for do the same, and race
// where they add to memory without an atomic. In step, as on a GPU, each adds to the old value.
// not-interpreted: the race that the other paths avoid happens here
#include "check.h"

__global__ void add_row(const int *in, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    for (int j = 0; j < 5; ++j)
      out[i] += in[j * n + i];
}

// The y axis counts here, z does not.
__global__ void add_plane(int *out) { out[threadIdx.y * blockDim.x + threadIdx.x] += blockDim.z; }

// An atomic counts threads, whatever they have in common.
__global__ void count(int *out) { atomicAdd(&out[threadIdx.x], 1); }

__global__ void count_votes(int *out) { out[threadIdx.x] = __syncthreads_count(1); }

int main() {
  const int n = 100;
  int *in = managed<int>(5 * n), *out = managed<int>(n);
  for (int i = 0; i < 5 * n; ++i)
    in[i] = i * 3;
  add_row<<<4, dim3(32, 8)>>>(in, out, n);
  SYNC();
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(out[i], 3 * (5 * i + 10 * n));
  CUDA(cudaMemset(out, 0, n * sizeof(int)));
  add_plane<<<1, dim3(7, 5, 3)>>>(out);
  SYNC();
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(out[i], i < 35 ? 3 : 0);
  CUDA(cudaMemset(out, 0, n * sizeof(int)));
  count<<<2, dim3(9, 4, 2)>>>(out);
  SYNC();
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(out[i], i < 9 ? 16 : 0);
  count_votes<<<1, dim3(8, 3, 3)>>>(out);
  SYNC();
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(out[i], 72);
  return verdict();
}
