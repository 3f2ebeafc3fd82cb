// expect-path: vector
// Inline PTX: floating point, conversions, approximations and halves.
#include "check.h"
#include <cmath>

__global__ void floats(const float *in, float *out, unsigned *bits) {
  float a = in[threadIdx.x], b = in[threadIdx.x + 32], *row = out + threadIdx.x * 16;
  unsigned *u = bits + threadIdx.x * 16;
  asm("add.f32 %0, %1, %2;" : "=f"(row[0]) : "f"(a), "f"(b));
  asm("mul.rn.ftz.f32 %0, %1, %2;" : "=f"(row[1]) : "f"(a), "f"(b));
  asm("fma.rn.f32 %0, %1, %2, %3;" : "=f"(row[2]) : "f"(a), "f"(b), "f"(1.5f));
  asm("max.f32 %0, %1, %2;" : "=f"(row[3]) : "f"(a), "f"(b));
  asm("div.rn.f32 %0, %1, %2;" : "=f"(row[4]) : "f"(a), "f"(b));
  asm("sqrt.rn.f32 %0, %1;" : "=f"(row[5]) : "f"(fabsf(a)));
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(row[6]) : "f"(a));
  asm("lg2.approx.f32 %0, %1;" : "=f"(row[7]) : "f"(fabsf(a) + 1));
  asm("rsqrt.approx.f32 %0, %1;" : "=f"(row[8]) : "f"(fabsf(a) + 1));
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(row[9]) : "f"(fabsf(a) + 1));
  asm("tanh.approx.f32 %0, %1;" : "=f"(row[10]) : "f"(a));
  asm("add.sat.f32 %0, %1, 0f3F000000;" : "=f"(row[11]) : "f"(a)); // 0.5
  asm("cvt.rzi.s32.f32 %0, %1;" : "=r"(u[0]) : "f"(a));
  asm("cvt.rni.u32.f32 %0, %1;" : "=r"(u[1]) : "f"(a));
  asm("cvt.sat.s8.s32 %0, %1;" : "=r"(u[2]) : "r"(int(a * 100)));
  asm("cvt.rn.f32.s32 %0, %1;" : "=f"(row[12]) : "r"(int(a * 1000)));
  asm("cvt.rni.f32.f32 %0, %1;" : "=f"(row[13]) : "f"(a));
  double d;
  asm("{ .reg .f64 t; cvt.f64.f32 t, %1; mul.f64 t, t, 0d3FB999999999999A; mov.f64 %0, t; }"
      : "=d"(d)
      : "f"(a)); // times 0.1
  row[14] = d;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(u[3]) : "f"(a));
  // Two halves in a word: (2a, a) * (a, a) + (1, 1).
  unsigned pair, ones = 0x3c003c00u, squares;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(2 * a), "f"(a));
  asm("{ .reg .b16 low, high; .reg .b32 both; mov.b32 {low, high}, %1; mov.b32 both, {low, low};\n"
      "  fma.rn.f16x2 %0, %1, both, %2; }"
      : "=r"(squares)
      : "r"(pair), "r"(ones));
  u[4] = pair;
  u[5] = squares;
  unsigned short half;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(half) : "f"(a));
  u[6] = half;
  asm("{ .reg .pred p; testp.finite.f32 p, %1; selp.u32 %0, 1, 0, p; }" : "=r"(u[7]) : "f"(b));
}

constexpr int kMore = 12;
__global__ void more(const float *x, double *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float v = x[i], p = fabsf(v) + 0.001f, r;
  double d, *o = out + kMore * i;
  int whole;
  unsigned bits;
  asm("add.rn.f64 %0, %1, 0d3FF8000000000000;" : "=d"(d) : "d"((double)v));
  *o++ = d;
  asm("mul.rn.sat.f32 %0, %1, 0f40000000;" : "=f"(r) : "f"(v));
  *o++ = r;
  asm("cvt.rni.s32.f32 %0, %1;" : "=r"(whole) : "f"(v));
  *o++ = whole;
  asm("cvt.rzi.u32.f32 %0, %1;" : "=r"(bits) : "f"(v));
  *o++ = bits;
  asm("min.f32 %0, %1, 0f3F000000;" : "=f"(r) : "f"(v));
  *o++ = r;
  asm("{ .reg .pred p, q; setp.gt.f32 p|q, %1, 0f00000000; selp.f32 %0, %1, 0fBF800000, p;\n"
      "@q add.f32 %0, %0, 0f3F000000; }"
      : "=f"(r)
      : "f"(v));
  *o++ = r;
  asm("copysign.f32 %0, %1, %2;" : "=f"(r) : "f"(v), "f"(3.0f));
  *o++ = r;
  asm("mov.b32 %0, %1;" : "=r"(bits) : "f"(v));
  *o++ = bits;
  asm("cvt.f64.f32 %0, %1;" : "=d"(d) : "f"(-v));
  *o++ = d;
  asm("sqrt.approx.f32 %0, %1;" : "=f"(r) : "f"(p));
  *o++ = r;
  asm("sin.approx.f32 %0, %1;" : "=f"(r) : "f"(v));
  *o++ = r;
  asm("div.full.f32 %0, %1, %2;" : "=f"(r) : "f"(v), "f"(p));
  *o++ = r;
}

static bool close(float got, double want, double tolerance) {
  return fabs(got - want) <= tolerance * fmax(1e-30, fabs(want));
}

static unsigned bits_of(float x) {
  unsigned bits;
  memcpy(&bits, &x, 4);
  return bits;
}

static unsigned half_bits(float x) { // by the compiler of the host
  _Float16 half = x;
  unsigned short bits;
  memcpy(&bits, &half, 2);
  return bits;
}

static void check_more() {
  const int n = 256;
  float *x = managed<float>(n);
  double *out = managed<double>(kMore * n);
  for (int i = 0; i < n; ++i)
    x[i] = (i - 128) * 0.0173f + (i % 3) * 0.5f;
  more<<<2, 128>>>(x, out);
  SYNC();
  for (int i = 0; i < n; ++i) {
    float v = x[i], twice = v * 2;
    const double want[9] = {v + 1.5,
                            twice < 0   ? 0
                            : twice > 1 ? 1
                                        : twice,
                            (double)lrintf(v),
                            v < 0 ? 0 : truncf(v),
                            v < 0.5f ? v : 0.5f,
                            v > 0 ? v : -0.5f,
                            v < 0 ? -3 : 3,
                            (double)bits_of(v),
                            -(double)v};
    for (int k = 0; k < 9; ++k)
      EXPECT_EQ(out[kMore * i + k], want[k]);
    const double p = fabsf(v) + 0.001f, *near = out + kMore * i + 9;
    EXPECT(close(near[0], sqrt(p), 3e-6) && fabs(near[1] - sin((double)v)) < 3e-6 &&
           close(near[2], v / p, 3e-6));
  }
}

int main() {
  float *in = managed<float>(64), *out = managed<float>(32 * 16);
  unsigned *bits = managed<unsigned>(32 * 16);
  for (int i = 0; i < 64; ++i)
    in[i] = (i * 37 % 64 - 31.5f) / 7 * (i % 3 == 0 ? 0.1f : 1);
  in[40] = INFINITY;
  floats<<<1, 32>>>(in, out, bits);
  SYNC();
  for (int t = 0; t < 32; ++t) {
    float a = in[t], b = in[t + 32], p = fabsf(a) + 1;
    const float *row = out + t * 16;
    const unsigned *u = bits + t * 16;
    EXPECT_EQ(row[0], a + b);
    EXPECT_EQ(row[1], a * b);
    EXPECT_EQ(row[2], fmaf(a, b, 1.5f));
    EXPECT_EQ(row[3], fmaxf(a, b));
    EXPECT_EQ(row[4], a / b);
    EXPECT_EQ(row[5], sqrtf(fabsf(a)));
    EXPECT(close(row[6], exp2(double(a)), 1e-6));
    EXPECT(close(row[7], log2(double(p)), 1e-6));
    EXPECT(close(row[8], 1 / sqrt(double(p)), 1e-6));
    EXPECT(close(row[9], 1 / double(p), 1e-6));
    EXPECT(close(row[10], tanh(double(a)), 4.8e-4));
    EXPECT_EQ(row[11], fminf(1, fmaxf(0, a + 0.5f)));
    EXPECT_EQ(int(u[0]), int(a));
    EXPECT_EQ(u[1], a > 0 ? unsigned(nearbyintf(a)) : 0u);
    int hundred = int(a * 100);
    EXPECT_EQ(int(u[2]), hundred > 127 ? 127 : hundred < -128 ? -128 : hundred);
    EXPECT_EQ(row[12], float(int(a * 1000)));
    EXPECT_EQ(row[13], nearbyintf(a));
    EXPECT_EQ(row[14], float(a * 0.1));
    EXPECT_EQ(u[3], (bits_of(a) + 0x1000) & 0xffffe000u);
    EXPECT_EQ(u[4], half_bits(a) | half_bits(2 * a) << 16);
    float low = float(_Float16(a)), high = float(_Float16(2 * a));
    EXPECT_EQ(u[5], half_bits(float(_Float16(double(low) * low + 1))) |
                        half_bits(float(_Float16(double(high) * low + 1))) << 16);
    unsigned whole = bits_of(a);
    EXPECT_EQ(u[6], (whole + 0x7fff + (whole >> 16 & 1)) >> 16);
    EXPECT_EQ(u[7], b != INFINITY);
  }
  check_more();
  return verdict();
}
