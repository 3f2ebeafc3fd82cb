// Conversions between types and roundings; out of range they saturate, as on a GPU.
#include "check.h"
#include <climits>
#include <cmath>
#include <limits>

__global__ void run(const double *in, long long *out, double *real) {
  int i = threadIdx.x;
  double d = in[i];
  float f = float(d);
  long long *o = out + 16 * i;
  double *r = real + 8 * i;
  o[0] = __float2int_rn(f);
  o[1] = __float2int_rz(f);
  o[2] = __float2int_ru(f);
  o[3] = __float2int_rd(f);
  o[4] = __float2uint_rn(f);
  o[5] = __double2int_rn(d);
  o[6] = __double2ll_rz(d);
  o[7] = __double2ll_rd(d);
  o[8] = (long long)__float2ull_rz(f);
  o[9] = __double2uint_rz(d);
  o[10] = __float_as_int(f);
  o[11] = __double_as_longlong(d);
  o[12] = lrintf(f);
  o[13] = llrint(d);
  o[14] = lroundf(f);
  o[15] = llround(d);
  r[0] = __int2float_rn(int(i * 123456789u));
  r[1] = __int2float_rz(int(i * 123456789u));
  r[2] = __ll2double_rn(i * 0x123456789abcdefll);
  r[3] = __double2float_rn(d);
  r[4] = __double2float_ru(d);
  r[5] = __uint2double_rn(i * 3000000000u);
  r[6] = __ull2float_rn(i * 0xfedcba9876543210ull);
  r[7] = __double2float_rd(d);
}

static double clamp(double value, double low, double high) {
  if (std::isnan(value))
    return 0;
  return value < low ? low : value > high ? high : value;
}
static float toward(double value, double direction) {
  float nearest = float(value);
  if (direction > 0 && nearest < value)
    return nextafterf(nearest, INFINITY);
  if (direction < 0 && nearest > value)
    return nextafterf(nearest, -INFINITY);
  return nearest;
}

int main() {
  const double values[] = {0,    1,     -1,       0.5,       1.5,   2.5,   -0.5,        -1.5,
                           -2.5, 0.49,  1e6 + .5, -1e6 - .3, 3e9,   -3e9,  1e10,        -1e10,
                           1e18, -1e18, 0.1,      -0.1,      7.999, 1e-30, 2147483520., 33.25};
  const int n = sizeof values / sizeof *values;
  double *in = managed<double>(n), *real = managed<double>(8 * n);
  long long *out = managed<long long>(16 * n);
  for (int i = 0; i < n; ++i)
    in[i] = values[i];
  run<<<1, n>>>(in, out, real);
  SYNC();
  for (int i = 0; i < n; ++i) {
    double d = values[i];
    float f = float(d);
    long long *o = out + 16 * i;
    double *r = real + 8 * i;
    EXPECT_EQ(o[0], int(clamp(rint(f), INT_MIN, INT_MAX)));
    EXPECT_EQ(o[1], int(clamp(trunc(f), INT_MIN, INT_MAX)));
    EXPECT_EQ(o[2], int(clamp(ceil(f), INT_MIN, INT_MAX)));
    EXPECT_EQ(o[3], int(clamp(floor(f), INT_MIN, INT_MAX)));
    EXPECT_EQ(o[4], (long long)clamp(rint(f), 0, UINT_MAX));
    EXPECT_EQ(o[5], int(clamp(rint(d), INT_MIN, INT_MAX)));
    EXPECT_EQ(o[6], (long long)trunc(d));
    EXPECT_EQ(o[7], (long long)floor(d));
    EXPECT_EQ(o[8], (long long)clamp(trunc(f), 0, 1.8e19));
    EXPECT_EQ(o[9], (long long)clamp(trunc(d), 0, UINT_MAX));
    union {
      float f;
      int i;
    } bits32 = {f};
    union {
      double d;
      long long i;
    } bits64 = {d};
    EXPECT_EQ(o[10], bits32.i);
    EXPECT(o[11] == bits64.i);
    EXPECT_EQ(o[12], (long long)rint(f));
    EXPECT_EQ(o[13], (long long)rint(d));
    EXPECT_EQ(o[14], (long long)round(f));
    EXPECT_EQ(o[15], (long long)round(d));
    int product = int(i * 123456789u);
    EXPECT_EQ(r[0], float(product));
    EXPECT_EQ(r[1], toward(product, product > 0 ? -1 : 1));
    EXPECT_EQ(r[2], double(i * 0x123456789abcdefll));
    EXPECT_EQ(r[3], double(f));
    EXPECT_EQ(r[4], toward(d, 1));
    EXPECT_EQ(r[5], double(i * 3000000000u));
    EXPECT_EQ(r[6], double(float(i * 0xfedcba9876543210ull)));
    EXPECT_EQ(r[7], toward(d, -1));
  }
  return verdict();
}
