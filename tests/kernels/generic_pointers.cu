// One function reads and writes through pointers to every kind of memory, and lanes of a warp hold
// pointers of different kinds at the same time.
#include "check.h"

__constant__ int in_constant[64] = {7, 1, 2};
__device__ int in_global[64];
__managed__ int in_managed[64];

__device__ __noinline__ int sum(const int *from, int count) {
  int total = 0;
  for (int i = 0; i < count; ++i)
    total += from[i];
  return total;
}
__device__ __noinline__ void bump(int *cell, int by) { *cell += by; }

__global__ void every_kind(int *allocated, int *pinned, int *out) {
  __shared__ int in_shared[64];
  extern __shared__ int in_dynamic[];
  int t = threadIdx.x;
  int own[4] = {t, t + 1, t + 2, t + 3};
  in_shared[t] = t;
  in_dynamic[t] = 2 * t;
  __syncthreads();
  // Each lane another kind: own, shared, dynamic shared, __device__, managed, cudaMalloc, pinned.
  int *cells[] = {own, in_shared, in_dynamic, in_global, in_managed, allocated, pinned};
  int kind = t % 7;
  int *mine = kind ? cells[kind] + t : own;
  bump(mine, 1000 + kind);
  __syncthreads();
  out[t] = *mine;
  out[64 + t] = sum(t % 2 ? in_constant : in_shared, 1 + t % 3);
  out[128 + t] = sum(own, 4);
  int *heap = t % 4 == 0 ? new int[2] : nullptr;
  if (heap) {
    heap[0] = t;
    heap[1] = 5;
    out[192 + t] = sum(heap, 2);
    delete[] heap;
  }
}

int main() {
  int *allocated, *pinned, *out = managed<int>(256);
  CUDA(cudaMalloc(&allocated, 64 * sizeof(int)));
  CUDA(cudaMemset(allocated, 0, 64 * sizeof(int)));
  CUDA(cudaMallocHost(&pinned, 64 * sizeof(int)));
  for (int i = 0; i < 64; ++i)
    pinned[i] = -i, in_managed[i] = 9;
  every_kind<<<1, 64, 64 * sizeof(int)>>>(allocated, pinned, out);
  SYNC();
  for (int t = 0; t < 64; ++t) {
    int kind = t % 7, before[] = {t, t, 2 * t, 0, 9, 0, -t};
    EXPECT_EQ(out[t], before[kind] + 1000 + kind);
    int total = 0;
    for (int i = 0; i < 1 + t % 3; ++i) {
      int constant[] = {7, 1, 2};
      total += t % 2 ? constant[i] : i + (i % 7 == 1 ? 1001 : 0);
    }
    EXPECT_EQ(out[64 + t], total);
    EXPECT_EQ(out[128 + t], 4 * t + 6 + (kind ? 0 : 1000));
    EXPECT_EQ(out[192 + t], t % 4 ? 0 : t + 5);
    EXPECT_EQ(pinned[t], kind == 6 ? 1006 - t : -t);
    EXPECT_EQ(in_managed[t], kind == 4 ? 1013 : 9);
  }
  return verdict();
}
