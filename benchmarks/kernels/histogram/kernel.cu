#include "../../hosts/cuda_host.h"

constexpr int BINS = 256;

__global__ void histogram(const unsigned char *in, unsigned *bins, int n) {
  __shared__ unsigned own[BINS];
  own[threadIdx.x] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    atomicAdd(&own[in[i]], 1);
  __syncthreads();
  atomicAdd(&bins[threadIdx.x], own[threadIdx.x]);
}
KERNEL(histogram);
