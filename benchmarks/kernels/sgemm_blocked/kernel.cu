#include "../../hosts/cuda_host.h"

constexpr int TILE = 64, STEP = 16, BLOCK = 16, PER = TILE / BLOCK;

// 64x64 elements of C a block, 4x4 a thread, in registers.
__global__ void sgemm(const float *a, const float *b, float *c, int n) {
  __shared__ float tile_a[STEP][TILE + 1];
  __shared__ float tile_b[STEP][TILE];
  int tx = threadIdx.x, ty = threadIdx.y, t = ty * BLOCK + tx;
  int row = blockIdx.y * TILE, column = blockIdx.x * TILE;
  float sums[PER][PER] = {};
  for (int first = 0; first < n; first += STEP) {
    for (int e = t; e < TILE * STEP; e += BLOCK * BLOCK) {
      tile_a[e % STEP][e / STEP] = a[(row + e / STEP) * n + first + e % STEP];
      tile_b[e / TILE][e % TILE] = b[(first + e / TILE) * n + column + e % TILE];
    }
    __syncthreads();
    for (int k = 0; k < STEP; ++k) {
      float from_a[PER], from_b[PER];
#pragma unroll
      for (int i = 0; i < PER; ++i)
        from_a[i] = tile_a[k][ty + i * BLOCK];
#pragma unroll
      for (int j = 0; j < PER; ++j)
        from_b[j] = tile_b[k][tx + j * BLOCK];
#pragma unroll
      for (int i = 0; i < PER; ++i) {
#pragma unroll
        for (int j = 0; j < PER; ++j)
          sums[i][j] += from_a[i] * from_b[j];
      }
    }
    __syncthreads();
  }
#pragma unroll
  for (int i = 0; i < PER; ++i) {
#pragma unroll
    for (int j = 0; j < PER; ++j)
      c[(row + ty + i * BLOCK) * n + column + tx + j * BLOCK] = sums[i][j];
  }
}
KERNEL(sgemm);
