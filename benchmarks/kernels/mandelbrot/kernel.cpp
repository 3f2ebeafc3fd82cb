#include "../../hosts/openmp_host.h"

void mandelbrot(int *__restrict counts, int width, int iterations) {
#pragma omp parallel for schedule(dynamic, 4)
  for (int y = 0; y < width; ++y) {
#pragma omp simd
    for (int x = 0; x < width; ++x) {
      float cx = -2.0f + 3.0f * (float)x / (float)width;
      float cy = -1.5f + 3.0f * (float)y / (float)width;
      float zx = 0.0f, zy = 0.0f;
      int count = 0;
      while (count < iterations && zx * zx + zy * zy <= 4.0f) {
        float next = zx * zx - zy * zy + cx;
        zy = 2.0f * zx * zy + cy;
        zx = next;
        ++count;
      }
      counts[y * width + x] = count;
    }
  }
}
OPENMP(mandelbrot)
