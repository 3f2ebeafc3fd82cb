#include "../../hosts/openmp_host.h"

void histogram(const unsigned char *__restrict in, unsigned *__restrict bins, int n) {
#pragma omp parallel
  {
    unsigned own[256] = {};
#pragma omp for
    for (int i = 0; i < n; ++i)
      ++own[in[i]];
#pragma omp critical
    for (int i = 0; i < 256; ++i)
      bins[i] += own[i];
  }
}
OPENMP(histogram)
