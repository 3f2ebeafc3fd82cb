// What all threads read right behind a barrier may be overwritten by the first of them to go on:
// a race, but one that no GPU shows, where the warps of a block leave a barrier together.
// expect-path: vector
// not-interpreted: there the order of threads is random, to show just this
#include "check.h"

// Softmax of a row: both reductions use the same storage, without a barrier between.
__global__ void softmax(const float *in, float *out, int n) {
  extern __shared__ float storage[];
  int t = threadIdx.x, warp = t / 32, lane = t % 32, warps = blockDim.x / 32;
  in += blockIdx.x * n, out += blockIdx.x * n;
  float largest = -INFINITY;
  for (int i = t; i < n; i += blockDim.x)
    largest = fmaxf(largest, in[i]);
  for (int step = 16; step; step /= 2)
    largest = fmaxf(largest, __shfl_xor_sync(~0u, largest, step));
  if (lane == 0)
    storage[warp] = largest;
  __syncthreads();
  if (t == 0)
    for (int i = 1; i < warps; ++i)
      storage[0] = fmaxf(storage[0], storage[i]);
  __syncthreads();
  float offset = storage[0];
  float sum = 0;
  for (int i = t; i < n; i += blockDim.x) {
    out[i] = expf(in[i] - offset);
    sum += out[i];
  }
  for (int step = 16; step; step /= 2)
    sum += __shfl_xor_sync(~0u, sum, step);
  if (lane == 0)
    storage[warp] = sum; // no barrier since `offset` was read
  __syncthreads();
  if (t == 0)
    for (int i = 1; i < warps; ++i)
      storage[0] += storage[i];
  __syncthreads();
  sum = storage[0];
  for (int i = t; i < n; i += blockDim.x)
    out[i] /= sum;
}

// In rounds: the next one's store comes behind this one's read.
__global__ void rounds(int *out) {
  __shared__ int chosen[2];
  int total = 0;
  for (int round = 0; round < 10; ++round) {
    if (threadIdx.x == round * 20)
      chosen[1] = round + 1;
    __syncthreads();
    total += chosen[1];
  }
  out[threadIdx.x] = total;
}

int main() {
  const int rows = 5, n = 777;
  float *in = managed<float>(rows * n), *out = managed<float>(rows * n);
  for (int i = 0; i < rows * n; ++i)
    in[i] = float(i * 37 % 101) / 10 - 3;
  for (int threads : {32, 64, 256, 1024}) {
    softmax<<<rows, threads, 32 * sizeof(float)>>>(in, out, n);
    SYNC();
    for (int row = 0; row < rows; ++row) {
      double sum = 0;
      for (int i = 0; i < n; ++i)
        sum += exp(double(in[row * n + i]));
      for (int i = 0; i < n; ++i) {
        double want = exp(double(in[row * n + i])) / sum, got = out[row * n + i];
        if (fabs(got - want) > 1e-5 * want && ++failures < 5)
          printf("%d threads, row %d: %g, expected %g\n", threads, row, got, want);
      }
    }
  }
  int *totals = managed<int>(256);
  rounds<<<1, 256>>>(totals);
  SYNC();
  for (int t = 0; t < 256; ++t)
    EXPECT_EQ(totals[t], 55);
  return verdict();
}
