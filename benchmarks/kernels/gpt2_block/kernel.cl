#define BLOCK 256
#include "group_reduce.clh"

#define TILE 16
#define SIZE 64
#define KEYS 128

// A work-group a row.
__attribute__((reqd_work_group_size(BLOCK, 1, 1)))
__kernel void layer_norm(__global const float *restrict in, __global const float *restrict scale,
                         __global const float *restrict shift, __global float *restrict out,
                         int columns) {
  __local float scratch[BLOCK];
  __global const float *row = in + get_group_id(0) * columns;
  float sum = 0.0f, squares = 0.0f;
  for (int i = get_local_id(0); i < columns; i += BLOCK) sum += row[i];
  float mean = group_sum(sum, scratch) / columns;
  for (int i = get_local_id(0); i < columns; i += BLOCK)
    squares += (row[i] - mean) * (row[i] - mean);
  float inverse = rsqrt(group_sum(squares, scratch) / columns + 1e-5f);
  for (int i = get_local_id(0); i < columns; i += BLOCK)
    out[get_group_id(0) * columns + i] = (row[i] - mean) * inverse * scale[i] + shift[i];
}

// A row times a matrix of `inner` x `columns`, plus the bias: an element a work-item.
float product(__global const float *restrict a, __global const float *restrict b,
              __global const float *restrict bias, int inner, int columns,
              __local float (*tile_a)[TILE], __local float (*tile_b)[TILE]) {
  int tx = get_local_id(0), ty = get_local_id(1);
  int row = get_global_id(1), column = get_global_id(0);
  float sum = bias[column];
  for (int first = 0; first < inner; first += TILE) {
    tile_a[ty][tx] = a[row * inner + first + tx];
    tile_b[ty][tx] = b[(first + ty) * columns + column];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = 0; k < TILE; ++k) sum += tile_a[ty][k] * tile_b[k][tx];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  return sum;
}

__attribute__((reqd_work_group_size(TILE, TILE, 1)))
__kernel void linear(__global const float *restrict a, __global const float *restrict b,
                     __global const float *restrict bias, __global float *restrict out, int inner,
                     int columns) {
  __local float tile_a[TILE][TILE], tile_b[TILE][TILE];
  out[get_global_id(1) * columns + get_global_id(0)] =
      product(a, b, bias, inner, columns, tile_a, tile_b);
}

__attribute__((reqd_work_group_size(TILE, TILE, 1)))
__kernel void linear_residual(__global const float *restrict a, __global const float *restrict b,
                              __global const float *restrict bias,
                              __global const float *restrict in, __global float *restrict out,
                              int inner, int columns) {
  __local float tile_a[TILE][TILE], tile_b[TILE][TILE];
  int at = get_global_id(1) * columns + get_global_id(0);
  out[at] = in[at] + product(a, b, bias, inner, columns, tile_a, tile_b);
}

__attribute__((reqd_work_group_size(TILE, TILE, 1)))
__kernel void linear_gelu(__global const float *restrict a, __global const float *restrict b,
                          __global const float *restrict bias, __global float *restrict out,
                          int inner, int columns) {
  __local float tile_a[TILE][TILE], tile_b[TILE][TILE];
  float x = product(a, b, bias, inner, columns, tile_a, tile_b);
  out[get_global_id(1) * columns + get_global_id(0)] =
      0.5f * x * (1.0f + tanh(0.7978846f * (x + 0.044715f * x * x * x)));
}

// Causal attention of one query and head a work-group, with at most KEYS keys, a work-item each.
__attribute__((reqd_work_group_size(KEYS, 1, 1)))
__kernel void attention(__global const float *restrict qkv, __global float *restrict out,
                        int channels) {
  __local float query[SIZE], weights[KEYS], scratch[KEYS];
  int t = get_local_id(0), row = get_group_id(0), head = get_group_id(1) * SIZE;
  if (t < SIZE) query[t] = qkv[row * 3 * channels + head + t];
  barrier(CLK_LOCAL_MEM_FENCE);
  float score = -INFINITY;
  if (t <= row) {
    score = 0.0f;
    for (int i = 0; i < SIZE; ++i) score += query[i] * qkv[(t * 3 + 1) * channels + head + i];
    score *= 0.125f;
  }
  float greatest = group_max(score, scratch);
  float weight = t <= row ? exp(score - greatest) : 0.0f;
  weights[t] = weight;
  barrier(CLK_LOCAL_MEM_FENCE);
  float total = group_sum(weight, scratch);
  if (t < SIZE) {
    float sum = 0.0f;
    for (int j = 0; j <= row; ++j) sum += weights[j] * qkv[(j * 3 + 2) * channels + head + t];
    out[row * channels + head + t] = sum / total;
  }
}
