#include "../../hosts/openmp_host.h"

void reduce(const float *__restrict in, float *__restrict out, int n) {
#pragma omp parallel for
  for (int block = 0; block < n / 512; ++block) {
    float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < 512; ++i)
      sum += in[block * 512 + i];
    out[block] = sum;
  }
}
OPENMP(reduce)
