#define BLOCK 256
#include "group_reduce.clh"

// A work-group a row.
__attribute__((reqd_work_group_size(BLOCK, 1, 1)))
__kernel void softmax(__global const float *restrict in, __global float *restrict out,
                      int columns) {
  __local float scratch[BLOCK];
  __global const float *row = in + get_group_id(0) * columns;
  __global float *result = out + get_group_id(0) * columns;
  float greatest = -INFINITY, sum = 0.0f;
  for (int i = get_local_id(0); i < columns; i += BLOCK) greatest = fmax(greatest, row[i]);
  greatest = group_max(greatest, scratch);
  for (int i = get_local_id(0); i < columns; i += BLOCK) {
    float power = exp(row[i] - greatest);
    result[i] = power;
    sum += power;
  }
  float factor = 1.0f / group_sum(sum, scratch);
  for (int i = get_local_id(0); i < columns; i += BLOCK) result[i] *= factor;
}
