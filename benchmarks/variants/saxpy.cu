#include "written.h"

__global__ void saxpy(const float *RESTRICT x, float *RESTRICT y, float a, int n) {
  EACH(i, n) y[i] = a * x[i] + y[i];
}
KERNEL(saxpy);
