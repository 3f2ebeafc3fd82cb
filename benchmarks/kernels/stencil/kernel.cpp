#include "../../hosts/openmp_host.h"

void stencil(const float *__restrict in, float *__restrict out, int nx, int ny, int nz) {
#pragma omp parallel for
  for (int z = 1; z < nz - 1; ++z) {
    for (int y = 1; y < ny - 1; ++y) {
#pragma omp simd
      for (int x = 1; x < nx - 1; ++x) {
        int i = (z * ny + y) * nx + x;
        out[i] = 0.4f * in[i] + 0.1f * (in[i - 1] + in[i + 1] + in[i - nx] + in[i + nx] +
                                        in[i - nx * ny] + in[i + nx * ny]);
      }
    }
  }
}
OPENMP(stencil)
