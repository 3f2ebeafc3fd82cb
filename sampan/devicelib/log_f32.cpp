// Single-precision logarithms: x = 2^n (1 + f), log(x) = n ln2 + log(1 + f).
#include "log.h"

using namespace sampan;
using K = Constant<float>;

PUBLIC float __nv_logf(float a) {
  const Decomposed<float> d = decompose(a);
  const float f = d.mantissa - 1.0f, n = d.exponent, square = f * f;
  const float tail = fma(square * f, poly(LOG_F32, f), fma(n, K::ln2_lo, -0.5f * square));
  // n ln2_hi is rounded in the fma alone.
  return log_special(a, fma(n, K::ln2_hi, f + tail));
}

PUBLIC float __nv_log2f(float a) {
  const Decomposed<float> d = decompose(a);
  const Pair<float> log = log1p_reduced(d.mantissa - 1.0f);
  const float high = log.hi * K::log2_e;
  const float low =
      fma(log.lo, K::log2_e, fma(log.hi, K::log2_e_lo, fma(log.hi, K::log2_e, -high)));
  const Pair<float> sum = fast_two_sum(d.exponent, high);
  return log_special(a, sum.hi + (sum.lo + low));
}

PUBLIC float __nv_log10f(float a) {
  const Decomposed<float> d = decompose(a);
  const Pair<float> log = log1p_reduced(d.mantissa - 1.0f);
  const float high = log.hi * K::log10_e_hi;
  const float low =
      fma(log.lo, K::log10_e_hi, fma(log.hi, K::log10_e_lo, fma(log.hi, K::log10_e_hi, -high)));
  const Pair<float> whole = two_product(d.exponent, K::log10_2_hi);
  const Pair<float> sum = fast_two_sum(whole.hi, high);
  return log_special(a, sum.hi + (sum.lo + (low + fma(d.exponent, K::log10_2_lo, whole.lo))));
}

PUBLIC float __nv_log1pf(float a) {
  const Shifted<float> one_plus = decompose_one_plus(a);
  const float f = one_plus.f, n = one_plus.exponent, square = f * f;
  const float low = fma(n, K::ln2_lo, fma(-f, one_plus.f_lo, one_plus.f_lo));
  const float tail = fma(square * f, poly(LOG_F32, f), fma(-0.5f, square, low));
  const float result = log_special(1.0f + a, fma(n, K::ln2_hi, f + tail));
  return a == 0.0f ? a : result;
}
