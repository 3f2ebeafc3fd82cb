#include "numbers.h"

static __managed__ int result;

static __global__ void kernel(int x, int exponent) {
  result = exponent == 2 ? square(x) : exponent == 3 ? cube(x) : square(cube(x));
}

int power(int x, int exponent) {
  kernel<<<1, 1>>>(x, exponent);
  cudaDeviceSynchronize();
  return result;
}
