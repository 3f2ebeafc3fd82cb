#include "../../hosts/openmp_host.h"

void transpose(const float *__restrict in, float *__restrict out, int n) {
  constexpr int TILE = 32;
#pragma omp parallel for collapse(2)
  for (int row = 0; row < n; row += TILE) {
    for (int column = 0; column < n; column += TILE) {
      for (int y = column; y < column + TILE; ++y) {
#pragma omp simd
        for (int x = row; x < row + TILE; ++x)
          out[y * n + x] = in[x * n + y];
      }
    }
  }
}
OPENMP(transpose)
