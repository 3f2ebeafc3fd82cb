// Complementary error functions: erfc(x) = e^(-x^2) (e^(x^2) erfc(x)), with x^2 as a double word.
#include "erfc.h"

using namespace sampan;

namespace sampan {

template <class T> INLINE T erfc_of(T x, T limit) {
  const T size = at_most(abs(x), limit);
  const Pair<T> square = two_product(size, size);
  const T right = exp_times(Pair<T>{-square.hi, -square.lo}, erfcx_positive(size));
  const T beyond = x < T(0) ? T(2) - right : right;
  const T bounded = at_least(at_most(x, T(0.5)), T(-0.5));
  return choose(abs(x) < T(0.5), T(1) - erf_near(bounded, bounded * bounded), beyond);
}

// erfcx(-x) = 2 e^(x^2) - erfcx(x)
template <class T> INLINE T erfcx_of(T x, T limit) {
  const T size = abs(x), bounded = at_most(size, limit), right = erfcx_positive(size);
  const T left = exp_times(two_product(bounded, bounded), T(2)) - right;
  return x < T(0) ? left : right;
}

// normcdf(x) = erfc(-x / sqrt(2)) / 2
template <class T> INLINE T normcdf_of(T x, T limit) {
  constexpr T root_hi = T(0x1.6a09e667f3bcdp-1);
  constexpr T root_lo = T(0x1.6a09e667f3bcdp-1 - double(root_hi)) +
                        (sizeof(T) == 8 ? T(-0x1.bdd3413b26456p-55) : T(0));
  const T size = at_most(abs(x), limit), u = size * root_hi;
  const T u_lo = fma(size, root_lo, fma(size, root_hi, -u));
  const Pair<T> square = two_product(u, u),
                sum = fast_two_sum(square.hi, fma(T(2) * u, u_lo, square.lo));
  const T tail = exp_times(Pair<T>{-sum.hi, -sum.lo}, T(0.5) * erfcx_positive(u));
  const T beyond = x > T(0) ? T(1) - tail : tail, middle = at_most(u, T(0.5));
  const T near = fma(copysign(T(0.5), x), erf_near(middle, middle * middle), T(0.5));
  return choose(u < T(0.5), near, beyond);
}

} // namespace sampan

PUBLIC float __nv_erfcf(float a) { return erfc_of(a, 11.0f); }
PUBLIC double __nv_erfc(double a) { return erfc_of(a, 28.0); }
PUBLIC float __nv_erfcxf(float a) { return erfcx_of(a, 10.0f); }
PUBLIC double __nv_erfcx(double a) { return erfcx_of(a, 27.0); }
PUBLIC float __nv_normcdff(float a) { return normcdf_of(a, 15.0f); }
PUBLIC double __nv_normcdf(double a) { return normcdf_of(a, 39.0); }
