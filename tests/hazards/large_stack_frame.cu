// Many kilobytes of each thread's own memory, in a full block.
// not-interpreted: millions of operations
#include "../kernels/check.h"

__global__ void run(int *out, int stride) {
  int own[3000];
  for (int i = 0; i < 3000; ++i)
    own[i] = i + threadIdx.x;
  for (int i = 0; i < 3000; i += stride)
    own[(i * 7 + threadIdx.x) % 3000] += i;
  int sum = 0;
  for (int i = threadIdx.x % 10; i < 3000; i += 10)
    sum += own[i];
  out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

int main() {
  const int n = 2 * 1024;
  int *out = managed<int>(n);
  static int own[3000];
  run<<<2, 1024>>>(out, 3);
  SYNC();
  for (int k = 0; k < n; k += 13) {
    int t = k % 1024, sum = 0;
    for (int i = 0; i < 3000; ++i)
      own[i] = i + t;
    for (int i = 0; i < 3000; i += 3)
      own[(i * 7 + t) % 3000] += i;
    for (int i = t % 10; i < 3000; i += 10)
      sum += own[i];
    EXPECT_EQ(out[k], sum);
  }
  return verdict();
}
