// sampan-flags: -use_fast_math
// The fast intrinsics, and ordinary code under -use_fast_math, to their looser bounds.
#include "check.h"
#include <cmath>

__global__ void run(const float *x, float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  float v = x[i], *o = out + 16 * i;
  o[0] = __expf(v);
  o[1] = __logf(v);
  o[2] = __sinf(v);
  o[3] = __cosf(v);
  o[4] = __powf(v, 1.5f);
  o[5] = __fdividef(v, 3.0f);
  o[6] = __log2f(v) + __log10f(v);
  o[7] = __exp10f(v * 0.1f);
  o[8] = __tanf(v * 0.2f);
  o[9] = __saturatef(v - 1);
  o[10] = __frsqrt_rn(v);
  o[11] = __frcp_rn(v);
  o[12] = __fsqrt_rn(v) + __fmaf_rn(v, v, 1);
  o[13] = expf(v) + sinf(v) + logf(v) + powf(v, 0.3f);
  o[14] = v / 7.0f + sqrtf(v);
  o[15] = __fadd_rn(v, 1) * __fmul_rn(v, 2) - __fsub_rn(v, 3) / __fdiv_rn(v, 4);
}

// The flag replaces these functions by their intrinsics.
__global__ void replaced(const float *x, int *different, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  float v = x[i], s, c, fast_s, fast_c;
  sincosf(v, &s, &c);
  __sincosf(v, &fast_s, &fast_c);
  bool same = expf(v) == __expf(v) && exp10f(v) == __exp10f(v) && logf(v) == __logf(v) &&
              log2f(v) == __log2f(v) && log10f(v) == __log10f(v) &&
              powf(v, 1.3f) == __powf(v, 1.3f) && sinf(v) == __sinf(v) && cosf(v) == __cosf(v) &&
              tanf(v) == __tanf(v) && std::exp(v) == __expf(v) &&
              std::pow(v, 1.3f) == __powf(v, 1.3f) && s == fast_s && c == fast_c &&
              fdividef(v, 3.0f) == __fdividef(v, 3.0f);
  if (!same)
    atomicAdd(different, 1);
}

int main() {
  const int n = 300;
  float *x = managed<float>(n), *out = managed<float>(16 * n);
  for (int i = 0; i < n; ++i)
    x[i] = 0.01f + i * 0.01f;
  run<<<3, 128>>>(x, out, n);
  int *different = managed<int>(1);
  replaced<<<3, 128>>>(x, different, n);
  SYNC();
  EXPECT_EQ(*different, 0);
  same_bits(out, 16 * n);
  for (int i = 0; i < n; ++i) {
    double v = x[i];
    double want[16] = {exp(v),
                       log(v),
                       sin(v),
                       cos(v),
                       pow(v, 1.5),
                       v / 3,
                       log2(v) + log10(v),
                       pow(10, v * 0.1f),
                       tan(v * 0.2f),
                       v - 1 < 0   ? 0
                       : v - 1 > 1 ? 1
                                   : v - 1,
                       1 / sqrt(v),
                       1 / v,
                       sqrt(v) + v * v + 1,
                       exp(v) + sin(v) + log(v) + pow(v, 0.3f),
                       v / 7 + sqrt(v),
                       (v + 1) * (v * 2) - (v - 3) / (v / 4)};
    for (int k = 0; k < 16; ++k) {
      double error = fabs(out[16 * i + k] - want[k]);
      if (error > 4e-6 + 4e-6 * fabs(want[k]) && ++failures <= 20)
        printf("function %d of %g is %.9g, expected %.9g\n", k, v, out[16 * i + k], want[k]);
    }
  }
  return verdict();
}
