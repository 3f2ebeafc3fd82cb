// A kernel's bad access becomes a sticky error; the process lives on and says so.
// expect-error: illegal memory access
// expect-error: wild
// interpreted-alone: leaves an error or resets the device
#include "check.h"

__global__ void wild(int *pointer) { pointer[threadIdx.x] = 7; }
__global__ void fine(int *pointer) { pointer[threadIdx.x] = 8; }

int main() {
  int *good;
  CUDA(cudaMalloc(&good, 64 * sizeof(int)));
  wild<<<1, 32>>>(nullptr);
  EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
  EXPECT_EQ(cudaGetLastError(), cudaErrorIllegalAddress);
  EXPECT_EQ(cudaGetLastError(), cudaErrorIllegalAddress); // this one stays
  fine<<<1, 32>>>(good);
  EXPECT_EQ(cudaPeekAtLastError(), cudaErrorIllegalAddress);
  int back[32] = {};
  EXPECT_EQ(cudaMemcpy(back, good, sizeof back, cudaMemcpyDeviceToHost), cudaErrorIllegalAddress);
  EXPECT_EQ(cudaMalloc(&good, 4), cudaErrorIllegalAddress);
  return verdict();
}
