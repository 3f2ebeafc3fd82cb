// A GPU never traps: integer division by zero gives some number, and the other lanes are right.
#include "check.h"
#include <climits>

template <class T>
__global__ void divide(const T *a, const T *b, T *quotient, T *remainder, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  quotient[i] = a[i] / b[i];
  remainder[i] = a[i] % b[i];
}

__global__ void guarded(const int *b, int *out, int n) {
  int i = threadIdx.x;
  if (i < n && b[i] != 0)
    out[i] = 1000 / b[i]; // no lane divides by zero here, but its neighbour's
}

template <class T> void test(T least) {
  const int n = 70;
  T *a = managed<T>(n), *b = managed<T>(n), *q = managed<T>(n), *r = managed<T>(n);
  for (int i = 0; i < n; ++i)
    a[i] = T(i * 100 - 3500), b[i] = T(i % 7);
  a[20] = least;
  b[20] = T(-1); // the other division that traps on a CPU
  divide<T><<<1, 96>>>(a, b, q, r, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    if (b[i] == 0 || i == 20)
      continue;
    EXPECT_EQ(q[i], T(a[i] / b[i]));
    EXPECT_EQ(r[i], T(a[i] % b[i]));
  }
}

int main() {
  test<int>(INT_MIN);
  test<long long>(LLONG_MIN);
  test<unsigned>(0);
  test<unsigned long long>(0);
  test<short>(SHRT_MIN);
  const int n = 64;
  int *b = managed<int>(n), *out = managed<int>(n);
  for (int i = 0; i < n; ++i)
    b[i] = i % 3;
  guarded<<<1, n>>>(b, out, n);
  SYNC();
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(out[i], i % 3 ? 1000 / (i % 3) : 0);
  return verdict();
}
