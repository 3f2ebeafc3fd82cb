#define TILE 64
#define STEP 16
#define BLOCK 16
#define PER (TILE / BLOCK)

// 64x64 elements of C a work-group, 4x4 a work-item, in registers.
__attribute__((reqd_work_group_size(BLOCK, BLOCK, 1)))
__kernel void sgemm(__global const float *restrict a, __global const float *restrict b,
                    __global float *restrict c, int n) {
  __local float tile_a[STEP][TILE + 1];
  __local float tile_b[STEP][TILE];
  int tx = get_local_id(0), ty = get_local_id(1), t = ty * BLOCK + tx;
  int row = get_group_id(1) * TILE, column = get_group_id(0) * TILE;
  float sums[PER][PER] = {{0.0f}};
  for (int first = 0; first < n; first += STEP) {
    for (int e = t; e < TILE * STEP; e += BLOCK * BLOCK) {
      tile_a[e % STEP][e / STEP] = a[(row + e / STEP) * n + first + e % STEP];
      tile_b[e / TILE][e % TILE] = b[(first + e / TILE) * n + column + e % TILE];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = 0; k < STEP; ++k) {
      float from_a[PER], from_b[PER];
#pragma unroll
      for (int i = 0; i < PER; ++i) from_a[i] = tile_a[k][ty + i * BLOCK];
#pragma unroll
      for (int j = 0; j < PER; ++j) from_b[j] = tile_b[k][tx + j * BLOCK];
#pragma unroll
      for (int i = 0; i < PER; ++i) {
#pragma unroll
        for (int j = 0; j < PER; ++j) sums[i][j] += from_a[i] * from_b[j];
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#pragma unroll
  for (int i = 0; i < PER; ++i) {
#pragma unroll
    for (int j = 0; j < PER; ++j)
      c[(row + ty + i * BLOCK) * n + column + tx + j * BLOCK] = sums[i][j];
  }
}
