// A loop that only watches memory must stay a loop: the host, or a later kernel, ends it.
#include "check.h"

__global__ void wait_for(volatile int *flag, int *out) {
  while (*flag == 0) {
  }
  *out = *flag;
}
__global__ void counts(volatile int *cell) {
  for (int i = 0; i < 10; ++i)
    *cell = *cell + 1;
}

int main() {
  int *flag, *out = managed<int>(1), *cell = managed<int>(1);
  CUDA(cudaMallocHost(&flag, sizeof(int)));
  *flag = 0;
  wait_for<<<1, 1>>>(flag, out);
  CUDA(cudaGetLastError());
  EXPECT_EQ(cudaStreamQuery(0), cudaErrorNotReady);
  *(volatile int *)flag = 42;
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(*out, 42);
  EXPECT_EQ(cudaPeekAtLastError(), cudaSuccess); // "not ready" is no error to remember
  counts<<<1, 1>>>(cell);
  SYNC();
  EXPECT_EQ(*cell, 10);
  return verdict();
}
