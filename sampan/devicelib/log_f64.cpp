// Double-precision logarithms: x = 2^n (1 + f), log(x) = n ln2 + log(1 + f).
#include "log.h"

using namespace sampan;
using KD = Constant<double>;

PUBLIC double __nv_log(double a) {
  const Decomposed<double> d = decompose(a);
  return log_special(a, log_assemble(d.exponent, d.mantissa - double(1), -double(0)));
}

PUBLIC double __nv_log2(double a) {
  const Decomposed<double> d = decompose(a);
  const Pair<double> log = log1p_reduced(d.mantissa - 1.0);
  const double high = log.hi * KD::log2_e;
  const double low =
      fma(log.lo, KD::log2_e, fma(log.hi, KD::log2_e_lo, fma(log.hi, KD::log2_e, -high)));
  const Pair<double> sum = fast_two_sum(d.exponent, high);
  return log_special(a, sum.hi + (sum.lo + low));
}

PUBLIC double __nv_log10(double a) {
  const Decomposed<double> d = decompose(a);
  const Pair<double> log = log1p_reduced(d.mantissa - 1.0);
  const double high = log.hi * KD::log10_e_hi;
  const double low =
      fma(log.lo, KD::log10_e_hi, fma(log.hi, KD::log10_e_lo, fma(log.hi, KD::log10_e_hi, -high)));
  const Pair<double> whole = two_product(d.exponent, KD::log10_2_hi);
  const Pair<double> sum = fast_two_sum(whole.hi, high);
  return log_special(a, sum.hi + (sum.lo + (low + fma(d.exponent, KD::log10_2_lo, whole.lo))));
}

PUBLIC double __nv_log1p(double a) {
  const double result = log1p_pair(a, double(0));
  return a == 0 ? a : result;
}
