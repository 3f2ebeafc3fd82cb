// What the API says about calls that make no sense, and which errors stay.
// interpreted-alone: leaves an error or resets the device
#include "check.h"
#include <cstring>

__global__ void nothing() {}
__global__ void with_shared() {
  __shared__ volatile char tile[1000];
  tile[threadIdx.x] = 1;
}

int main() {
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
  nothing<<<1, 2048>>>(); // more than 1024 threads
  EXPECT_EQ(cudaPeekAtLastError(), cudaErrorInvalidConfiguration);
  EXPECT_EQ(cudaPeekAtLastError(), cudaErrorInvalidConfiguration); // looking does not clear it
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
  EXPECT_EQ(cudaGetLastError(), cudaSuccess); // taking does
  nothing<<<0, 32>>>();
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
  nothing<<<1, 0>>>();
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
  nothing<<<1, dim3(1, 1, 65)>>>();
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
  nothing<<<dim3(1, 65536), 1>>>();
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
  nothing<<<1, 32, 1 << 20>>>(); // more shared memory than there is
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidValue);
  with_shared<<<1, 32, 48 * 1024 - 500>>>(); // static and dynamic together, without asking
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidValue);
  nothing<<<1, 32>>>(); // none of those errors stays
  EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);

  int *pointer = nullptr;
  EXPECT_EQ(cudaMalloc(&pointer, size_t(1) << 60), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaGetLastError(), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaMalloc((void **)nullptr, 4), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMalloc(&pointer, 64), cudaSuccess);
  EXPECT_EQ(cudaPeekAtLastError(), cudaErrorInvalidValue); // success does not clear the last error
  cudaGetLastError();
  EXPECT_EQ(cudaMemcpy(pointer, pointer, 4, cudaMemcpyKind(17)), cudaErrorInvalidMemcpyDirection);
  EXPECT_EQ(cudaMemcpy(nullptr, pointer, 4, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFree(pointer), cudaSuccess);
  EXPECT_EQ(cudaFree((void *)0x1234), cudaErrorInvalidValue);
  int on_the_stack;
  EXPECT_EQ(cudaFree(&on_the_stack), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFree(pointer), cudaErrorInvalidValue); // freed twice
  cudaGetLastError();

  EXPECT(strcmp(cudaGetErrorName(cudaErrorInvalidConfiguration), "cudaErrorInvalidConfiguration") ==
         0);
  EXPECT(strcmp(cudaGetErrorString(cudaSuccess), "no error") == 0);
  EXPECT(strcmp(cudaGetErrorString(cudaErrorInvalidValue), "invalid argument") == 0);
  EXPECT(strcmp(cudaGetErrorString(cudaErrorMemoryAllocation), "out of memory") == 0);
  EXPECT(strcmp(cudaGetErrorString(cudaErrorIllegalAddress),
                "an illegal memory access was encountered") == 0);
  EXPECT(strcmp(cudaGetErrorString(cudaError_t(9999)), "unrecognized error code") == 0);
  return verdict();
}
