#include "sums.h"
#include <omp.h>

int sum_in_c(const int *values, int count) {
  int sum = 0;
#pragma omp parallel for reduction(+ : sum)
  for (int i = 0; i < count; ++i)
    sum += values[i];
  return omp_get_max_threads() > 0 ? sum : -1;
}
