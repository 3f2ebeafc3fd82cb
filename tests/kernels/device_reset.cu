// cudaDeviceReset ends a sticky error: the device is as new.
// interpreted-alone: leaves an error or resets the device
#include "check.h"

__global__ void wild(volatile int *pointer) { *pointer = 1; }
__global__ void fine(int *pointer) { pointer[threadIdx.x] = 8; }

int main() {
  wild<<<1, 1>>>((int *)16);
  EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
  EXPECT_EQ(cudaDeviceReset(), cudaSuccess);
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
  int *good, back[32] = {};
  CUDA(cudaMalloc(&good, sizeof back));
  fine<<<1, 32>>>(good);
  CUDA(cudaMemcpy(back, good, sizeof back, cudaMemcpyDeviceToHost));
  for (int value : back)
    EXPECT_EQ(value, 8);
  return verdict();
}
