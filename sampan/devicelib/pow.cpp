// Powers: x^y = e^(y log|x|), with the sign and the special cases of C's pow.
#include "pow.h"
#include "exp.h"

using namespace sampan;

namespace sampan {

// `magnitude` is |x|^y wherever |x| is not 1 and no operand is NaN.
template <class T> INLINE T power_special(T x, T magnitude, bool y_integer, bool y_odd, T y) {
  const T one_or_magnitude = abs(x) == T(1) ? T(1) : magnitude;
  const bool minus = both(sign_bit(x), y_odd);
  const T signed_result = choose(minus, -one_or_magnitude, one_or_magnitude);
  const bool invalid = both(x < T(0), !y_integer, is_finite(x));
  const T number = invalid ? Format<T>::nan : signed_result;
  const T result = choose(either(is_nan(x), is_nan(y)), x + y, number);
  return either(y == T(0), x == T(1)) ? T(1) : result;
}

INLINE double power_f64(double x, double y) {
  const double size = abs(x);
  const bool ordinary = both(size > 0.0, size < Format<double>::inf);
  const Pair<double> finite = log_double_word(ordinary ? size : 1.0);
  const double extreme = size == 0.0 ? -Format<double>::inf : Format<double>::inf;
  const double log_hi = ordinary ? finite.hi : extreme;
  const double e = y * log_hi;
  const double rest = fma(y, finite.lo, fma(y, log_hi, -e));
  const double magnitude = exp_times({e, rest}, 1.0, -746.0, 710.0);
  const double whole = trunc(y), half = 0.5 * y;
  return power_special(x, magnitude, whole == y, both(whole == y, trunc(half) != half), y);
}

// In double: log2|x| to 2^-41 and 2^r to 2^-34 leave the rounding to float as the only error.
INLINE float power_f32(float x, double y) {
  const float size = abs(x);
  const bool ordinary = both(size > 0.0f, size < Format<float>::inf);
  const Decomposed<float> d = decompose(ordinary ? size : 1.0f);
  const double f = double(d.mantissa) - 1.0;
  const double finite = fma(f, poly(POWF_LOG2, f), double(d.exponent));
  const double extreme = size == 0.0f ? -Format<double>::inf : Format<double>::inf;
  const double e = at_least(at_most(y * (ordinary ? finite : extreme), 140.0), -160.0);
  const double n = rint(e);
  const float magnitude = float(poly(POWF_EXP2, e - n) * exp2_integer(n));
  const double whole = trunc(y), half = 0.5 * y;
  return power_special(x, magnitude, whole == y, both(whole == y, trunc(half) != half), float(y));
}

} // namespace sampan

PUBLIC double __nv_pow(double a, double b) { return power_f64(a, b); }
PUBLIC float __nv_powf(float a, float b) { return power_f32(a, double(b)); }
PUBLIC double __nv_powi(double a, int b) { return power_f64(a, double(b)); }
PUBLIC float __nv_powif(float a, int b) { return power_f32(a, double(b)); }
