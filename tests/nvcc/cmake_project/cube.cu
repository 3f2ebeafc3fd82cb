#include "numbers.h"

__device__ int cube(int x) { return square(x) * x; }
