#include "written.h"

__global__ void stencil(const float *RESTRICT in, float *RESTRICT out, int width, int height) {
  EACH_CELL(x, y, width, height) {
    if (x < 1 || y < 1 || x >= (INDEX)width - 1 || y >= (INDEX)height - 1)
      return;
    INDEX i = y * width + x;
    out[i] = 0.5f * in[i] + 0.125f * (in[i - 1] + in[i + 1] + in[i - width] + in[i + width]);
  }
}
KERNEL(stencil);
