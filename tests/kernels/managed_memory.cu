#include "check.h"

__managed__ int counter = 5;
__managed__ float table[64] = {1.5f, 2.5f};
__device__ __managed__ int *pointer_variable;

__global__ void work(int *data, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    data[i] = data[i] * 2 + counter;
  if (i < 64)
    table[i] += i;
  if (i == 0)
    pointer_variable[1] = 99;
}

int main() {
  EXPECT_EQ(counter, 5);
  EXPECT_EQ(table[1], 2.5f);
  counter = 11; // the host writes, the device reads, without any copy
  int *data;
  const int n = 500;
  CUDA(cudaMallocManaged(&data, n * sizeof(int)));
  CUDA(cudaMallocManaged(&pointer_variable, 2 * sizeof(int), cudaMemAttachGlobal));
  for (int i = 0; i < n; ++i)
    data[i] = i;
  work<<<4, 128>>>(data, n);
  SYNC();
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(data[i], i * 2 + 11);
  for (int i = 2; i < 64; ++i)
    EXPECT_EQ(table[i], float(i));
  EXPECT_EQ(table[0], 1.5f);
  EXPECT_EQ(table[1], 3.5f);
  EXPECT_EQ(pointer_variable[1], 99);
  cudaPointerAttributes attributes;
  CUDA(cudaPointerGetAttributes(&attributes, data));
  EXPECT(attributes.type == cudaMemoryTypeManaged);
  CUDA(cudaMemPrefetchAsync(data, n * sizeof(int), 0, 0));
  CUDA(cudaMemAdvise(data, n * sizeof(int), cudaMemAdviseSetReadMostly, 0));
  CUDA(cudaFree(data));
  CUDA(cudaFree(pointer_variable));
  return verdict();
}
