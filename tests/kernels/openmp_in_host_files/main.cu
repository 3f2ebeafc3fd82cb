// sampan-flags: -Xcompiler -fopenmp
// Plain C, plain C++ and CUDA files that use OpenMP: loops run, on however many threads there are.
#include "../check.h"
#include "sums.h"

__global__ void twice(int *values) { values[threadIdx.x] *= 2; }

int main() {
  int *values = managed<int>(100);
#pragma omp parallel for
  for (int i = 0; i < 100; ++i)
    values[i] = i;
  twice<<<1, 100>>>(values);
  SYNC();
  EXPECT_EQ(sum_in_c(values, 100), 9900);
  EXPECT_EQ(sum_in_cpp(values, 100), 9900);
  return verdict();
}
