#include "../../hosts/openmp_host.h"

void collatz(int *__restrict steps, int n) {
#pragma omp parallel for simd schedule(dynamic, 1024)
  for (int i = 0; i < n; ++i) {
    unsigned long long value = i + 1;
    int count = 0;
    while (value != 1) {
      value = value % 2 == 0 ? value / 2 : 3 * value + 1;
      ++count;
    }
    steps[i] = count;
  }
}
OPENMP(collatz)
