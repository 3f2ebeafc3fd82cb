// sampan-flags: --extended-lambda -std=c++17
// expect-path: vector
#include "check.h"

template <class Function> __global__ void for_each(int n, Function function) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    function(i);
}

template <class Function> void launch(int n, Function function) {
  for_each<<<(n + 63) / 64, 64>>>(n, function);
  SYNC();
}

int main() {
  const int n = 200;
  int *out = managed<int>(n);
  int factor = 3;
  double offset = 0.5;
  struct {
    int a, b;
  } both = {7, 9};
  launch(n, [=] __device__(int i) { out[i] = i * factor + int(offset * 4) + both.b; });
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(out[i], i * 3 + 2 + 9);

  launch(n, [=] __host__ __device__(int i) {
    auto inner = [&](int x) { return x * x + i; };
    out[i] = inner(i % 10) - inner(1);
  });
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(out[i], (i % 10) * (i % 10) - 1);

  auto twice = [] __host__ __device__(int x) { return 2 * x; };
  launch(n, [=] __device__(int i) { out[i] = twice(i) + 1; });
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(out[i], twice(i) + 1);
  return verdict();
}
