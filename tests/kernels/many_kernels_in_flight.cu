// Many small launches without a wait in between, and results that depend on their order.
// expect-path: vector
// not-interpreted: a million threads
#include "check.h"

__global__ void step(unsigned *data, int n, unsigned k) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    data[i] = data[i] * 31 + k;
}

int main() {
  const int n = 300;
  unsigned *data = managed<unsigned>(n);
  for (unsigned k = 0; k < 3000; ++k)
    step<<<3, 100>>>(data, n, k);
  SYNC();
  unsigned want = 0;
  for (unsigned k = 0; k < 3000; ++k)
    want = want * 31 + k;
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(data[i], want);
  return verdict();
}
