// Data and flags between blocks: a volatile flag announces data, fences forbid that both of two
// blocks miss what the other wrote, and a counter tells the last block that all others are done.
#include "check.h"

__device__ int data[2][64];
__device__ volatile int flag;

// Block 0 writes, block 1 waits; the reader has a barrier of the block, no fence.
__global__ void announce(int round, int *seen) {
  int i = threadIdx.x;
  if (blockIdx.x == 0) {
    data[round & 1][i] = 100 * round + i;
    __threadfence();
    __syncthreads();
    if (i == 0)
      flag = round;
    return;
  }
  if (i == 0)
    while (flag != round) {
    }
  __syncthreads();
  seen[i] = data[round & 1][63 - i];
}

__device__ volatile int here[2];

__global__ void both(int *saw) {
  here[blockIdx.x] = 1;
  __threadfence();
  saw[blockIdx.x] = here[1 - blockIdx.x];
}

__device__ unsigned done;

__global__ void last_block(const int *in, int *partial, int *total) {
  __shared__ bool last;
  int sum = __reduce_add_sync(~0u, in[blockIdx.x * 32 + threadIdx.x]);
  if (threadIdx.x == 0) {
    partial[blockIdx.x] = sum;
    __threadfence();
    last = atomicInc(&done, gridDim.x - 1) == gridDim.x - 1;
  }
  __syncthreads();
  if (last && threadIdx.x == 0) {
    int all = 0;
    for (int i = 0; i < (int)gridDim.x; ++i)
      all += ((volatile int *)partial)[i];
    *total = all;
  }
}

int main() {
  int *seen, *numbers, *partial, *total;
  CUDA(cudaMallocManaged(&seen, 64 * sizeof(int)));
  for (int round = 1; round <= 20; ++round) {
    announce<<<2, 64>>>(round, seen);
    CUDA(cudaDeviceSynchronize());
    for (int i = 0; i < 64; ++i)
      EXPECT(seen[i] == 100 * round + 63 - i);
  }
  for (int round = 0; round < 50; ++round) {
    int zeros[2] = {0, 0};
    CUDA(cudaMemcpyToSymbol(here, zeros, sizeof zeros));
    both<<<2, 1>>>(seen);
    CUDA(cudaDeviceSynchronize());
    EXPECT(seen[0] || seen[1]);
  }
  CUDA(cudaMallocManaged(&numbers, 64 * 32 * sizeof(int)));
  CUDA(cudaMallocManaged(&partial, 64 * sizeof(int)));
  CUDA(cudaMallocManaged(&total, sizeof(int)));
  for (int i = 0; i < 64 * 32; ++i)
    numbers[i] = i;
  for (int round = 0; round < 10; ++round) {
    last_block<<<64, 32>>>(numbers, partial, total);
    CUDA(cudaDeviceSynchronize());
    EXPECT(*total == 64 * 32 * (64 * 32 - 1) / 2);
    *total = 0;
  }
  return verdict();
}
