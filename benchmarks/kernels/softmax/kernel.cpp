#include "../../hosts/openmp_host.h"
#include <cmath>

void softmax(const float *__restrict in, float *__restrict out, int columns, int rows) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    const float *row = in + r * columns;
    float *result = out + r * columns;
    float greatest = -INFINITY, sum = 0.0f;
#pragma omp simd reduction(max : greatest)
    for (int i = 0; i < columns; ++i)
      greatest = row[i] > greatest ? row[i] : greatest;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < columns; ++i) {
      float power = expf(row[i] - greatest);
      result[i] = power;
      sum += power;
    }
    float factor = 1.0f / sum;
#pragma omp simd
    for (int i = 0; i < columns; ++i)
      result[i] *= factor;
  }
}
OPENMP(softmax)
