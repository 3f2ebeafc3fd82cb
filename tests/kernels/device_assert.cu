// A failed assertion says where, and becomes a sticky error of the program.
// expect-error: device_assert.cu:11: void check(int *, int): block: [1,0,0], thread: [7,0,0] Assertion `i < n` failed.
// interpreted-alone: leaves an error or resets the device
#include "check.h"
#include <cassert>

__global__ void passes(int n) { assert(n > 0 && "never fails"); }

__global__ void check(int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  assert(i < n);
  out[i] = i;
}

int main() {
  int *out;
  CUDA(cudaMalloc(&out, 64 * sizeof(int)));
  passes<<<2, 64>>>(5);
  SYNC();
  check<<<1, 32>>>(out, 32);
  SYNC();
  check<<<2, 8>>>(out, 15); // thread 7 of block 1
  EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorAssert);
  EXPECT_EQ(cudaGetLastError(), cudaErrorAssert);
  EXPECT_EQ(cudaMemset(out, 0, 4), cudaErrorAssert); // sticky
  EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorAssert);
  return verdict();
}
