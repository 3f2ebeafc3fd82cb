// Signed integers that overflow in host code wrap, as in what gcc makes of a loop like this one:
// many programs check their results so.
#include "check.h"

__global__ void square(int *values, int count) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count)
    values[i] *= values[i];
}

int main() {
  const int count = 100000; // squares wrap from 46341 on
  int *values = managed<int>(count);
  for (int i = 0; i < count; ++i)
    values[i] = i;
  square<<<(count + 255) / 256, 256>>>(values, count);
  SYNC();
  for (int i = 0; i < count; i += 1) {
    if (values[i] != i * i) {
      printf("element %d is wrong\n", i);
      ++failures;
      break;
    }
  }
  return verdict();
}
