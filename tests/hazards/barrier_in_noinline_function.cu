// A barrier in a function that the compiler must not inline.
#include "../kernels/check.h"

__device__ __noinline__ int exchange(int *slots, int lane, int count, int value) {
  slots[lane] = value;
  __syncthreads();
  int other = slots[count - 1 - lane];
  __syncthreads();
  return other;
}

__global__ void run(int *out) {
  __shared__ int slots[96];
  int lane = threadIdx.x, count = blockDim.x;
  int first = exchange(slots, lane, count, lane * lane);
  int second = exchange(slots, lane, count, first + 1);
  out[blockIdx.x * count + lane] = second;
}

int main() {
  const int count = 96;
  int *out = managed<int>(2 * count);
  run<<<2, count>>>(out);
  SYNC();
  for (int i = 0; i < 2 * count; ++i)
    EXPECT_EQ(out[i], (i % count) * (i % count) + 1);
  return verdict();
}
