// Reference values: each the sum of a double and of a part of its last place.
//
// Compiled once for each type: PRECISION is 113 (quadruple), 64 (long double) or 53 (double).
#include <math.h>

#if PRECISION == 113
#include <quadmath.h>
typedef __float128 Q;
#define F(NAME) NAME##q
#elif PRECISION == 64
typedef long double Q;
#define F(NAME) NAME##l
#else
typedef double Q;
#define F(NAME) NAME
#endif

#define PI ((Q)3.14159265358979323846264338327950288419716939937510582Q)
#define SQRT_PI ((Q)1.77245385090551602729816748334114518279754945612238713Q)
#define SQRT_HALF ((Q)0.70710678118654752440084436210484903928483593768847404Q)
#define EPSILON ((Q)4 / ((Q)(1ull << (PRECISION / 2)) * (Q)(1ull << ((PRECISION - 1) / 2))))

// `rest` in units of hi's last place, because it may be below the smallest double.
static void store(Q value, double *hi, double *rest) {
  *hi = (double)value;
  if (!isfinite(*hi)) {
    *rest = 0;
    return;
  }
  int exponent;
  frexp(*hi, &exponent);
  exponent = (exponent < -1021 || *hi == 0 ? -1021 : exponent) - 53;
  *rest = (double)F(scalbn)(value - *hi, -exponent);
}

#define REFERENCE(NAME, EXPRESSION)                                                                \
  void ref_##NAME(const double *const *in, double *hi, double *rest, long count) {                 \
    for (long i = 0; i < count; ++i) {                                                             \
      const Q x = in[0][i], y = in[1][i], z = in[2][i], w = in[3][i];                              \
      (void)x, (void)y, (void)z, (void)w;                                                          \
      store(EXPRESSION, &hi[i], &rest[i]);                                                         \
    }                                                                                              \
  }

// An infinite coordinate wins over NaN.
static Q norm_q(Q x, Q y, Q z, Q w) {
  if (isinf(x) || isinf(y) || isinf(z) || isinf(w))
    return INFINITY;
  return F(sqrt)(x * x + y * y + z * z + w * w);
}
static Q turn(Q x) { return x - 2 * F(floor)(x / 2); } // exact
static Q sinpi_q(Q x) {
  if (signbit(x))
    return -sinpi_q(-x);
  const Q t = turn(x);
  // Near a zero of sin(pi t), measure from that zero.
  const Q r = t > (Q)1.5 ? t - 2 : t > (Q)0.5 ? 1 - t : t;
  return r == 0 ? 0 : F(sin)(PI * r);
}
static Q cospi_q(Q x) {
  const Q t = turn(x);
  const Q r = t > 1 ? 2 - t : t;
  return r > (Q)0.25 && r < (Q)0.75 ? F(sin)(PI * ((Q)0.5 - r)) : F(cos)(PI * r);
}
static Q erfcx_q(Q x) {
  if (x < 100)
    return F(exp)(x * x) * F(erfc)(x);
  const Q u = 1 / (2 * x * x);
  return (1 - u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u * (1 - 9 * u))))) / (x * F(sqrt)(PI));
}
// erfc^-1 by Newton's method on log(erfc), which is smooth down to the smallest numbers.
static Q erfcinv_q(Q y) {
  if (y == 0 || y == 2)
    return y == 0 ? INFINITY : -INFINITY;
  if (!(y > 0 && y < 2))
    return NAN;
  if (y > 1)
    return -erfcinv_q(2 - y);
  Q x = y < (Q)0.5 ? F(sqrt)(-F(log)(y)) : (1 - y) * (Q)0.88622692545275801364Q;
  for (int i = 0; i < 60; ++i) {
    const Q slope = -(2 / SQRT_PI) / erfcx_q(x);
    const Q step = (F(log)(F(erfc)(x)) - F(log)(y)) / slope;
    x -= step;
    if (F(fabs)(step) <= 2 * EPSILON * F(fabs)(x))
      break;
  }
  return x;
}
static Q erfinv_q(Q x) {
  if (x == 0)
    return x;
  if (F(fabs)(x) > (Q)0.5)
    return x < 0 ? -erfcinv_q(1 + x) : erfcinv_q(1 - x);
  Q y = x * (Q)0.88622692545275801364Q;
  for (int i = 0; i < 60; ++i) {
    const Q step = (F(erf)(y) - x) / ((2 / SQRT_PI) * F(exp)(-y * y));
    y -= step;
    if (F(fabs)(step) <= EPSILON * F(fabs)(y))
      break;
  }
  return y;
}
static Q bessel_i(int order, Q x) {
  if (F(fabs)(x) > 720) // beyond the largest double
    return order && x < 0 ? -INFINITY : INFINITY;
  Q term = order ? x / 2 : 1, sum = term;
  for (int k = 1; k < 3000; ++k) {
    term *= x * x / 4 / ((Q)k * (k + order));
    sum += term;
    if (F(fabs)(term) < EPSILON / 64 * F(fabs)(sum))
      break;
  }
  return sum;
}

REFERENCE(exp, F(exp)(x))
REFERENCE(exp2, F(exp2)(x))
REFERENCE(exp10, F(pow)(10, x))
REFERENCE(expm1, F(expm1)(x))
REFERENCE(log, F(log)(x))
REFERENCE(log2, F(log2)(x))
REFERENCE(log10, F(log10)(x))
REFERENCE(log1p, F(log1p)(x))
REFERENCE(pow, F(pow)(x, y))
REFERENCE(powi, F(pow)(x, y))
REFERENCE(sin, F(sin)(x))
REFERENCE(cos, F(cos)(x))
REFERENCE(tan, F(tan)(x))
REFERENCE(sinpi, sinpi_q(x))
REFERENCE(cospi, cospi_q(x))
REFERENCE(asin, F(asin)(x))
REFERENCE(acos, F(acos)(x))
REFERENCE(atan, F(atan)(x))
REFERENCE(atan2, F(atan2)(x, y))
REFERENCE(sinh, F(sinh)(x))
REFERENCE(cosh, F(cosh)(x))
REFERENCE(tanh, F(tanh)(x))
REFERENCE(asinh, F(asinh)(x))
REFERENCE(acosh, F(acosh)(x))
REFERENCE(atanh, F(atanh)(x))
REFERENCE(sqrt, F(sqrt)(x))
REFERENCE(rsqrt, 1 / F(sqrt)(x))
REFERENCE(cbrt, F(cbrt)(x))
REFERENCE(rcbrt, 1 / F(cbrt)(x))
REFERENCE(hypot, F(hypot)(x, y))
REFERENCE(rhypot, 1 / F(hypot)(x, y))
REFERENCE(norm3d, norm_q(x, y, z, 0))
REFERENCE(rnorm3d, 1 / norm_q(x, y, z, 0))
REFERENCE(norm4d, norm_q(x, y, z, w))
REFERENCE(rnorm4d, 1 / norm_q(x, y, z, w))
REFERENCE(erf, F(erf)(x))
REFERENCE(erfc, F(erfc)(x))
REFERENCE(erfcx, erfcx_q(x))
REFERENCE(erfinv, erfinv_q(x))
REFERENCE(erfcinv, erfcinv_q(x))
REFERENCE(normcdf, F(erfc)(-x *SQRT_HALF) / 2)
REFERENCE(normcdfinv, -(2 * SQRT_HALF) * erfcinv_q(2 * x))
REFERENCE(tgamma, F(tgamma)(x))
REFERENCE(lgamma, F(lgamma)(x))
REFERENCE(j0, F(j0)(x))
REFERENCE(j1, F(j1)(x))
REFERENCE(y0, F(y0)(x))
REFERENCE(y1, F(y1)(x))
REFERENCE(jn, F(jn)((int)x, y))
REFERENCE(yn, F(yn)((int)x, y))
REFERENCE(cyl_bessel_i0, bessel_i(0, x))
REFERENCE(cyl_bessel_i1, bessel_i(1, x))
REFERENCE(fmod, F(fmod)(x, y))
REFERENCE(remainder, F(remainder)(x, y))
REFERENCE(divide, x / y)
REFERENCE(trunc, F(trunc)(x))
REFERENCE(floor, F(floor)(x))
REFERENCE(ceil, F(ceil)(x))
REFERENCE(rint, F(rint)(x))
REFERENCE(round, F(round)(x))
REFERENCE(fdim, F(fdim)(x, y))
REFERENCE(logb, F(logb)(x))
REFERENCE(scale, F(scalbn)(x, (int)y))
REFERENCE(fma, x *y + z)
REFERENCE(sum, x + y)
REFERENCE(product, x *y)
REFERENCE(reciprocal, 1 / x)
