#include "../../hosts/block_reduce.cuh"
#include "../../hosts/cuda_host.h"

// A block a row.
__global__ void layer_norm(const float *in, const float *scale, const float *shift, float *out,
                           int columns) {
  const float *row = in + blockIdx.x * columns;
  float sum = 0.0f, squares = 0.0f;
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    sum += row[i];
  float mean = block_sum(sum) / columns;
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    squares += (row[i] - mean) * (row[i] - mean);
  float inverse = rsqrtf(block_sum(squares) / columns + 1e-5f);
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    out[blockIdx.x * columns + i] = (row[i] - mean) * inverse * scale[i] + shift[i];
}
KERNEL(layer_norm);
