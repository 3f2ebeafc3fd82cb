// Reference values in quadruple precision, each returned as the sum of two doubles.
#include <math.h>
#include <quadmath.h>

typedef __float128 Q;

static void store(Q value, double *hi, double *lo) {
  *hi = (double)value;
  *lo = isfinite(*hi) ? (double)(value - *hi) : 0.0;
}

#define REFERENCE(NAME, EXPRESSION)                                                                \
  void ref_##NAME(const double *const *in, double *hi, double *lo, long count) {                   \
    for (long i = 0; i < count; ++i) {                                                             \
      const Q x = in[0][i], y = in[1][i], z = in[2][i], w = in[3][i];                              \
      (void)x, (void)y, (void)z, (void)w;                                                          \
      store(EXPRESSION, &hi[i], &lo[i]);                                                           \
    }                                                                                              \
  }

// An infinite coordinate wins over NaN.
static Q norm_q(Q x, Q y, Q z, Q w) {
  if (isinfq(x) || isinfq(y) || isinfq(z) || isinfq(w))
    return HUGE_VALQ;
  return sqrtq(x * x + y * y + z * z + w * w);
}
static Q turn(Q x) { return x - 2 * floorq(x / 2); } // exact
static Q sinpi_q(Q x) {
  if (signbitq(x))
    return -sinpi_q(-x);
  const Q t = turn(x);
  // Near a zero of sin(pi t), measure from that zero.
  const Q r = t > 1.5q ? t - 2 : t > 0.5q ? 1 - t : t;
  return r == 0 ? 0 : sinq(M_PIq * r);
}
static Q cospi_q(Q x) {
  const Q t = turn(x);
  const Q r = t > 1 ? 2 - t : t;
  return r > 0.25q && r < 0.75q ? sinq(M_PIq * (0.5q - r)) : cosq(M_PIq * r);
}
static Q erfcx_q(Q x) {
  if (x < 100)
    return expq(x * x) * erfcq(x);
  const Q u = 1 / (2 * x * x);
  return (1 - u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u * (1 - 9 * u))))) / (x * sqrtq(M_PIq));
}
// erfc^-1 by Newton's method on log(erfc), which is smooth down to the smallest numbers.
static Q erfcinv_q(Q y) {
  if (y == 0 || y == 2)
    return y == 0 ? HUGE_VALQ : -HUGE_VALQ;
  if (!(y > 0 && y < 2))
    return nanq("");
  if (y > 1)
    return -erfcinv_q(2 - y);
  Q x = y < 0.5q ? sqrtq(-logq(y)) : (1 - y) * 0.88622692545275801364q;
  for (int i = 0; i < 60; ++i) {
    const Q slope = -M_2_SQRTPIq / erfcx_q(x);
    const Q step = (logq(erfcq(x)) - logq(y)) / slope;
    x -= step;
    if (fabsq(step) <= 1e-31q * fabsq(x))
      break;
  }
  return x;
}
static Q erfinv_q(Q x) {
  if (x == 0)
    return x;
  if (fabsq(x) > 0.5q)
    return x < 0 ? -erfcinv_q(1 + x) : erfcinv_q(1 - x);
  Q y = x * 0.88622692545275801364q;
  for (int i = 0; i < 60; ++i) {
    const Q step = (erfq(y) - x) / (M_2_SQRTPIq * expq(-y * y));
    y -= step;
    if (fabsq(step) <= 1e-32q * fabsq(y))
      break;
  }
  return y;
}
static Q bessel_i(int order, Q x) {
  Q term = order ? x / 2 : 1, sum = term;
  for (int k = 1; k < 3000; ++k) {
    term *= x * x / 4 / ((Q)k * (k + order));
    sum += term;
    if (fabsq(term) < 1e-36q * fabsq(sum))
      break;
  }
  return sum;
}

REFERENCE(exp, expq(x))
REFERENCE(exp2, exp2q(x))
REFERENCE(exp10, powq(10, x))
REFERENCE(expm1, expm1q(x))
REFERENCE(log, logq(x))
REFERENCE(log2, log2q(x))
REFERENCE(log10, log10q(x))
REFERENCE(log1p, log1pq(x))
REFERENCE(pow, powq(x, y))
REFERENCE(powi, powq(x, y))
REFERENCE(sin, sinq(x))
REFERENCE(cos, cosq(x))
REFERENCE(tan, tanq(x))
REFERENCE(sinpi, sinpi_q(x))
REFERENCE(cospi, cospi_q(x))
REFERENCE(asin, asinq(x))
REFERENCE(acos, acosq(x))
REFERENCE(atan, atanq(x))
REFERENCE(atan2, atan2q(x, y))
REFERENCE(sinh, sinhq(x))
REFERENCE(cosh, coshq(x))
REFERENCE(tanh, tanhq(x))
REFERENCE(asinh, asinhq(x))
REFERENCE(acosh, acoshq(x))
REFERENCE(atanh, atanhq(x))
REFERENCE(sqrt, sqrtq(x))
REFERENCE(rsqrt, 1 / sqrtq(x))
REFERENCE(cbrt, cbrtq(x))
REFERENCE(rcbrt, 1 / cbrtq(x))
REFERENCE(hypot, hypotq(x, y))
REFERENCE(rhypot, 1 / hypotq(x, y))
REFERENCE(norm3d, norm_q(x, y, z, 0))
REFERENCE(rnorm3d, 1 / norm_q(x, y, z, 0))
REFERENCE(norm4d, norm_q(x, y, z, w))
REFERENCE(rnorm4d, 1 / norm_q(x, y, z, w))
REFERENCE(erf, erfq(x))
REFERENCE(erfc, erfcq(x))
REFERENCE(erfcx, erfcx_q(x))
REFERENCE(erfinv, erfinv_q(x))
REFERENCE(erfcinv, erfcinv_q(x))
REFERENCE(normcdf, erfcq(-x *M_SQRT1_2q) / 2)
REFERENCE(normcdfinv, -M_SQRT2q *erfcinv_q(2 * x))
REFERENCE(tgamma, tgammaq(x))
REFERENCE(lgamma, lgammaq(x))
REFERENCE(j0, j0q(x))
REFERENCE(j1, j1q(x))
REFERENCE(y0, y0q(x))
REFERENCE(y1, y1q(x))
REFERENCE(jn, jnq((int)x, y))
REFERENCE(yn, ynq((int)x, y))
REFERENCE(cyl_bessel_i0, bessel_i(0, x))
REFERENCE(cyl_bessel_i1, bessel_i(1, x))
REFERENCE(fmod, fmodq(x, y))
REFERENCE(remainder, remainderq(x, y))
REFERENCE(fdividef, x / y)
