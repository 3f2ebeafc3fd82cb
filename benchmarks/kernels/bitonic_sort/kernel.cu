#include "../../hosts/cuda_host.h"

constexpr int PAIRS = 512; // a thread each; a block sorts twice as many keys in shared memory

__device__ void order(unsigned &a, unsigned &b, bool ascending) {
  if ((a > b) == ascending) {
    unsigned kept = a;
    a = b;
    b = kept;
  }
}

__device__ void load(unsigned *keys, const unsigned *from) {
  keys[threadIdx.x] = from[threadIdx.x];
  keys[threadIdx.x + PAIRS] = from[threadIdx.x + PAIRS];
}

// Steps of distances `distance` and below within the block's keys.
__device__ void merge(unsigned *keys, int distance, int length, int first) {
  for (; distance > 0; distance /= 2) {
    __syncthreads();
    int low = 2 * threadIdx.x - (threadIdx.x & (distance - 1));
    order(keys[low], keys[low + distance], ((first + low) & length) == 0);
  }
  __syncthreads();
}

__global__ void sort_blocks(unsigned *keys) {
  __shared__ unsigned own[2 * PAIRS];
  int first = blockIdx.x * 2 * PAIRS;
  load(own, keys + first);
  for (int length = 2; length <= 2 * PAIRS; length *= 2)
    merge(own, length / 2, length, first);
  load(keys + first, own);
}
KERNEL(sort_blocks);

__global__ void merge_blocks(unsigned *keys, int length) {
  __shared__ unsigned own[2 * PAIRS];
  int first = blockIdx.x * 2 * PAIRS;
  load(own, keys + first);
  merge(own, PAIRS, length, first);
  load(keys + first, own);
}
KERNEL(merge_blocks);

__global__ void merge_step(unsigned *keys, int distance, int length) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int low = 2 * i - (i & (distance - 1));
  order(keys[low], keys[low + distance], (low & length) == 0);
}
KERNEL(merge_step);
