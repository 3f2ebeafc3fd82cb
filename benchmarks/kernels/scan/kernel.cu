#include "../../hosts/cuda_host.h"

constexpr int BLOCK = 512;

// Inclusive sums within the block (Hillis and Steele): its own, and in *total all of them.
__device__ int block_scan(int value, int *total) {
  __shared__ int sums[2][BLOCK];
  int t = threadIdx.x, side = 0;
  sums[0][t] = value;
  __syncthreads();
  for (int distance = 1; distance < BLOCK; distance *= 2) {
    int sum = sums[side][t];
    if (t >= distance)
      sum += sums[side][t - distance];
    side = 1 - side;
    sums[side][t] = sum;
    __syncthreads();
  }
  value = sums[side][t];
  *total = sums[side][BLOCK - 1];
  __syncthreads();
  return value;
}

__global__ void scan_blocks(const int *in, int *out, int *totals) {
  int i = blockIdx.x * BLOCK + threadIdx.x, total;
  out[i] = block_scan(in[i], &total);
  if (threadIdx.x == 0)
    totals[blockIdx.x] = total;
}
KERNEL(scan_blocks);

__global__ void scan_totals(int *totals, int count) {
  int before = 0;
  for (int first = 0; first < count; first += BLOCK) {
    int total, sum = block_scan(totals[first + threadIdx.x], &total);
    totals[first + threadIdx.x] = before + sum;
    before += total;
  }
}
KERNEL(scan_totals);

__global__ void add_totals(int *out, const int *totals) {
  if (blockIdx.x > 0)
    out[blockIdx.x * BLOCK + threadIdx.x] += totals[blockIdx.x - 1];
}
KERNEL(add_totals);
