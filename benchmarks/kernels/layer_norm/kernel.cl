#define BLOCK 256
#include "group_reduce.clh"

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
