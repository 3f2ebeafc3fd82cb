// Barriers and warp-wide operations in functions that are not inlined: twice removed, in loops,
// with early returns, with variables whose addresses are handed on, and in one that recurs.
#include "check.h"

__device__ __noinline__ int total(int value, int *box) {
  int t = threadIdx.x;
  for (int d = 16; d; d /= 2)
    value += __shfl_xor_sync(0xffffffff, value, d);
  if (t % 32 == 0)
    box[t / 32] = value;
  __syncthreads();
  int sum = 0;
  for (int i = 0; i < blockDim.x / 32; ++i)
    sum += box[i];
  __syncthreads();
  return sum;
}

__device__ __noinline__ int twice(int value, int *box) {
  int local[4];
  for (int i = 0; i < 4; ++i)
    local[i] = value * i;
  if (value < 0 && blockDim.x > 1000)
    return -1;
  return total(local[value & 3], box) + total(value, box);
}

__global__ void loops(int *out) {
  __shared__ int box[32];
  int value = threadIdx.x;
  for (int i = 0; i < 2; ++i)
    value = twice(value, box) % 1000 + i * threadIdx.x;
  out[blockIdx.x * blockDim.x + threadIdx.x] = value;
}

__device__ __noinline__ int sum_down(int depth, int value) {
  value += __shfl_down_sync(0xffffffff, value, 1, 4);
  return depth ? sum_down(depth - 1, value) : value;
}

__global__ void recurs(int *out) { out[threadIdx.x] = sum_down(3, threadIdx.x); }

// Lanes leave the loop after different rounds, for the end of the kernel, where nobody waits.
__global__ void loop_to_the_end(int *out, const int *in, int shift) {
  int lane = threadIdx.x % 32;
  unsigned long long i = threadIdx.x;
  do {
    unsigned long long group = i >> 5;
    if (group & 1)
      continue;
    out[group * 32 + lane] = in[group * 32 + 31 - lane];
    __syncwarp();
    out[group * 32 + lane + 32] = out[group * 32 + (lane ^ 1)];
    __syncwarp();
  } while (((i += 64) >> shift) == 0);
}

static void expect_loops(const int *out, int count) {
  int values[256];
  for (int t = 0; t < count; ++t)
    values[t] = t;
  for (int i = 0; i < 2; ++i) {
    int sum = 0;
    for (int t = 0; t < count; ++t)
      sum += values[t] * (values[t] & 3) + values[t];
    for (int t = 0; t < count; ++t)
      values[t] = sum % 1000 + i * t;
  }
  for (int t = 0; t < count; ++t) {
    EXPECT_EQ(out[t], values[t]);
    EXPECT_EQ(out[count + t], values[t]);
  }
}

int main() {
  int *out = managed<int>(512), *in = managed<int>(512);
  loops<<<2, 128>>>(out);
  SYNC();
  expect_loops(out, 128);

  recurs<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t) {
    int lanes[4] = {t / 4 * 4, t / 4 * 4 + 1, t / 4 * 4 + 2, t / 4 * 4 + 3};
    for (int depth = 0; depth < 4; ++depth)
      for (int i = 0; i < 4; ++i)
        lanes[i] += i < 3 ? lanes[i + 1] : lanes[i];
    EXPECT_EQ(out[t], lanes[t % 4]);
  }

  for (int i = 0; i < 512; ++i)
    in[i] = i * 3;
  loop_to_the_end<<<1, 64>>>(out, in, 8);
  SYNC();
  for (int i = 0; i < 256; ++i) {
    int lane = i % 32, group = i / 64 * 64;
    EXPECT_EQ(out[i], in[group + 31 - (i % 64 < 32 ? lane : lane ^ 1)]);
  }
  return verdict();
}
