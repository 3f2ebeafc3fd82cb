#include "../../hosts/openmp_host.h"

void spmv(const int *__restrict starts, const int *__restrict columns,
          const float *__restrict values, const float *__restrict x, float *__restrict y,
          int rows) {
#pragma omp parallel for schedule(dynamic, 1024)
  for (int row = 0; row < rows; ++row) {
    float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
    for (int i = starts[row]; i < starts[row + 1]; ++i)
      sum += values[i] * x[columns[i]];
    y[row] = sum;
  }
}
OPENMP(spmv)
