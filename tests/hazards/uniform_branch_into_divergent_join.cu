// A join that a uniform branch and divergent code reach, with lanes that return in between: the
// mask of the uniform side must not count when control took the other.
#include "../kernels/check.h"

__host__ __device__ int choose(int lane, int x, int uniform, int *returned) {
  int result = 1;
  if (uniform % 3 == 0) {
    result = 2;
  } else if (lane % 9 < 2) {
    if (x > 40) {
      result = 3;
    } else {
      for (int i = 0; i < uniform % 4; ++i)
        for (int j = 0; j < x % 3 + 1; ++j)
          if (j * uniform > i + x) {
            *returned = 1;
            return 0;
          }
    }
  }
  return result;
}

__global__ void run(const int *x, int *out, int n, int uniform) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int returned = 0;
  int result = choose(threadIdx.x, x[i], uniform, &returned);
  if (returned)
    return;
  out[i] = result + x[i];
}

int main() {
  const int n = 150;
  int *x = managed<int>(n), *out = managed<int>(n);
  for (int uniform = 2; uniform < 9; ++uniform) {
    for (int i = 0; i < n; ++i) {
      x[i] = i * 7 % 61;
      out[i] = -1;
    }
    run<<<3, 64>>>(x, out, n, uniform);
    SYNC();
    for (int i = 0; i < n; ++i) {
      int returned = 0, result = choose(i % 64, x[i], uniform, &returned);
      EXPECT_EQ(out[i], returned ? -1 : result + x[i]);
    }
  }
  return verdict();
}
