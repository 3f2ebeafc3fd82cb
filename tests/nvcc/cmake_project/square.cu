#include "numbers.h"

__device__ int calls;

__device__ int square(int x) {
  atomicAdd(&calls, 1);
  return x * x;
}
