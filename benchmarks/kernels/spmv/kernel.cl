__kernel void spmv(__global const int *restrict starts, __global const int *restrict columns,
                   __global const float *restrict values, __global const float *restrict x,
                   __global float *restrict y, int rows) {
  int row = get_global_id(0);
  if (row >= rows) return;
  float sum = 0.0f;
  for (int i = starts[row]; i < starts[row + 1]; ++i) sum += values[i] * x[columns[i]];
  y[row] = sum;
}
