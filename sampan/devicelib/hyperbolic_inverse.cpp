// Inverse hyperbolic functions, all by log(1 + y) with y as a double word.
#include "log.h"

using namespace sampan;

namespace sampan {

// Beyond it, sqrt(x^2 +- 1) is |x|: asinh and acosh are log(2 |x|).
template <class T> constexpr T LARGE = T(u64(1) << 60);

// asinh(x) = log(1 + x + x^2 / (1 + sqrt(1 + x^2)))
template <class T> INLINE T asinh_of(T x) {
  using K = Constant<T>;
  const T size = abs(x);
  const bool large = size > LARGE<T>;
  const T bounded = large ? T(0) : size, square = bounded * bounded;
  const T root = sqrt(fma(bounded, bounded, T(1)));
  const Pair<T> y = fast_two_sum(size, square / (T(1) + root));
  const T result = log1p_pair(y.hi, choose(large, T(0), y.lo)) + (large ? K::ln2_hi : T(0));
  return choose(x == T(0), x, copysign(result, x));
}

// acosh(x) = log(1 + t + sqrt(2 t + t^2)), t = x - 1
template <class T> INLINE T acosh_of(T x) {
  using K = Constant<T>;
  const bool large = x > LARGE<T>;
  const T t = large ? x : x - T(1), bounded = large ? T(0) : t;
  const Pair<T> y = two_sum(t, sqrt(fma(bounded, bounded, bounded + bounded)));
  const T result = log1p_pair(y.hi, choose(large, T(0), y.lo)) + (large ? K::ln2_hi : T(0));
  return x < T(1) ? Format<T>::nan : result;
}

// atanh(x) = log(1 + 2 x / (1 - x)) / 2
template <class T> INLINE T atanh_of(T x) {
  const T size = abs(x);
  const Pair<T> below = fast_two_sum(T(1), -size);
  const T reciprocal = T(1) / below.hi, q = T(2) * size * reciprocal;
  const T residual = fma(-q, below.lo, fma(-q, below.hi, T(2) * size));
  const T q_lo = is_finite(q) ? reciprocal * residual : T(0);
  const T result = T(0.5) * log1p_pair(q, q_lo);
  return choose(x == T(0), x, copysign(result, x));
}

} // namespace sampan

PUBLIC float __nv_asinhf(float a) { return asinh_of(a); }
PUBLIC double __nv_asinh(double a) { return asinh_of(a); }
PUBLIC float __nv_acoshf(float a) { return acosh_of(a); }
PUBLIC double __nv_acosh(double a) { return acosh_of(a); }
PUBLIC float __nv_atanhf(float a) { return atanh_of(a); }
PUBLIC double __nv_atanh(double a) { return atanh_of(a); }
