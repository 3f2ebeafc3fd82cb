#define TILE 16

__attribute__((reqd_work_group_size(TILE, TILE, 1)))
__kernel void sgemm(__global const float *restrict a, __global const float *restrict b,
                    __global float *restrict c, int n) {
  __local float tile_a[TILE][TILE];
  __local float tile_b[TILE][TILE];
  int tx = get_local_id(0), ty = get_local_id(1);
  int row = get_global_id(1), column = get_global_id(0);
  float sum = 0.0f;
  for (int tile = 0; tile < n / TILE; ++tile) {
    tile_a[ty][tx] = a[row * n + tile * TILE + tx];
    tile_b[ty][tx] = b[(tile * TILE + ty) * n + column];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = 0; k < TILE; ++k) sum += tile_a[ty][k] * tile_b[k][tx];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  c[row * n + column] = sum;
}
