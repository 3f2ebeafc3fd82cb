// Single-precision logarithms: x = 2^n (1 + f), log(x) = n ln2 + log(1 + f).
#include "log.h"

using namespace sampan;
using K = Constant<float>;

PUBLIC float __nv_logf(float a) {
  const Decomposed<float> d = decompose(a);
  return log_special(a, log_assemble(d.exponent, d.mantissa - float(1), -float(0)));
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
  const float result = log1p_pair(a, float(0));
  return a == 0 ? a : result;
}
