// Infinities, NaN, signed zeros, denormals, and functions with more than one result.
#include "check.h"
#include <cfloat>
#include <cmath>

__global__ void run(float inf, float nan, float zero, float *out, int *flags) {
  float *o = out;
  *o++ = sqrtf(-1 - zero);
  *o++ = logf(zero);
  *o++ = logf(-1 - zero);
  *o++ = expf(inf);
  *o++ = expf(-inf);
  *o++ = expf(1000 + zero);
  *o++ = powf(zero, zero);
  *o++ = powf(-2 - zero, 3 + zero);
  *o++ = powf(-2 - zero, 0.5f + zero);
  *o++ = powf(1 + zero, nan);
  *o++ = atan2f(zero, -1);
  *o++ = atan2f(-zero, -1);
  *o++ = fmodf(inf, 2);
  *o++ = fminf(nan, 3 + zero);
  *o++ = fmaxf(2 + zero, nan);
  *o++ = 1 / zero;
  *o++ = zero / zero;
  *o++ = tanhf(inf);
  *o++ = hypotf(inf, nan);
  *o++ = roundf(-0.4f - zero);
  *o++ = FLT_MIN / (4 + zero);
  *o++ = cosf(inf);
  *o++ = tgammaf(zero);
  *o++ = nextafterf(1 + zero, 2);
  *flags++ = isnan(nan) != 0;
  *flags++ = isinf(inf - 1) != 0;
  *flags++ = isfinite(1 / zero) != 0;
  *flags++ = signbit(-zero) != 0;
  *flags++ = isnan(double(zero) / zero) != 0;
  *flags++ = ilogbf(1000 + zero);
  *flags++ = nan == nan;
  *flags++ = !(nan < 1) && !(nan >= 1);
}

__global__ void several(const double *x, double *out, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  double *o = out + 12 * i;
  int exponent, quotient;
  float whole;
  double part;
  o[0] = frexp(x[i], &exponent);
  o[1] = exponent;
  o[2] = modf(x[i], &part);
  o[3] = part;
  sincos(x[i], &o[4], &o[5]);
  float s, c;
  sincosf(float(x[i]), &s, &c);
  o[6] = s;
  o[7] = c;
  o[8] = ldexp(x[i], i - 3) + scalbn(x[i], 2);
  o[9] = remquo(x[i], 1.5, &quotient) + (quotient & 7) * 1000;
  o[10] = modff(float(x[i]), &whole) + whole * 10;
  o[11] = fma(x[i], x[i], -x[i] * x[i]);
}

int main() {
  float *out = managed<float>(24);
  int *flags = managed<int>(8);
  run<<<1, 1>>>(INFINITY, NAN, 0.0f, out, flags);
  SYNC();
  const float pi = 3.14159274f;
  float want[] = {NAN,      -INFINITY, NAN,         INFINITY, 0,        INFINITY,
                  1,        -8,        NAN,         1,        pi,       -pi,
                  NAN,      3,         2,           INFINITY, NAN,      1,
                  INFINITY, -0.0f,     FLT_MIN / 4, NAN,      INFINITY, nextafterf(1, 2)};
  for (int i = 0; i < 24; ++i) {
    if (std::isnan(want[i]))
      EXPECT(std::isnan(out[i]));
    else
      EXPECT_EQ(out[i], want[i]);
    if ((std::isnan(want[i]) != std::isnan(out[i])) || (out[i] != want[i] && !std::isnan(want[i])))
      printf("  at %d\n", i);
  }
  EXPECT(std::signbit(out[19]));
  int want_flags[] = {1, 1, 0, 1, 1, 9, 0, 1};
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(flags[i], want_flags[i]);

  const int n = 8;
  const double inputs[n] = {1, -2.75, 0.1, 100.5, 1e-3, -7.25, 12345.678, 0.5};
  double *x = managed<double>(n), *results = managed<double>(12 * n);
  for (int i = 0; i < n; ++i)
    x[i] = inputs[i];
  several<<<1, 32>>>(x, results, n);
  SYNC();
  same_bits(results, 12 * n);
  for (int i = 0; i < n; ++i) {
    double *o = results + 12 * i, part;
    int exponent, quotient;
    float whole;
    EXPECT_EQ(o[0], frexp(x[i], &exponent));
    EXPECT_EQ(o[1], exponent);
    EXPECT_EQ(o[2], modf(x[i], &part));
    EXPECT_EQ(o[3], part);
    EXPECT(fabs(o[4] - sin(x[i])) < 1e-14 && fabs(o[5] - cos(x[i])) < 1e-14);
    EXPECT(fabs(o[6] - sin(float(x[i]))) < 1e-6 && fabs(o[7] - cos(float(x[i]))) < 1e-6);
    EXPECT_EQ(o[8], ldexp(x[i], i - 3) + scalbn(x[i], 2));
    double rest = remquo(x[i], 1.5, &quotient);
    EXPECT_EQ(o[9], rest + (quotient & 7) * 1000);
    float fraction = modff(float(x[i]), &whole);
    EXPECT(fabs(o[10] - (fraction + whole * 10)) <= fabs(whole) * 1e-5);
    EXPECT(fabs(o[11]) < 1e-6);
  }
  return verdict();
}
