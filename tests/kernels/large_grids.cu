// expect-path: vector
// not-interpreted: a million blocks
#include "check.h"

__global__ void mark(unsigned char *seen) {
  size_t block = (size_t(blockIdx.z) * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  if (threadIdx.x == 0)
    seen[block] += 1;
}

__global__ void tally(unsigned long long *sum) {
  if (blockIdx.x % 65536 == 0)
    atomicAdd(sum, (unsigned long long)blockIdx.x);
}

int main() {
  const int total = 65535 * 2;
  unsigned char *seen = managed<unsigned char>(total * 2);
  mark<<<dim3(2, 65535), 1>>>(seen);
  SYNC();
  for (int i = 0; i < total; ++i)
    EXPECT_EQ(seen[i], 1);
  mark<<<dim3(1, 2, 65535), 2>>>(seen);
  mark<<<200001, 1>>>(seen);
  SYNC();
  EXPECT_EQ(seen[0], 3);
  EXPECT_EQ(seen[total - 1], 3);
  EXPECT_EQ(seen[200000], 1);
  unsigned long long *sum = managed<unsigned long long>(1);
  tally<<<1 << 20, 1>>>(sum);
  SYNC();
  EXPECT_EQ(*sum, 65536ull * (15 * 16 / 2));
  return verdict();
}
