// Arc tangents: one polynomial on [0, 1], and atan(t) = pi/2 - atan(1/t) beyond.
#include "coefficients.h"
#include "common.h"
#include "constants.h"

using namespace sampan;

namespace sampan {

INLINE float atan_tail(float t) { return t * t * poly(ATAN_F32, t * t); }
INLINE double atan_tail(double t) { return t * t * poly(ATAN, t * t); }

// The angle of the point (x, y) in the first octants: atan(y / x) for x, y >= 0. `turned` is set in
// the left half-plane, where the angle is pi minus that.
template <class T> INLINE T angle(T y, T x, bool turned) {
  using K = Constant<T>;
  const bool swap = y > x;
  const T above = swap ? x : y, below = swap ? y : x;
  const T quotient = above / below;
  const T t = above == below ? T(1) : quotient; // two infinities
  const T ratio = below == T(0) ? T(0) : t;
  const T tail = ratio * atan_tail(ratio);
  // base +- (ratio + tail), base a multiple of pi/2
  const T base = swap ? K::half_pi_hi : turned ? K::pi_hi : T(0);
  const T base_lo = swap ? K::half_pi_mid : turned ? K::pi_lo : T(0);
  const bool minus = swap != turned;
  const T head = minus ? -ratio : ratio, rest = minus ? -tail : tail;
  const Pair<T> sum = fast_two_sum(base, head); // exact for base = 0 too
  return sum.hi + (sum.lo + (rest + base_lo));
}

template <class T> INLINE T atan_of(T x) {
  const T result = copysign(angle(abs(x), T(1), false), x);
  return is_nan(x) ? x : result;
}
template <class T> INLINE T atan2_of(T y, T x) {
  const T result = copysign(angle(abs(y), abs(x), sign_bit(x)), y);
  return choose(either(is_nan(x), is_nan(y)), x + y, result);
}

} // namespace sampan

PUBLIC float __nv_atanf(float a) { return atan_of(a); }
PUBLIC double __nv_atan(double a) { return atan_of(a); }
PUBLIC float __nv_atan2f(float a, float b) { return atan2_of(a, b); }
PUBLIC double __nv_atan2(double a, double b) { return atan2_of(a, b); }
