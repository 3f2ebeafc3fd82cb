#include "../../hosts/cuda_host.h"

constexpr int BLOCK = 256;

__global__ void reduce(const float *in, float *out) {
  __shared__ float sums[BLOCK];
  int t = threadIdx.x;
  int i = blockIdx.x * (2 * BLOCK) + t;
  sums[t] = in[i] + in[i + BLOCK];
  __syncthreads();
  for (int k = BLOCK / 2; k > 0; k /= 2) {
    if (t < k)
      sums[t] += sums[t + k];
    __syncthreads();
  }
  if (t == 0)
    out[blockIdx.x] = sums[0];
}
KERNEL(reduce);
