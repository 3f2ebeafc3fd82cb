// Overloads of the math functions that CUDA offers in the global namespace, on both sides, and
// the device overloads that clang's forward declarations promise.
#ifndef SAMPAN_MATH_OVERLOADS_H
#define SAMPAN_MATH_OVERLOADS_H

#define __SAMPAN_BOTH static __host__ __device__ __forceinline__
#define __SAMPAN_HOST static __host__ __forceinline__
#define __SAMPAN_DEVICE static __device__ __forceinline__

// min and max. Mixed signedness compares as unsigned, mixed precision as double.
#define __SAMPAN_MIN_MAX(result, left, right)                                                      \
  __SAMPAN_BOTH result min(left a, right b) {                                                      \
    return (result)a < (result)b ? (result)a : (result)b;                                          \
  }                                                                                                \
  __SAMPAN_BOTH result max(left a, right b) {                                                      \
    return (result)a > (result)b ? (result)a : (result)b;                                          \
  }
#define __SAMPAN_INTEGER_MIN_MAX(kind)                                                             \
  __SAMPAN_MIN_MAX(unsigned kind, unsigned kind, unsigned kind)                                    \
  __SAMPAN_MIN_MAX(unsigned kind, unsigned kind, kind)                                             \
  __SAMPAN_MIN_MAX(unsigned kind, kind, unsigned kind)

__SAMPAN_HOST int min(int a, int b) { return a < b ? a : b; }
__SAMPAN_HOST int max(int a, int b) { return a > b ? a : b; }
__SAMPAN_INTEGER_MIN_MAX(int)
__SAMPAN_MIN_MAX(long int, long int, long int)
__SAMPAN_INTEGER_MIN_MAX(long int)
__SAMPAN_MIN_MAX(long long int, long long int, long long int)
__SAMPAN_INTEGER_MIN_MAX(long long int)

#undef __SAMPAN_MIN_MAX
#undef __SAMPAN_INTEGER_MIN_MAX

// A NaN loses against a number.
__SAMPAN_DEVICE float min(float a, float b) { return __nv_fminf(a, b); }
__SAMPAN_HOST float min(float a, float b) { return __builtin_fminf(a, b); }
__SAMPAN_DEVICE double min(double a, double b) { return __nv_fmin(a, b); }
__SAMPAN_HOST double min(double a, double b) { return __builtin_fmin(a, b); }
__SAMPAN_DEVICE double min(float a, double b) { return __nv_fmin(a, b); }
__SAMPAN_HOST double min(float a, double b) { return __builtin_fmin(a, b); }
__SAMPAN_DEVICE double min(double a, float b) { return __nv_fmin(a, b); }
__SAMPAN_HOST double min(double a, float b) { return __builtin_fmin(a, b); }
__SAMPAN_DEVICE float max(float a, float b) { return __nv_fmaxf(a, b); }
__SAMPAN_HOST float max(float a, float b) { return __builtin_fmaxf(a, b); }
__SAMPAN_DEVICE double max(double a, double b) { return __nv_fmax(a, b); }
__SAMPAN_HOST double max(double a, double b) { return __builtin_fmax(a, b); }
__SAMPAN_DEVICE double max(float a, double b) { return __nv_fmax(a, b); }
__SAMPAN_HOST double max(float a, double b) { return __builtin_fmax(a, b); }
__SAMPAN_DEVICE double max(double a, float b) { return __nv_fmax(a, b); }
__SAMPAN_HOST double max(double a, float b) { return __builtin_fmax(a, b); }

__SAMPAN_HOST unsigned int umin(unsigned int a, unsigned int b) { return a < b ? a : b; }
__SAMPAN_HOST unsigned int umax(unsigned int a, unsigned int b) { return a > b ? a : b; }
__SAMPAN_HOST long long int llmin(long long int a, long long int b) { return a < b ? a : b; }
__SAMPAN_HOST long long int llmax(long long int a, long long int b) { return a > b ? a : b; }
__SAMPAN_HOST unsigned long long int ullmin(unsigned long long int a, unsigned long long int b) {
  return a < b ? a : b;
}
__SAMPAN_HOST unsigned long long int ullmax(unsigned long long int a, unsigned long long int b) {
  return a > b ? a : b;
}

// float overloads on the device.
__SAMPAN_DEVICE float acosh(float a) { return ::acoshf(a); }
__SAMPAN_DEVICE float asinh(float a) { return ::asinhf(a); }
__SAMPAN_DEVICE float atanh(float a) { return ::atanhf(a); }
__SAMPAN_DEVICE float cbrt(float a) { return ::cbrtf(a); }
__SAMPAN_DEVICE float erfc(float a) { return ::erfcf(a); }
__SAMPAN_DEVICE float erf(float a) { return ::erff(a); }
__SAMPAN_DEVICE float exp2(float a) { return ::exp2f(a); }
__SAMPAN_DEVICE float expm1(float a) { return ::expm1f(a); }
__SAMPAN_DEVICE float lgamma(float a) { return ::lgammaf(a); }
__SAMPAN_DEVICE float log1p(float a) { return ::log1pf(a); }
__SAMPAN_DEVICE float log2(float a) { return ::log2f(a); }
__SAMPAN_DEVICE float logb(float a) { return ::logbf(a); }
__SAMPAN_DEVICE float nearbyint(float a) { return ::nearbyintf(a); }
__SAMPAN_DEVICE float rint(float a) { return ::rintf(a); }
__SAMPAN_DEVICE float round(float a) { return ::roundf(a); }
__SAMPAN_DEVICE float tgamma(float a) { return ::tgammaf(a); }
__SAMPAN_DEVICE float trunc(float a) { return ::truncf(a); }
__SAMPAN_DEVICE float copysign(float a, float b) { return ::copysignf(a, b); }
__SAMPAN_DEVICE float fdim(float a, float b) { return ::fdimf(a, b); }
__SAMPAN_DEVICE float fmax(float a, float b) { return ::fmaxf(a, b); }
__SAMPAN_DEVICE float fmin(float a, float b) { return ::fminf(a, b); }
__SAMPAN_DEVICE float hypot(float a, float b) { return ::hypotf(a, b); }
__SAMPAN_DEVICE float nextafter(float a, float b) { return ::nextafterf(a, b); }
__SAMPAN_DEVICE float remainder(float a, float b) { return ::remainderf(a, b); }
__SAMPAN_DEVICE float fma(float a, float b, float c) { return ::fmaf(a, b, c); }
__SAMPAN_DEVICE float remquo(float a, float b, int *quotient) { return ::remquof(a, b, quotient); }
__SAMPAN_DEVICE float scalbn(float a, int exponent) { return ::scalbnf(a, exponent); }
__SAMPAN_DEVICE float scalbln(float a, long exponent) { return ::scalblnf(a, exponent); }
__SAMPAN_DEVICE int ilogb(float a) { return ::ilogbf(a); }
__SAMPAN_DEVICE long lrint(float a) { return ::lrintf(a); }
__SAMPAN_DEVICE long lround(float a) { return ::lroundf(a); }
__SAMPAN_DEVICE long long llrint(float a) { return ::llrintf(a); }
__SAMPAN_DEVICE long long llround(float a) { return ::llroundf(a); }
__SAMPAN_DEVICE double nan(const char *) { return __builtin_nan(""); }
__SAMPAN_DEVICE float nanf(const char *) { return __builtin_nanf(""); }

// Functions that only CUDA has. clang's header defines the device forms; the host forms follow.
#ifdef __GLIBC_PREREQ
#if __GLIBC_PREREQ(2, 42)
#define __SAMPAN_LIBC_HAS_RSQRT
#endif
#endif
#ifndef __SAMPAN_LIBC_HAS_RSQRT
__SAMPAN_HOST double rsqrt(double a) { return 1.0 / ::sqrt(a); }
__SAMPAN_HOST float rsqrtf(float a) { return (float)(1.0 / ::sqrt((double)a)); }
#endif
__SAMPAN_HOST double rcbrt(double a) { return 1.0 / ::cbrt(a); }
__SAMPAN_HOST float rcbrtf(float a) { return (float)(1.0 / ::cbrt((double)a)); }
__SAMPAN_HOST double fdivide(double a, double b) { return a / b; }
__SAMPAN_HOST float fdividef(float a, float b) { return a / b; }
__SAMPAN_HOST double rhypot(double a, double b) { return 1.0 / ::hypot(a, b); }
__SAMPAN_HOST float rhypotf(float a, float b) {
  return (float)(1.0 / ::hypot((double)a, (double)b));
}
__SAMPAN_HOST double norm3d(double a, double b, double c) { return ::hypot(::hypot(a, b), c); }
__SAMPAN_HOST float norm3df(float a, float b, float c) { return (float)norm3d(a, b, c); }
__SAMPAN_HOST double norm4d(double a, double b, double c, double d) {
  return ::hypot(::hypot(a, b), ::hypot(c, d));
}
__SAMPAN_HOST float norm4df(float a, float b, float c, float d) {
  return (float)norm4d(a, b, c, d);
}
__SAMPAN_HOST double rnorm3d(double a, double b, double c) { return 1.0 / norm3d(a, b, c); }
__SAMPAN_HOST float rnorm3df(float a, float b, float c) { return (float)rnorm3d(a, b, c); }
__SAMPAN_HOST double rnorm4d(double a, double b, double c, double d) {
  return 1.0 / norm4d(a, b, c, d);
}
__SAMPAN_HOST float rnorm4df(float a, float b, float c, float d) {
  return (float)rnorm4d(a, b, c, d);
}
__SAMPAN_HOST double norm(int count, const double *values) {
  double length = 0;
  for (int i = 0; i < count; ++i)
    length = ::hypot(length, values[i]);
  return length;
}
__SAMPAN_HOST float normf(int count, const float *values) {
  double length = 0;
  for (int i = 0; i < count; ++i)
    length = ::hypot(length, (double)values[i]);
  return (float)length;
}
__SAMPAN_HOST double rnorm(int count, const double *values) { return 1.0 / norm(count, values); }
__SAMPAN_HOST float rnormf(int count, const float *values) { return 1.0f / normf(count, values); }

// sin and cos of pi times the argument: reduced exactly to an eighth of a turn first.
__SAMPAN_HOST double sinpi(double a) {
  double quarters = ::nearbyint(2 * a);
  double angle = (a - quarters / 2) * 3.14159265358979323846;
  switch ((int)::fmod(::fmod(quarters, 4.0) + 4.0, 4.0)) {
  case 0:
    return ::sin(angle);
  case 1:
    return ::cos(angle);
  case 2:
    return -::sin(angle);
  default:
    return -::cos(angle);
  }
}
__SAMPAN_HOST double cospi(double a) { return sinpi(::fmod(a, 2.0) + 0.5); }
__SAMPAN_HOST float sinpif(float a) { return (float)sinpi((double)a); }
__SAMPAN_HOST float cospif(float a) { return (float)cospi((double)a); }
__SAMPAN_HOST void sincospi(double a, double *sine, double *cosine) {
  *sine = sinpi(a);
  *cosine = cospi(a);
}
__SAMPAN_HOST void sincospif(float a, float *sine, float *cosine) {
  *sine = sinpif(a);
  *cosine = cospif(a);
}

__SAMPAN_HOST double normcdf(double a) { return 0.5 * ::erfc(-a * 0.70710678118654752440); }
__SAMPAN_HOST float normcdff(float a) { return (float)normcdf((double)a); }
__SAMPAN_HOST double erfcx(double a) {
  if (a < 25)
    return ::exp(a * a) * ::erfc(a);
  double inverse = 1 / (a * a); // the asymptotic series
  return 0.56418958354775628695 / a * (1 - inverse * (0.5 - inverse * (0.75 - 1.875 * inverse)));
}
__SAMPAN_HOST float erfcxf(float a) { return (float)erfcx((double)a); }
// Winitzki's estimate, then Newton steps on erfc, which keeps its precision in the tail.
__SAMPAN_HOST double erfcinv(double a) {
  if (!(a > 0 && a < 2))
    return a == 0 ? HUGE_VAL : a == 2 ? -HUGE_VAL : __builtin_nan("");
  double tail = a < 1 ? a : 2 - a;
  double logarithm = ::log(tail) + ::log(2 - tail);
  double half = 4.3307467507998 + logarithm / 2;
  double x = ::sqrt(::sqrt(half * half - logarithm / 0.147) - half);
  for (int i = 0; i < 4; ++i) {
    double error = (::erfc(x) - tail) / (1.12837916709551257390 * ::exp(-x * x));
    x += error / (1 + x * error);
  }
  return a < 1 ? x : -x;
}
__SAMPAN_HOST float erfcinvf(float a) { return (float)erfcinv((double)a); }
__SAMPAN_HOST double erfinv(double a) {
  if (::fabs(a) > 0.5 || a != a)
    return erfcinv(1 - a);
  double x = a * 0.88622692545275801365;
  for (int i = 0; i < 6; ++i) {
    double error = (::erf(x) - a) / (1.12837916709551257390 * ::exp(-x * x));
    x -= error / (1 + x * error);
  }
  return x;
}
__SAMPAN_HOST float erfinvf(float a) { return (float)erfinv((double)a); }
__SAMPAN_HOST double normcdfinv(double a) { return -1.41421356237309504880 * erfcinv(2 * a); }
__SAMPAN_HOST float normcdfinvf(float a) { return (float)normcdfinv((double)a); }
__SAMPAN_HOST double cyl_bessel_i0(double a) {
  double term = 1, sum = 1;
  for (int i = 1; term > sum * 1e-17 && i < 2000; ++i)
    sum += term *= (a / 2 / i) * (a / 2 / i);
  return sum;
}
__SAMPAN_HOST double cyl_bessel_i1(double a) {
  double term = a / 2, sum = a / 2;
  for (int i = 1; ::fabs(term) > ::fabs(sum) * 1e-17 && i < 2000; ++i)
    sum += term *= (a / 2 / i) * (a / 2 / (i + 1));
  return sum;
}
__SAMPAN_HOST float cyl_bessel_i0f(float a) { return (float)cyl_bessel_i0((double)a); }
__SAMPAN_HOST float cyl_bessel_i1f(float a) { return (float)cyl_bessel_i1((double)a); }

// float overloads of the same, on both sides.
__SAMPAN_BOTH float rsqrt(float a) { return ::rsqrtf(a); }
__SAMPAN_BOTH float rcbrt(float a) { return ::rcbrtf(a); }
__SAMPAN_BOTH float sinpi(float a) { return ::sinpif(a); }
__SAMPAN_BOTH float cospi(float a) { return ::cospif(a); }
__SAMPAN_BOTH void sincospi(float a, float *sine, float *cosine) { ::sincospif(a, sine, cosine); }
__SAMPAN_BOTH void sincos(float a, float *sine, float *cosine) { ::sincosf(a, sine, cosine); }
__SAMPAN_BOTH float erfinv(float a) { return ::erfinvf(a); }
__SAMPAN_BOTH float erfcinv(float a) { return ::erfcinvf(a); }
__SAMPAN_BOTH float erfcx(float a) { return ::erfcxf(a); }
__SAMPAN_BOTH float normcdf(float a) { return ::normcdff(a); }
__SAMPAN_BOTH float normcdfinv(float a) { return ::normcdfinvf(a); }
__SAMPAN_BOTH float exp10(float a) { return ::exp10f(a); }
__SAMPAN_BOTH float j0(float a) { return ::j0f(a); }
__SAMPAN_BOTH float j1(float a) { return ::j1f(a); }
__SAMPAN_BOTH float y0(float a) { return ::y0f(a); }
__SAMPAN_BOTH float y1(float a) { return ::y1f(a); }

#undef __SAMPAN_BOTH
#undef __SAMPAN_HOST
#undef __SAMPAN_DEVICE

#endif
