// __ldg and its kin, restrict pointers, loads of several widths.
// expect-path: vector
#include "check.h"

__global__ void run(const float *__restrict__ f, const int4 *__restrict__ v,
                    const unsigned char *__restrict__ b, const double *__restrict__ d, float *out,
                    int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int4 four = __ldg(&v[i]);
  out[i] = __ldg(f + i) + four.x + four.w + __ldg(b + i) + float(__ldg(&d[n - 1 - i]));
  out[i] += __ldcg(f + i) + __ldcs(f + i);
  __stcs(&out[n + i], out[i]);
}

int main() {
  const int n = 150;
  float *f = managed<float>(n), *out = managed<float>(2 * n);
  int4 *v = managed<int4>(n);
  unsigned char *b = managed<unsigned char>(n);
  double *d = managed<double>(n);
  for (int i = 0; i < n; ++i) {
    f[i] = i * 0.5f;
    v[i] = make_int4(i, -1, -1, 2 * i);
    b[i] = (unsigned char)i;
    d[i] = i;
  }
  run<<<3, 64>>>(f, v, b, d, out, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    EXPECT_EQ(out[i], i * 1.5f + 3 * i + i + (n - 1 - i));
    EXPECT_EQ(out[n + i], out[i]);
  }
  return verdict();
}
