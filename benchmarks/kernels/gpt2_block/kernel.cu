#include "../../hosts/block_reduce.cuh"
#include "../../hosts/cuda_host.h"

constexpr int TILE = 16, SIZE = 64, KEYS = 128;

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

// A row times a matrix of `inner` x `columns`, plus the bias: an element a thread.
__device__ float product(const float *a, const float *b, const float *bias, int inner,
                         int columns) {
  __shared__ float tile_a[TILE][TILE];
  __shared__ float tile_b[TILE][TILE];
  int tx = threadIdx.x, ty = threadIdx.y;
  int row = blockIdx.y * TILE + ty, column = blockIdx.x * TILE + tx;
  float sum = bias[column];
  for (int first = 0; first < inner; first += TILE) {
    tile_a[ty][tx] = a[row * inner + first + tx];
    tile_b[ty][tx] = b[(first + ty) * columns + column];
    __syncthreads();
    for (int k = 0; k < TILE; ++k)
      sum += tile_a[ty][k] * tile_b[k][tx];
    __syncthreads();
  }
  return sum;
}

__global__ void linear(const float *a, const float *b, const float *bias, float *out, int inner,
                       int columns) {
  int row = blockIdx.y * TILE + threadIdx.y, column = blockIdx.x * TILE + threadIdx.x;
  out[row * columns + column] = product(a, b, bias, inner, columns);
}
KERNEL(linear);

__global__ void linear_residual(const float *a, const float *b, const float *bias, const float *in,
                                float *out, int inner, int columns) {
  int row = blockIdx.y * TILE + threadIdx.y, column = blockIdx.x * TILE + threadIdx.x;
  out[row * columns + column] = in[row * columns + column] + product(a, b, bias, inner, columns);
}
KERNEL(linear_residual);

__global__ void linear_gelu(const float *a, const float *b, const float *bias, float *out,
                            int inner, int columns) {
  int row = blockIdx.y * TILE + threadIdx.y, column = blockIdx.x * TILE + threadIdx.x;
  float x = product(a, b, bias, inner, columns);
  out[row * columns + column] = 0.5f * x * (1.0f + tanhf(0.7978846f * (x + 0.044715f * x * x * x)));
}
KERNEL(linear_gelu);

// Causal attention of one query and head a block, with at most KEYS keys, a thread each.
__global__ void attention(const float *qkv, float *out, int channels) {
  __shared__ float query[SIZE];
  __shared__ float weights[KEYS];
  int t = threadIdx.x, row = blockIdx.x, head = blockIdx.y * SIZE;
  if (t < SIZE)
    query[t] = qkv[row * 3 * channels + head + t];
  __syncthreads();
  float score = -INFINITY;
  if (t <= row) {
    score = 0.0f;
    for (int i = 0; i < SIZE; ++i)
      score += query[i] * qkv[(t * 3 + 1) * channels + head + i];
    score *= 0.125f;
  }
  float greatest = block_max(score);
  float weight = t <= row ? expf(score - greatest) : 0.0f;
  weights[t] = weight;
  float total = block_sum(weight);
  if (t < SIZE) {
    float sum = 0.0f;
    for (int j = 0; j <= row; ++j)
      sum += weights[j] * qkv[(j * 3 + 2) * channels + head + t];
    out[row * channels + head + t] = sum / total;
  }
}
KERNEL(attention);
