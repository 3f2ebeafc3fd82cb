// The logarithm in double-double, for powers and the gamma function.
#pragma once

#include "log.h"

namespace sampan {

// log(x) for finite x > 0, to about 2^-66 of its value.
INLINE Pair<double> log_double_word(double x) {
  using K = Constant<double>;
  const Decomposed<double> d = decompose(x);
  const double f = d.mantissa - 1.0;
  // s = f / (2 + f)
  const Pair<double> below = fast_two_sum(2.0, f);
  const double reciprocal = 1.0 / below.hi, s_hi = f * reciprocal;
  const double s_lo = reciprocal * fma(-s_hi, below.lo, fma(-s_hi, below.hi, f));
  const Pair<double> s{s_hi, s_lo};
  // 2 s + s^3 (2/3 + z P(z))
  const Pair<double> z = multiply(s, s);
  const Pair<double> sum = fast_two_sum(0x1.5555555555555p-1, z.hi * poly(LOG_DD, z.hi));
  const Pair<double> factor{sum.hi, sum.lo + 0x1.5555555555555p-55};
  const Pair<double> cubic = multiply(multiply(s, z), factor);
  const Pair<double> head = fast_two_sum(2.0 * s_hi, cubic.hi);
  const Pair<double> log_m{head.hi, head.lo + (2.0 * s_lo + cubic.lo)};
  const Pair<double> whole = two_product(d.exponent, K::ln2_hi);
  return add(Pair<double>{whole.hi, fma(d.exponent, K::ln2_lo, whole.lo)}, log_m);
}

} // namespace sampan
