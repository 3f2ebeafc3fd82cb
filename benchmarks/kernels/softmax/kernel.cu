#include "../../hosts/block_reduce.cuh"
#include "../../hosts/cuda_host.h"

// A block a row.
__global__ void softmax(const float *in, float *out, int columns) {
  const float *row = in + blockIdx.x * columns;
  float *result = out + blockIdx.x * columns;
  float greatest = -INFINITY, sum = 0.0f;
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    greatest = fmaxf(greatest, row[i]);
  greatest = block_max(greatest);
  for (int i = threadIdx.x; i < columns; i += blockDim.x) {
    float power = expf(row[i] - greatest);
    result[i] = power;
    sum += power;
  }
  float factor = 1.0f / block_sum(sum);
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    result[i] *= factor;
}
KERNEL(softmax);
