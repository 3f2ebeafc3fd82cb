// Several host threads that launch and copy at the same time, each with its own last error.
#include "check.h"
#include <thread>
#include <vector>

__global__ void fill(int *data, int n, int value) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    data[i] = value + i;
}

static void work(int id, int *wrong) {
  const int n = 1000;
  std::vector<int> host(n);
  cudaStream_t stream;
  int *data;
  *wrong += cudaStreamCreate(&stream) != cudaSuccess;
  *wrong += cudaMalloc(&data, n * sizeof(int)) != cudaSuccess;
  for (int round = 0; round < 20; ++round) {
    fill<<<8, 128, 0, stream>>>(data, n, id * 100000 + round);
    *wrong += cudaMemcpyAsync(host.data(), data, n * sizeof(int), cudaMemcpyDeviceToHost, stream) !=
              cudaSuccess;
    *wrong += cudaStreamSynchronize(stream) != cudaSuccess;
    for (int i = 0; i < n; ++i)
      *wrong += host[i] != id * 100000 + round + i;
  }
  *wrong += cudaGetLastError() != cudaSuccess;
  cudaFree(data);
  cudaStreamDestroy(stream);
}

int main() {
  int wrong[4] = {};
  fill<<<0, 0>>>(nullptr, 0, 0); // this thread's error, not the others'
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back(work, i, &wrong[i]);
  for (auto &thread : threads)
    thread.join();
  for (int count : wrong)
    EXPECT_EQ(count, 0);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
  return verdict();
}
