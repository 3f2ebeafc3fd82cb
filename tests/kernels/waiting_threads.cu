// Threads that wait for each other without a barrier: locks within a block and across blocks, a
// consumer that watches for its producer in the same warp, a chain through all threads of a block.
#include "check.h"

__device__ void lock(int *mutex) {
  while (atomicCAS(mutex, 0, 1) != 0)
    __nanosleep(20);
}
__device__ void unlock(int *mutex) {
  __threadfence();
  atomicExch(mutex, 0);
}

__global__ void count_under_lock(int *mutex, int *plain) {
  lock(mutex);
  int seen = *(volatile int *)plain;
  *(volatile int *)plain = seen + 1;
  unlock(mutex);
}

__global__ void produce_and_consume(int *out) {
  __shared__ volatile int ready, value;
  if (threadIdx.x == 0)
    ready = 0;
  __syncthreads();
  if (threadIdx.x == 0) { // waits for the last lane of its own warp
    while (!ready) {
    }
    out[blockIdx.x] = value;
  } else if (threadIdx.x == 31) {
    value = 100 + blockIdx.x;
    __threadfence_block();
    ready = 1;
  }
}

__global__ void chain(int *out) {
  __shared__ volatile int turn;
  int t = threadIdx.x, last = blockDim.x - 1;
  if (t == 0)
    turn = last; // the last thread begins
  __syncthreads();
  while (turn != t) {
  }
  out[t] = last - t;
  __threadfence_block();
  turn = t - 1;
}

int main() {
  int *cells = managed<int>(2), *out = managed<int>(96);
  count_under_lock<<<4, 40>>>(&cells[0], &cells[1]);
  SYNC();
  EXPECT_EQ(cells[0], 0);
  EXPECT_EQ(cells[1], 160);
  produce_and_consume<<<3, 32>>>(out);
  SYNC();
  for (int b = 0; b < 3; ++b)
    EXPECT_EQ(out[b], 100 + b);
  chain<<<1, 70>>>(out);
  SYNC();
  for (int t = 0; t < 70; ++t)
    EXPECT_EQ(out[t], 69 - t);
  return verdict();
}
