// clang-format off
// What threads do one after the other, keep across barriers, or cannot do as vector code.
#include <cstdio>

__global__ void histogram(const int *in, int *bins) { // remark: vectorized: threads at a time
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  atomicAdd(&bins[in[i]], 1); // remark: serialized: one thread after the other: atomic add
}

__global__ void total(const int *in, int *sum) { // remark: vectorized: threads at a time
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  atomicAdd(sum, in[i]); // summed in registers first
}

__global__ void prints(int n) { // remark: vectorized: threads at a time
  if (threadIdx.x < n)
    printf("%d\n", threadIdx.x); // remark: serialized: a call of vprintf // remark: scatter: 8 bytes apart
}

__global__ void maximum(float *best, const float *in) { // remark: vectorized: threads at a time
  int *bits = (int *)best;
  int old = *bits, seen;
  float x = in[threadIdx.x];
  do {
    seen = old;
    old = atomicCAS(bits, seen, __float_as_int(fmaxf(x, __int_as_float(seen)))); // remark: serialized: compare and swap
  } while (old != seen);
}

__global__ void reverse(const float *in, float *out) { // remark: vectorized: threads at a time
  __shared__ float tile[256];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float x = in[i];
  tile[threadIdx.x] = x;
  __syncthreads(); // remark: spilled: kept across this barrier
  out[i] = x + tile[blockDim.x - 1 - threadIdx.x]; // remark: gather: no pattern
}

__global__ void waits(volatile int *flag, int *out) {
  while (!*flag) // remark: fallback: a loop that waits for another thread
    ;
  out[threadIdx.x] = 1;
}

__global__ void lines(const float *in, float *out, int pitch) { // remark: vectorized: threads at a time
  unsigned lane;
  asm("mov.u32 %0, %%laneid;" : "=r"(lane));
  float x = in[(lane / 16) * (long long)pitch + lane % 16]; // two lines
  out[lane / 4 * 64 + lane % 4] = __shfl_xor_sync(~0u, x, 16);
}

__device__ __noinline__ int sum_of_block(int x) { // inlined: only the kernel has barriers
  __shared__ int sum;
  if (threadIdx.x == 0)
    sum = 0;
  __syncthreads(); // remark: spilled: kept across this barrier
  atomicAdd(&sum, x);
  __syncthreads();
  return sum;
}

__global__ void calls(const int *in, int *out) { // remark: vectorized: threads at a time
  out[blockIdx.x] = sum_of_block(in[threadIdx.x]);
}

__global__ void leaves_loop(int *out, int shift) { // remark: vectorized: threads at a time
  int i = threadIdx.x;
  do {
    out[i] = i;
    __syncwarp();
    i += blockDim.x;
  } while (i >> shift == 0);
}

__global__ void meet_elsewhere(int *out) {
  int i = threadIdx.x;
  if (i & 1) // remark: fallback: the paths part here
    __syncwarp();
  else
    out[i] = __shfl_sync(0xffffffff, i, 0); // remark: fallback: different paths
}

// What lanes agree on although they part on the way: `at` is the same for the warp.
__global__ void walk(const int *next, int *locks, int *out, int steps) { // remark: vectorized: threads at a time
  int lane = threadIdx.x % 32, at = 0, sum = 0;
  for (int step = 0; step < steps; ++step) {
    int data = next[at * 32 + lane];
    int first = __shfl_sync(0xffffffff, data, 0);
    sum += data;
    if (first % 5 == 0) {
      if (lane == 1)
        atomicAnd(&locks[at], ~1);
      at = first % 16;
      continue;
    }
    if (lane == 1)
      atomicAnd(&locks[first % 16], ~1);
    at = (at + first) % 16;
  }
  out[threadIdx.x] = sum;
}
