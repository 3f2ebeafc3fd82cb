// `for (;;)` that threads leave by a return or a break of their own, at different times.
#include "../kernels/check.h"

__global__ void run(int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x, value = i;
  for (;;) {
    if (value > 500) {
      out[i] = value;
      return;
    }
    value = value * 2 + 1;
    if (value % 13 == 0)
      break;
  }
  out[i] = -value;
  for (int k = 0;; ++k) {
    if (k * k > i) {
      out[i] -= k * 1000000;
      break;
    }
  }
}

int main() {
  const int n = 192;
  int *out = managed<int>(n);
  run<<<3, 64>>>(out, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    int value = i, want = 0;
    while (value <= 500) {
      value = value * 2 + 1;
      if (value % 13 == 0) {
        int k = 0;
        while (k * k <= i)
          ++k;
        want = -value - k * 1000000;
        break;
      }
    }
    EXPECT_EQ(out[i], want ? want : value);
  }
  return verdict();
}
