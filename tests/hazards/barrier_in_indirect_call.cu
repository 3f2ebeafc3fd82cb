// Barriers inside of functions called through a pointer, virtually, and recursively, by all threads
// of the block; and in a loop around such calls.
// interpreted-alone: a call through a pointer in another program might be one of these, as far as
// the compiler knows
#include "../kernels/check.h"

__shared__ int cells[96];

__device__ __noinline__ int rotate(int by) {
  int t = threadIdx.x, next = cells[(t + by) % blockDim.x];
  __syncthreads();
  cells[t] = next;
  __syncthreads();
  return next;
}
__device__ __noinline__ int add_neighbour(int by) {
  int t = threadIdx.x, sum = cells[t] + cells[(t + by) % blockDim.x];
  __syncthreads();
  cells[t] = sum;
  __syncthreads();
  return sum;
}
__device__ int (*const functions[])(int) = {rotate, add_neighbour};

struct Base {
  __device__ virtual int go(int by) { return rotate(by); }
};
struct Derived : Base {
  __device__ int go(int by) override { return add_neighbour(by) + 1000; }
};

__device__ __noinline__ int halve(int width) {
  if (width == 0)
    return cells[0];
  int t = threadIdx.x;
  if (t < width)
    cells[t] += cells[t + width];
  __syncthreads();
  return halve(width / 2) + width;
}

__global__ void run(int *out, int which) {
  int t = threadIdx.x;
  cells[t] = t * t;
  __syncthreads();
  int sum = 0;
  for (int k = 1; k <= 3; ++k)
    sum += functions[(which + k) % 2](k);
  Base base;
  Derived derived;
  Base *object = which ? &derived : &base;
  sum += object->go(5);
  out[t] = sum;
  out[96 + t] = halve(32);
}

int main() {
  int *out = managed<int>(192);
  for (int which = 0; which < 2; ++which) {
    run<<<1, 96>>>(out, which);
    SYNC();
    int now[96], sum[96] = {}, next[96];
    for (int t = 0; t < 96; ++t)
      now[t] = t * t;
    for (int k = 1; k <= 4; ++k) {
      int by = k == 4 ? 5 : k;
      bool adds = k == 4 ? which : (which + k) % 2;
      for (int t = 0; t < 96; ++t)
        next[t] = now[(t + by) % 96] + (adds ? now[t] : 0);
      for (int t = 0; t < 96; ++t) {
        now[t] = next[t];
        sum[t] += next[t] + (k == 4 && adds ? 1000 : 0);
      }
    }
    int total = 63;
    for (int t = 0; t < 64; ++t)
      total += now[t];
    for (int t = 0; t < 96; ++t) {
      EXPECT_EQ(out[t], sum[t]);
      EXPECT_EQ(out[96 + t], total);
    }
  }
  return verdict();
}
