#include "written.h"

__global__ void sgemm(const float *RESTRICT a, const float *RESTRICT b, float *RESTRICT c, int n) {
  EACH_CELL(column, row, n, n) {
    float sum = 0.0f;
    for (INDEX k = 0; k < (INDEX)n; ++k)
      sum += a[row * n + k] * b[k * n + column];
    c[row * n + column] = sum;
  }
}
KERNEL(sgemm);
