// expect-path: vector
// How programs sum over blocks and rows: warp by warp, then the warps' sums by the first warp.
#include "check.h"

__device__ float warp_sum(float v) {
  for (int distance = 16; distance > 0; distance /= 2)
    v += __shfl_down_sync(0xffffffff, v, distance);
  return v;
}

__global__ void block_sums(const float *in, float *out, int n) {
  __shared__ float sums[32];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  float v = warp_sum(i < n ? in[i] : 0);
  if (lane == 0)
    sums[warp] = v;
  __syncthreads();
  v = threadIdx.x < blockDim.x / 32 ? sums[lane] : 0;
  if (warp == 0)
    v = warp_sum(v);
  if (threadIdx.x == 0)
    out[blockIdx.x] = v;
}

// A warp a row; the last warps of the grid have none.
__global__ void row_sums(const float *in, float *out, int rows, int columns) {
  int row = (blockIdx.x * blockDim.x + threadIdx.x) / 32, lane = threadIdx.x & 31;
  if (row >= rows)
    return;
  float sum = 0;
  for (int j = lane; j < columns; j += 32)
    sum += in[row * columns + j];
#pragma unroll
  for (int mask = 16; mask > 0; mask >>= 1)
    sum += __shfl_xor_sync(0xffffffff, sum, mask);
  if (lane == 0)
    out[row] = sum;
}

// A warp a row again, but warps take rows until none is left.
__global__ void strided_row_sums(const float *in, float *out, int rows, int columns) {
  int lane = threadIdx.x % warpSize;
  int first = (threadIdx.x + blockIdx.x * blockDim.x) / warpSize;
  int warps = gridDim.x * blockDim.x / warpSize;
  for (int row = first; row < rows; row += warps) {
    float sum = 0;
    for (int j = lane; j < columns; j += warpSize)
      sum += in[row * columns + j];
    sum = warp_sum(sum);
    if (lane == 0)
      out[row] = sum;
  }
}

// An inclusive scan of each warp, and what the lane before had.
__global__ void scans(const int *in, int *out) {
  int t = threadIdx.x, lane = t & 31, sum = in[t];
  for (int distance = 1; distance < 32; distance *= 2) {
    int other = __shfl_up_sync(0xffffffff, sum, distance);
    if (lane >= distance)
      sum += other;
  }
  out[t] = sum;
}

int main() {
  const int n = 96 * 40 - 5, rows = 45, columns = 77;
  float *in = managed<float>(96 * 40), *out = managed<float>(128);
  for (int i = 0; i < 96 * 40; ++i)
    in[i] = i % 17;
  block_sums<<<40, 96>>>(in, out, n);
  SYNC();
  for (int b = 0; b < 40; ++b) {
    float want = 0;
    for (int i = b * 96; i < b * 96 + 96 && i < n; ++i)
      want += in[i];
    EXPECT_EQ(out[b], want);
  }
  for (int which = 0; which < 2; ++which) {
    CUDA(cudaMemset(out, 0, 128 * sizeof(float)));
    if (which == 0)
      row_sums<<<12, 128>>>(in, out, rows, columns);
    else
      strided_row_sums<<<3, 160>>>(in, out, rows, columns);
    SYNC();
    for (int r = 0; r < rows; ++r) {
      float want = 0;
      for (int j = 0; j < columns; ++j)
        want += in[r * columns + j];
      EXPECT_EQ(out[r], want);
    }
  }
  int *numbers = managed<int>(64), *sums = managed<int>(64);
  for (int t = 0; t < 64; ++t)
    numbers[t] = t * t - 5 * t;
  scans<<<1, 64>>>(numbers, sums);
  SYNC();
  for (int t = 0, sum = 0; t < 64; ++t) {
    sum = t % 32 ? sum + numbers[t] : numbers[t];
    EXPECT_EQ(sums[t], sum);
  }
  return verdict();
}
