// Square and cube roots, and their reciprocals.
#include "log.h"

using namespace sampan;

CHEAP float __nv_sqrtf(float a) { return sqrt(a); }
CHEAP double __nv_sqrt(double a) { return sqrt(a); }
CHEAP float __nv_rsqrtf(float a) { return 1.0f / sqrt(a); }

// One Newton step on the rounded quotient makes it right to about half an ulp. The residual
// 1 - a y^2 is meaningless for 0 and infinity.
CHEAP double __nv_rsqrt(double a) {
  const double y = 1.0 / sqrt(a), s = a * y;
  const double residual = fma(-s, y, 1.0) - fma(a, y, -s) * y;
  const double better = fma(0.5 * y, residual, y);
  return both(a > 0, a < Format<double>::inf) ? better : y;
}

namespace sampan {

INLINE float cbrt_poly(float m) { return poly(RCBRT_F32, m - 1.0f); }
INLINE double cbrt_poly(double m) { return poly(RCBRT, m - 1.0); }

// |x| = v 2^(3 k) and y = v^(-1/3), nearly.
template <class T> struct CubeRoot {
  T v, y, k;
};

// y (1 - h)^(-1/3) with h = 1 - v y^3 is exact; three terms of its series.
template <class T> INLINE T cube_step(T v, T y) {
  const T h = fma(-v * y, y * y, T(1));
  return fma(y * h, fma(h, fma(h, T(14.0 / 81), T(2.0 / 9)), T(1.0 / 3)), y);
}
template <class T> INLINE CubeRoot<T> reduced_cbrt(T x) {
  const bool ordinary = both(x != T(0), is_finite(x));
  const Decomposed<T> d = decompose(ordinary ? abs(x) : T(1));
  const T k = rint(d.exponent * T(1.0 / 3)), j = fma(T(-3), k, d.exponent);
  const T v = d.mantissa * (j > T(0) ? T(2) : j < T(0) ? T(0.5) : T(1));
  const T fraction = j > T(0) ? T(0x1.965fea53d6e3dp-1) : j < T(0) ? T(0x1.428a2f98d728bp0) : T(1);
  return {v, cube_step(v, cbrt_poly(d.mantissa) * fraction), k};
}

template <class T> INLINE T cbrt_of(T x) {
  const CubeRoot<T> r = reduced_cbrt(x);
  // c = v y^2, with its error found from v - c^3
  const T square = r.y * r.y, c = r.v * square;
  const Pair<T> c2 = two_product(c, c);
  const T residual = fma(-c2.hi, c, r.v) - c2.lo * c;
  const T result = fma(residual * T(1.0 / 3), square, c) * exp2_integer(r.k);
  return choose(both(x != T(0), is_finite(x)), copysign(result, x), x + x);
}
template <class T> INLINE T rcbrt_of(T x) {
  const CubeRoot<T> r = reduced_cbrt(x);
  const Pair<T> vy = two_product(r.v, r.y), y2 = two_product(r.y, r.y);
  const T h = fma(-vy.hi, y2.hi, T(1)) - fma(vy.hi, y2.lo, vy.lo * y2.hi);
  const T result = fma(r.y * T(1.0 / 3), h, r.y) * exp2_integer(-r.k);
  return choose(both(x != T(0), is_finite(x)), copysign(result, x), T(1) / x);
}

} // namespace sampan

PUBLIC float __nv_cbrtf(float a) { return cbrt_of(a); }
PUBLIC double __nv_cbrt(double a) { return cbrt_of(a); }
PUBLIC float __nv_rcbrtf(float a) { return rcbrt_of(a); }
PUBLIC double __nv_rcbrt(double a) { return rcbrt_of(a); }
