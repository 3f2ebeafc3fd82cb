// cudaMallocAsync and cudaFreeAsync: memory that lives between two points of a stream.
#include "check.h"

__global__ void fill(int *data, int n, int value) {
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    data[i] = value + i;
}

int main() {
  const int n = 1000;
  static int host[n];
  cudaStream_t stream;
  CUDA(cudaStreamCreate(&stream));
  for (int round = 0; round < 20; ++round) {
    int *data;
    CUDA(cudaMallocAsync(&data, n * sizeof(int), stream));
    fill<<<1, 128, 0, stream>>>(data, n, round);
    CUDA(cudaMemcpyAsync(host, data, sizeof host, cudaMemcpyDeviceToHost, stream));
    CUDA(cudaFreeAsync(data, stream));
    CUDA(cudaStreamSynchronize(stream));
    for (int i = 0; i < n; i += 37)
      EXPECT_EQ(host[i], round + i);
  }
  CUDA(cudaStreamDestroy(stream));
  return verdict();
}
