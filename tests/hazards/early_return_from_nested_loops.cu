// Lanes return from the inner of two loops at different iterations; what the others do behind the
// loops must not run for them, and no skip around inactive code may pass the loop's latch.
#include "../kernels/check.h"

__host__ __device__ int search(const int *data, int x, int limit, int *returned) {
  int h = x;
  for (int i = 0; i < limit % 3 + 1; ++i) {
    h += data[i];
    for (int j = 0; j < x % 4; ++j) {
      if (data[(j + x) % 16] < i * 10) {
        *returned = 1;
        return h;
      }
      h = h * 3 + data[j] / (x % 5 + 1) + data[i] % (x % 7 + 1);
    }
  }
  return h;
}

__global__ void run(const int *data, const int *x, int *out, int n, int limit) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int returned = 0;
  int h = search(data, x[i], limit, &returned);
  if (returned) {
    out[i] = -h;
    return;
  }
  out[i] = h;
}

int main() {
  const int n = 130;
  int *data = managed<int>(16), *x = managed<int>(n), *out = managed<int>(n);
  for (int i = 0; i < 16; ++i)
    data[i] = i * 5 % 17;
  for (int i = 0; i < n; ++i)
    x[i] = i * 11 % 23;
  for (int limit = 0; limit < 3; ++limit) {
    run<<<3, 48>>>(data, x, out, n, limit);
    SYNC();
    for (int i = 0; i < n; ++i) {
      int returned = 0, h = search(data, x[i], limit, &returned);
      EXPECT_EQ(out[i], returned ? -h : h);
    }
  }
  return verdict();
}
