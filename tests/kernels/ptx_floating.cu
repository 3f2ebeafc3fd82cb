// Inline PTX on floating-point numbers: exact instructions to the bit, approximate ones to theirs.
#include "check.h"
#include <cmath>
#include <cstdint>

__global__ void exact(const float *x, double *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  float v = x[i], r;
  double d, *o = out + 10 * i;
  int whole;
  unsigned bits;
  asm("fma.rn.f32 %0, %1, %1, %2;" : "=f"(r) : "f"(v), "f"(0.25f));
  o[0] = r;
  asm("add.rn.f64 %0, %1, 0d3FF8000000000000;" : "=d"(d) : "d"((double)v));
  o[1] = d;
  asm("mul.rn.sat.f32 %0, %1, 0f40000000;" : "=f"(r) : "f"(v));
  o[2] = r;
  asm("cvt.rni.s32.f32 %0, %1;" : "=r"(whole) : "f"(v));
  o[3] = whole;
  asm("cvt.rzi.u32.f32 %0, %1;" : "=r"(bits) : "f"(v));
  o[4] = bits;
  asm("min.f32 %0, %1, 0f3F000000;" : "=f"(r) : "f"(v));
  o[5] = r;
  asm("{ .reg .pred p, q; setp.gt.f32 p|q, %1, 0f00000000; selp.f32 %0, %1, 0fBF800000, p;\n"
      "@q add.f32 %0, %0, 0f3F000000; }"
      : "=f"(r)
      : "f"(v));
  o[6] = r;
  asm("copysign.f32 %0, %1, %2;" : "=f"(r) : "f"(v), "f"(3.0f));
  o[7] = r;
  asm("mov.b32 %0, %1;" : "=r"(bits) : "f"(v));
  o[8] = bits;
  asm("cvt.f64.f32 %0, %1;" : "=d"(d) : "f"(-v));
  o[9] = d;
}

__global__ void near(const float *x, float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  float v = x[i], p = fabsf(v) + 0.001f, *o = out + 8 * i;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(o[0]) : "f"(v));
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(o[1]) : "f"(p));
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(o[2]) : "f"(p));
  asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(o[3]) : "f"(p));
  asm("tanh.approx.f32 %0, %1;" : "=f"(o[4]) : "f"(v));
  asm("sqrt.approx.f32 %0, %1;" : "=f"(o[5]) : "f"(p));
  asm("sin.approx.f32 %0, %1;" : "=f"(o[6]) : "f"(v));
  asm("div.full.f32 %0, %1, %2;" : "=f"(o[7]) : "f"(v), "f"(p));
}

int main() {
  const int n = 256;
  float *x = managed<float>(n), *rough = managed<float>(8 * n);
  double *out = managed<double>(10 * n);
  for (int i = 0; i < n; ++i)
    x[i] = (i - 128) * 0.0173f + (i % 3) * 0.5f;
  exact<<<2, 128>>>(x, out, n);
  near<<<2, 128>>>(x, rough, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    float v = x[i], twice = v * 2;
    uint32_t bits;
    memcpy(&bits, &v, 4);
    double want[10] = {fmaf(v, v, 0.25f),
                       v + 1.5,
                       twice < 0   ? 0
                       : twice > 1 ? 1
                                   : twice,
                       (double)lrintf(v),
                       v < 0 ? 0 : truncf(v),
                       v < 0.5f ? v : 0.5f,
                       v > 0 ? v : -0.5f,
                       v < 0 ? -3 : 3,
                       bits,
                       -(double)v};
    for (int k = 0; k < 10; ++k)
      EXPECT_EQ(out[10 * i + k], want[k]);
    double p = fabsf(v) + 0.001f;
    double close[8] = {exp2(v),         log2(p), 1 / p,          1 / sqrt(p),
                       tanh((double)v), sqrt(p), sin((double)v), v / p};
    for (int k = 0; k < 8; ++k) {
      double error = fabs(rough[8 * i + k] - close[k]);
      double allowed = (k == 4 ? 5e-4 : 3e-6) * fabs(close[k]) + 1e-6;
      if (!(error <= allowed) && ++failures <= 20)
        printf("function %d of %g is %g, expected %g\n", k, v, rough[8 * i + k], close[k]);
    }
  }
  return verdict();
}
