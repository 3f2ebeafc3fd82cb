#include "../../hosts/cuda_host.h"

constexpr int BLOCK = 256;

__device__ float warp_sum(float value) {
  for (int distance = 16; distance > 0; distance /= 2)
    value += __shfl_down_sync(0xffffffff, value, distance);
  return value;
}

__global__ void reduce(const float *in, float *out, int n) {
  __shared__ float partial[BLOCK / 32];
  float sum = 0.0f;
  for (int i = blockIdx.x * BLOCK + threadIdx.x; i < n; i += gridDim.x * BLOCK)
    sum += in[i];
  sum = warp_sum(sum);
  int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  if (lane == 0)
    partial[warp] = sum;
  __syncthreads();
  if (warp > 0)
    return;
  sum = warp_sum(lane < BLOCK / 32 ? partial[lane] : 0.0f);
  if (lane == 0)
    out[blockIdx.x] = sum;
}
KERNEL(reduce);
