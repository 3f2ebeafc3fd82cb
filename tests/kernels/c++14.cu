// sampan-flags: -std=c++14
#include "check.h"

static_assert(__cplusplus == 201402L, "C++14");
template <class T> __global__ void run(T *out) {
  auto square = [](auto x) { return x * x; };
  out[threadIdx.x] = square(T(threadIdx.x));
}

int main() {
  int *out = managed<int>(32);
  run<<<1, 32>>>(out);
  SYNC();
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], i * i);
  return verdict();
}
