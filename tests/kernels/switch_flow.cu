// Switches over varying and uniform values, dense, sparse, with fall-through, nested, in loops.
// expect-path: vector
#include "check.h"

__host__ __device__ int classify(int x) {
  switch (x) {
  case 0:
    return 10;
  case 1:
  case 2:
    x += 100; // falls through
  case 3:
    return x * 2;
  case 1000:
    return -1;
  case -5:
    return -2;
  case 0x7fffffff:
    return -3;
  default:
    return x & 7;
  }
}

__host__ __device__ int machine(int seed, int steps) {
  int state = seed % 4, value = seed;
  for (int i = 0; i < steps; ++i) {
    switch (state) {
    case 0:
      value += 3;
      state = value % 2 ? 1 : 2;
      break;
    case 1:
      value *= 5;
      state = 3;
      continue;
    case 2:
      switch (value % 3) {
      case 0:
        state = 0;
        break;
      case 1:
        state = 1;
        value ^= 9;
        break;
      default:
        return value;
      }
      break;
    case 3:
      value = value % 1000 - i;
      state = (value & 3);
      if (value < 0)
        value = -value;
      break;
    }
    value += 1;
  }
  return value + state * 1000000;
}

__host__ __device__ long long wide(long long x) {
  switch (x) {
  case 0x100000000LL:
    return 1;
  case 0x200000000LL:
    return 2;
  case 2:
    return 3;
  }
  return 4;
}

__global__ void run(int *out, int n, int uniform) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int x = i % 8 == 6 ? 1000 : i % 8 == 7 ? -5 : i == 12 ? 0x7fffffff : i % 6;
  int value = classify(x) + machine(i, 20) + int(wide(i % 2 ? (long long)(i % 3) << 32 : i));
  switch (uniform) {
  case 1:
    value += 7;
    break;
  case 2:
    value = -value;
    break;
  }
  out[i] = value;
}

int main() {
  const int n = 300;
  int *out = managed<int>(n);
  for (int uniform = 0; uniform < 4; ++uniform) {
    run<<<5, 64>>>(out, n, uniform);
    SYNC();
    for (int i = 0; i < n; ++i) {
      int x = i % 8 == 6 ? 1000 : i % 8 == 7 ? -5 : i == 12 ? 0x7fffffff : i % 6;
      int value = classify(x) + machine(i, 20) + int(wide(i % 2 ? (long long)(i % 3) << 32 : i));
      EXPECT_EQ(out[i], uniform == 1 ? value + 7 : uniform == 2 ? -value : value);
    }
  }
  return verdict();
}
