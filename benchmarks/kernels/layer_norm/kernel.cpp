#include "../../hosts/openmp_host.h"
#include <cmath>

void layer_norm(const float *__restrict in, const float *__restrict scale,
                const float *__restrict shift, float *__restrict out, int columns, int rows) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    const float *row = in + r * columns;
    float sum = 0.0f, squares = 0.0f;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < columns; ++i)
      sum += row[i];
    float mean = sum / columns;
#pragma omp simd reduction(+ : squares)
    for (int i = 0; i < columns; ++i)
      squares += (row[i] - mean) * (row[i] - mean);
    float inverse = 1.0f / sqrtf(squares / columns + 1e-5f);
#pragma omp simd
    for (int i = 0; i < columns; ++i)
      out[r * columns + i] = (row[i] - mean) * inverse * scale[i] + shift[i];
  }
}
OPENMP(layer_norm)
