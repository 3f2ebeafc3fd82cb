#include "../../hosts/openmp_host.h"

void saxpy(const float *__restrict x, float *__restrict y, float a, int n) {
#pragma omp parallel for simd
  for (int i = 0; i < n; ++i)
    y[i] = a * x[i] + y[i];
}
OPENMP(saxpy)
