// A stencil with a halo in shared memory, repeated with swapped buffers.
// expect-path: vector
#include "check.h"
#include <vector>

__global__ void smooth(const float *in, float *out, int n) {
  extern __shared__ float tile[];
  int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
  tile[t + 1] = i < n ? in[i] : 0;
  if (t == 0)
    tile[0] = i > 0 ? in[i - 1] : 0;
  if (t == blockDim.x - 1)
    tile[t + 2] = i + 1 < n ? in[i + 1] : 0;
  __syncthreads();
  if (i < n)
    out[i] = tile[t] + 2 * tile[t + 1] + tile[t + 2];
}

int main() {
  const int n = 1001, threads = 96, rounds = 5;
  float *a = managed<float>(n), *b = managed<float>(n);
  std::vector<float> want(n), next(n);
  for (int i = 0; i < n; ++i)
    want[i] = a[i] = i % 9;
  for (int r = 0; r < rounds; ++r) {
    smooth<<<(n + threads - 1) / threads, threads, (threads + 2) * sizeof(float)>>>(a, b, n);
    std::swap(a, b);
    for (int i = 0; i < n; ++i)
      next[i] = (i ? want[i - 1] : 0) + 2 * want[i] + (i + 1 < n ? want[i + 1] : 0);
    want = next;
  }
  SYNC();
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(a[i], want[i]);
  return verdict();
}
