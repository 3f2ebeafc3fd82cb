// Arc sine and cosine: a polynomial on [0, 1/2], and asin(x) = pi/2 - 2 asin(sqrt((1 - x) / 2))
// beyond.
#include "coefficients.h"
#include "common.h"
#include "constants.h"

using namespace sampan;

namespace sampan {

INLINE float asin_poly(float z) { return poly(ASIN_F32, z); }
INLINE double asin_poly(double z) { return poly(ASIN, z); }

// asin(t) = t + tail for the reduced argument.
template <class T> struct Arcsine {
  T t, tail;
  bool small; // t is |x|, else t is sqrt((1 - |x|) / 2)
};
template <class T> INLINE Arcsine<T> reduced_asin(T x) {
  const T size = abs(x);
  const bool small = size <= T(0.5);
  const T z = choose(small, x * x, fma(size, T(-0.5), T(0.5)));
  const T t = choose(small, size, sqrt(z));
  return {t, t * z * asin_poly(z), small};
}

template <class T> INLINE T asin_of(T x) {
  using K = Constant<T>;
  const Arcsine<T> a = reduced_asin(x);
  const Pair<T> sum = fast_two_sum(K::half_pi_hi, T(-2) * a.t);
  const T beyond = sum.hi + (sum.lo + fma(T(-2), a.tail, K::half_pi_mid));
  return copysign(choose(a.small, a.t + a.tail, beyond), x);
}

template <class T> INLINE T acos_of(T x) {
  using K = Constant<T>;
  const Arcsine<T> a = reduced_asin(x);
  const bool negative = sign_bit(x);
  // small: pi/2 - asin(x); else 2 asin(t), or pi less that
  const T sign = choose(a.small, negative, !negative) ? T(1) : T(-1);
  const T factor = choose(a.small, sign, T(-2));
  const T base = a.small ? K::half_pi_hi : K::pi_hi, base_lo = a.small ? K::half_pi_mid : K::pi_lo;
  const Pair<T> sum = fast_two_sum(base, factor * a.t);
  const T from_base = sum.hi + (sum.lo + fma(factor, a.tail, base_lo));
  return both(!a.small, !negative) ? T(2) * (a.t + a.tail) : from_base;
}

} // namespace sampan

PUBLIC float __nv_asinf(float a) { return asin_of(a); }
PUBLIC double __nv_asin(double a) { return asin_of(a); }
PUBLIC float __nv_acosf(float a) { return acos_of(a); }
PUBLIC double __nv_acos(double a) { return acos_of(a); }
