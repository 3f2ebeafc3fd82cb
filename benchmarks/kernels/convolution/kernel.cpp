#include "../../hosts/openmp_host.h"
#include <algorithm>

void convolve(const float *__restrict in, const float *__restrict filter, float *__restrict out,
              int width, int height) {
#pragma omp parallel for
  for (int y = 0; y < height; ++y) {
#pragma omp simd
    for (int x = 0; x < width; ++x) {
      float sum = 0.0f;
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          int column = std::min(std::max(x + dx, 0), width - 1);
          int row = std::min(std::max(y + dy, 0), height - 1);
          sum += filter[(dy + 1) * 3 + dx + 1] * in[row * width + column];
        }
      }
      out[y * width + x] = sum;
    }
  }
}
OPENMP(convolve)
