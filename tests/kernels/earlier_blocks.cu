// Blocks start in order, so a block may wait for an earlier one (and threads for a lock).
#include "check.h"

__global__ void chained_scan(const int *in, int *out, volatile int *prefix, volatile int *ready) {
  __shared__ int base;
  int t = threadIdx.x, b = blockIdx.x;
  if (t == 0) {
    int sum = 0;
    for (int i = 0; i < blockDim.x; ++i)
      sum += in[b * blockDim.x + i];
    if (b > 0)
      while (ready[b - 1] == 0) {
      }
    __threadfence();
    base = b > 0 ? prefix[b - 1] : 0;
    prefix[b] = base + sum;
    __threadfence();
    ready[b] = 1;
  }
  __syncthreads();
  out[b * blockDim.x + t] = base + in[b * blockDim.x + t];
}

__global__ void locked(int *lock, int *unprotected, int rounds) {
  if (threadIdx.x != 0)
    return; // one thread a block takes the lock
  for (int r = 0; r < rounds; ++r) {
    while (atomicCAS(lock, 0, 1) != 0) {
    }
    __threadfence();
    *(volatile int *)unprotected = *(volatile int *)unprotected + 1;
    __threadfence();
    atomicExch(lock, 0);
  }
}

__global__ void warps_wait(volatile int *flags, int *out) {
  int warp = threadIdx.x / 32;
  if (warp > 0 && threadIdx.x % 32 == 0)
    while (flags[warp - 1] == 0) {
    }
  if (threadIdx.x % 32 == 0) {
    out[warp] = warp == 0 ? 1 : ((volatile int *)out)[warp - 1] * 2;
    __threadfence_block();
    flags[warp] = 1;
  }
}

int main() {
  const int blocks = 40, threads = 32;
  int *in = managed<int>(blocks * threads), *out = managed<int>(blocks * threads);
  int *prefix = managed<int>(blocks), *ready = managed<int>(blocks);
  for (int i = 0; i < blocks * threads; ++i)
    in[i] = i % 11;
  chained_scan<<<blocks, threads>>>(in, out, prefix, ready);
  SYNC();
  int base = 0;
  for (int b = 0; b < blocks; ++b) {
    for (int t = 0; t < threads; ++t)
      EXPECT_EQ(out[b * threads + t], base + in[b * threads + t]);
    for (int t = 0; t < threads; ++t)
      base += in[b * threads + t];
  }
  int *cells = managed<int>(2);
  locked<<<30, 64>>>(cells, cells + 1, 20);
  SYNC();
  EXPECT_EQ(cells[1], 600);
  int *flags = managed<int>(8);
  warps_wait<<<1, 256>>>(flags, out);
  SYNC();
  EXPECT_EQ(out[7], 128);
  return verdict();
}
