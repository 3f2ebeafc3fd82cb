#include "../../hosts/openmp_host.h"

void sgemm(const float *__restrict a, const float *__restrict b, float *__restrict c, int n) {
#pragma omp parallel for
  for (int row = 0; row < n; ++row) {
    for (int column = 0; column < n; ++column)
      c[row * n + column] = 0.0f;
    for (int k = 0; k < n; ++k) {
      float factor = a[row * n + k];
#pragma omp simd
      for (int column = 0; column < n; ++column)
        c[row * n + column] += factor * b[k * n + column];
    }
  }
}
OPENMP(sgemm)
