// expect-path: vector
#include "check.h"

__global__ void sort_block(unsigned *data) {
  __shared__ unsigned keys[512];
  unsigned t = threadIdx.x;
  keys[t] = data[blockIdx.x * 512 + t];
  __syncthreads();
  for (unsigned size = 2; size <= 512; size *= 2)
    for (unsigned stride = size / 2; stride > 0; stride /= 2) {
      unsigned other = t ^ stride;
      if (other > t) {
        bool ascending = (t & size) == 0;
        unsigned a = keys[t], b = keys[other];
        if ((a > b) == ascending) {
          keys[t] = b;
          keys[other] = a;
        }
      }
      __syncthreads();
    }
  data[blockIdx.x * 512 + t] = keys[t];
}

int main() {
  const int blocks = 3, n = 512 * blocks;
  unsigned *data = managed<unsigned>(n), seed = 7, sum = 0;
  for (int i = 0; i < n; ++i)
    sum += data[i] = seed = seed * 1664525u + 1013904223u;
  sort_block<<<blocks, 512>>>(data);
  SYNC();
  for (int i = 0; i < n; ++i) {
    sum -= data[i];
    if (i % 512)
      EXPECT(data[i - 1] <= data[i]);
  }
  EXPECT_EQ(sum, 0u);
  return verdict();
}
