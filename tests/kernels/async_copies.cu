// not-interpreted: half a million threads
#include "check.h"

__global__ void increment(int *data, int n, int by) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    data[i] += by;
}

int main() {
  const int n = 1 << 16, streams = 4, part = n / streams;
  int *host, *device;
  CUDA(cudaMallocHost(&host, n * sizeof(int)));
  CUDA(cudaMalloc(&device, n * sizeof(int)));
  for (int i = 0; i < n; ++i)
    host[i] = i;
  cudaStream_t stream[streams];
  for (auto &s : stream)
    CUDA(cudaStreamCreateWithFlags(&s, cudaStreamNonBlocking));
  for (int s = 0; s < streams; ++s) {
    int *h = host + s * part, *d = device + s * part;
    CUDA(cudaMemcpyAsync(d, h, part * sizeof(int), cudaMemcpyHostToDevice, stream[s]));
    for (int k = 0; k < 10; ++k)
      increment<<<part / 256, 256, 0, stream[s]>>>(d, part, k + s);
    CUDA(cudaMemcpyAsync(h, d, part * sizeof(int), cudaMemcpyDeviceToHost, stream[s]));
  }
  for (auto s : stream)
    CUDA(cudaStreamSynchronize(s));
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(host[i], i + 45 + 10 * (i / part));
  CUDA(cudaMemsetAsync(device, 0, n * sizeof(int), stream[1]));
  CUDA(cudaMemcpyAsync(host, device, n * sizeof(int), cudaMemcpyDeviceToHost, stream[1]));
  CUDA(cudaStreamSynchronize(stream[1]));
  for (int i = 0; i < n; i += 97)
    EXPECT_EQ(host[i], 0);
  EXPECT_EQ(cudaStreamQuery(stream[1]), cudaSuccess);
  for (auto s : stream)
    CUDA(cudaStreamDestroy(s));
  CUDA(cudaFreeHost(host));
  CUDA(cudaFree(device));
  return verdict();
}
