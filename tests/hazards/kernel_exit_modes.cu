// Every way out of a kernel: falling off its end, return, return in a loop, after a function that
// returned early, and nobody left at all.
#include "../kernels/check.h"

__device__ __noinline__ bool done(int *out, int i) {
  if (i % 4 == 1) {
    out[i] = 1;
    return true;
  }
  return false;
}

__global__ void run(int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  if (done(out, i))
    return;
  for (int k = 0; k < 10; ++k) {
    if (i % 4 == 2 && k == i % 10) {
      out[i] = 200 + k;
      return;
    }
    out[i] += 1;
  }
  if (i % 4 == 3) {
    out[i] = 3;
    return;
  }
  out[i] += 1000;
}
__global__ void leaves_at_once(int *out) {
  if (gridDim.x > 0)
    return;
  out[threadIdx.x] = 1;
}

int main() {
  const int n = 150;
  int *out = managed<int>(256);
  run<<<4, 64>>>(out, n);
  leaves_at_once<<<4, 64>>>(out);
  SYNC();
  for (int i = 0; i < 256; ++i) {
    int want = i % 4 == 0 ? 1010 : i % 4 == 1 ? 1 : i % 4 == 2 ? 200 + i % 10 : 3;
    EXPECT_EQ(out[i], i < n ? want : 0);
  }
  return verdict();
}
