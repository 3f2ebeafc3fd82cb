// Sign, classification, rounding, minimum and maximum, and taking numbers apart.
#include "common.h"

using namespace sampan;

CHEAP float __nv_fabsf(float a) { return abs(a); }
CHEAP double __nv_fabs(double a) { return abs(a); }
CHEAP float __nv_copysignf(float a, float b) { return copysign(a, b); }
CHEAP double __nv_copysign(double a, double b) { return copysign(a, b); }
CHEAP float __nv_fmaf(float a, float b, float c) { return fma(a, b, c); }
CHEAP double __nv_fma(double a, double b, double c) { return fma(a, b, c); }

CHEAP int __nv_isnanf(float a) { return is_nan(a); }
CHEAP int __nv_isnand(double a) { return is_nan(a); }
CHEAP int __nv_isinff(float a) { return is_inf(a); }
CHEAP int __nv_isinfd(double a) { return is_inf(a); }
CHEAP int __nv_finitef(float a) { return is_finite(a); }
CHEAP int __nv_isfinited(double a) { return is_finite(a); }
CHEAP int __nv_signbitf(float a) { return sign_bit(a); }
CHEAP int __nv_signbitd(double a) { return sign_bit(a); }

CHEAP float __nv_floorf(float a) { return floor(a); }
CHEAP double __nv_floor(double a) { return floor(a); }
CHEAP float __nv_ceilf(float a) { return ceil(a); }
CHEAP double __nv_ceil(double a) { return ceil(a); }
CHEAP float __nv_truncf(float a) { return trunc(a); }
CHEAP double __nv_trunc(double a) { return trunc(a); }
CHEAP float __nv_rintf(float a) { return rint(a); }
CHEAP double __nv_rint(double a) { return rint(a); }
CHEAP float __nv_nearbyintf(float a) { return rint(a); }
CHEAP double __nv_nearbyint(double a) { return rint(a); }

// Halfway cases away from zero. Adding the number just below 1/2 is right also where |a| + 1/2
// would round up to the next integer.
CHEAP float __nv_roundf(float a) { return copysign(trunc(abs(a) + 0x1.fffffep-2f), a); }
CHEAP double __nv_round(double a) { return copysign(trunc(abs(a) + 0x1.fffffffffffffp-2), a); }

// A number wins over NaN, as in C. Which zero wins is left to the target: telling them apart would
// double the cost.
CHEAP float __nv_fminf(float a, float b) { return __builtin_fminf(a, b); }
CHEAP double __nv_fmin(double a, double b) { return __builtin_fmin(a, b); }
CHEAP float __nv_fmaxf(float a, float b) { return __builtin_fmaxf(a, b); }
CHEAP double __nv_fmax(double a, double b) { return __builtin_fmax(a, b); }

template <class T> INLINE T positive_difference(T a, T b) {
  const T difference = a - b;
  const bool none = either(a <= b, a == b);
  return none ? T(0) : difference; // NaN, if either is NaN
}
CHEAP float __nv_fdimf(float a, float b) { return positive_difference(a, b); }
CHEAP double __nv_fdim(double a, double b) { return positive_difference(a, b); }

CHEAP float __nv_saturatef(float a) {
  const float above = a > 0.0f ? a : 0.0f; // NaN becomes 0
  return above < 1.0f ? above : 1.0f;
}

CHEAP float __nv_nanf(const signed char *) { return Format<float>::nan; }
CHEAP double __nv_nan(const signed char *) { return Format<double>::nan; }

template <class T> INLINE T fraction_of(T a, T *integral) {
  const T whole = trunc(a);
  *integral = whole;
  const T rest = a - whole;
  return copysign(is_inf(a) ? T(0) : rest, a);
}
CHEAP float __nv_modff(float a, float *b) { return fraction_of(a, b); }
CHEAP double __nv_modf(double a, double *b) { return fraction_of(a, b); }

// ---- Exponents ---------------------------------------------------------------------------------

// Exponent of a finite nonzero number, denormals included.
template <class T> INLINE int exponent_of(T a) {
  using F = Format<T>;
  constexpr T up = T(u64(1) << 52) * T(4096);
  const bool tiny = abs(a) < F::min_normal;
  const auto pattern = bits(abs(tiny ? a * up : a));
  return int(pattern >> F::fraction_bits) - F::bias - (tiny ? 64 : 0);
}

template <class T> INLINE T fraction_and_exponent(T a, int *exponent) {
  using F = Format<T>;
  const bool ordinary = both(is_finite(a), a != T(0));
  const T up = T(u64(1) << 52) * T(4096);
  const T normal = abs(a) < F::min_normal ? a * up : a;
  constexpr auto keep = F::sign_mask | ((typename F::Bits(1) << F::fraction_bits) - 1);
  const T fraction =
      from_bits((bits(normal) & keep) | (typename F::Bits(F::bias - 1) << F::fraction_bits));
  const int above = exponent_of(a) + 1;
  *exponent = ordinary ? above : 0;
  const T special = a + a;
  return ordinary ? fraction : special;
}
CHEAP float __nv_frexpf(float a, int *b) { return fraction_and_exponent(a, b); }
CHEAP double __nv_frexp(double a, int *b) { return fraction_and_exponent(a, b); }

template <class T> INLINE int integer_exponent(T a) {
  constexpr int lowest = -2147483647 - 1;
  const int special = either(a == T(0), is_nan(a)) ? lowest : 2147483647;
  const int exponent = exponent_of(a);
  return both(is_finite(a), a != T(0)) ? exponent : special;
}
CHEAP int __nv_ilogbf(float a) { return integer_exponent(a); }
CHEAP int __nv_ilogb(double a) { return integer_exponent(a); }

template <class T> INLINE T real_exponent(T a) {
  const T special = a == T(0) ? -Format<T>::inf : a * a;
  const T exponent = T(exponent_of(a));
  return both(is_finite(a), a != T(0)) ? exponent : special;
}
CHEAP float __nv_logbf(float a) { return real_exponent(a); }
CHEAP double __nv_logb(double a) { return real_exponent(a); }

// a * 2^n in three steps. A step down by less than all of n is taken only where more than the width
// of the fraction is left: if it makes a denormal, and so rounds, the final result is 0.
template <class T> INLINE T scaled(T a, int n) {
  using F = Format<T>;
  constexpr int lowest = 1 - F::bias, partial = lowest + F::fraction_bits + 1;
  const auto power = [](int k) {
    return from_bits(typename F::Bits(k + F::bias) << F::fraction_bits);
  };
  const auto step = [](int k) { return k > F::bias ? F::bias : k < lowest ? partial : k; };
  const int first = step(n), second = step(n - first), left = n - first - second;
  const int third = left > F::bias ? F::bias : left < lowest ? lowest : left;
  return a * power(first) * power(second) * power(third);
}
CHEAP float __nv_ldexpf(float a, int b) { return scaled(a, b); }
CHEAP double __nv_ldexp(double a, int b) { return scaled(a, b); }
CHEAP float __nv_scalbnf(float a, int b) { return scaled(a, b); }
CHEAP double __nv_scalbn(double a, int b) { return scaled(a, b); }

// The next pattern in the direction of b: patterns of one sign are ordered as the numbers are.
template <class T> INLINE T next_after(T a, T b) {
  using F = Format<T>;
  const bool away = (b > a) == (a > T(0));
  const T step = from_bits(bits(a) + (away ? typename F::Bits(1) : ~typename F::Bits(0)));
  const T from_zero = copysign(F::denormal_min, b);
  const T moved = a == T(0) ? from_zero : step;
  const T ordered = a == b ? b : moved;
  const T sum = a + b;
  return either(is_nan(a), is_nan(b)) ? sum : ordered;
}
CHEAP float __nv_nextafterf(float a, float b) { return next_after(a, b); }
CHEAP double __nv_nextafter(double a, double b) { return next_after(a, b); }
