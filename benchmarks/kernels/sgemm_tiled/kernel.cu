#include "../../hosts/cuda_host.h"

constexpr int TILE = 16;

__global__ void sgemm(const float *a, const float *b, float *c, int n) {
  __shared__ float tile_a[TILE][TILE];
  __shared__ float tile_b[TILE][TILE];
  int tx = threadIdx.x, ty = threadIdx.y;
  int row = blockIdx.y * TILE + ty, column = blockIdx.x * TILE + tx;
  float sum = 0.0f;
  for (int tile = 0; tile < n / TILE; ++tile) {
    tile_a[ty][tx] = a[row * n + tile * TILE + tx];
    tile_b[ty][tx] = b[(tile * TILE + ty) * n + column];
    __syncthreads();
    for (int k = 0; k < TILE; ++k)
      sum += tile_a[ty][k] * tile_b[k][tx];
    __syncthreads();
  }
  c[row * n + column] = sum;
}
KERNEL(sgemm);
