// Null pointers as arguments that a kernel only compares.
#include "../kernels/check.h"

__global__ void run(const int *maybe, int *out, void *never) {
  int i = threadIdx.x;
  out[i] = maybe ? maybe[i] : -i;
  if (never)
    out[i] = 1000000;
}

int main() {
  int *in = managed<int>(40), *out = managed<int>(40);
  for (int i = 0; i < 40; ++i)
    in[i] = i * 5;
  run<<<1, 40>>>(nullptr, out, nullptr);
  SYNC();
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(out[i], -i);
  run<<<1, 40>>>(in, out, nullptr);
  SYNC();
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(out[i], i * 5);
  return verdict();
}
