// Threads of a block that differ in no index they ask for do the same thing: as on a GPU, where
// they are in step, each of them reads what was there before and writes the same.
// expect-path: vector
// not-interpreted: what races there is run one thread after the other
#include "../kernels/check.h"

__global__ void add_one(int *x) { x[blockIdx.x * blockDim.x + threadIdx.x] += 1; }

int main() {
  int *x;
  CUDA(cudaMallocManaged(&x, 64 * sizeof(int)));
  for (int i = 0; i < 64; ++i)
    x[i] = i;
  add_one<<<2, dim3(32, 8)>>>(x);
  add_one<<<2, dim3(32, 2, 3)>>>(x);
  SYNC();
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(x[i], i + 2);
  return verdict();
}
