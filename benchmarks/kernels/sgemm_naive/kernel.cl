__kernel void sgemm(__global const float *restrict a, __global const float *restrict b,
                    __global float *restrict c, int n) {
  int row = get_global_id(1);
  int column = get_global_id(0);
  if (row >= n || column >= n) return;
  float sum = 0.0f;
  for (int k = 0; k < n; ++k) sum += a[row * n + k] * b[k * n + column];
  c[row * n + column] = sum;
}
