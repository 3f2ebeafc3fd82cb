// Double-precision exponentials. x = n ln2 + r with |r| <= ln2 / 2, and e^r by a polynomial.
#include "exp.h"

using namespace sampan;
using KD = Constant<double>;

// Below the lower limit results round to 0, above the upper one to infinity.
PUBLIC double __nv_exp(double a) {
  const double x = at_least(at_most(a, 710.0), -746.0);
  const double n = rint(x * KD::log2_e);
  const double r = fma(n, -KD::ln2_lo, fma(n, -KD::ln2_hi, x));
  return scale_by_exp2(exp_reduced(r), n);
}

PUBLIC double __nv_exp2(double a) {
  const double x = at_least(at_most(a, 1025.0), -1076.0);
  const double n = rint(x), t = x - n;
  const double r = t * KD::ln2_hi;
  return scale_by_exp2(exp_reduced(r, fma(t, KD::ln2_lo, fma(t, KD::ln2_hi, -r))), n);
}

PUBLIC double __nv_exp10(double a) {
  const double x = at_least(at_most(a, 309.0), -324.5);
  const double n = rint(x * KD::log2_10);
  // The first product is exact, so only the small second term rounds.
  const double exact = fma(n, -KD::log10_2_hi, x), t = fma(n, -KD::log10_2_lo, exact);
  const double t_rest = fma(n, -KD::log10_2_lo, exact - t);
  const double r = t * KD::ln10_hi;
  const double rest = fma(t, KD::ln10_lo, fma(t, KD::ln10_hi, -r)) + t_rest * KD::ln10_hi;
  return scale_by_exp2(exp_reduced(r, rest), n);
}

PUBLIC double __nv_expm1(double a) {
  const double x = at_least(at_most(a, 710.0), -50.0);
  const double n = rint(x * KD::log2_e);
  const double exact = fma(n, -KD::ln2_hi, x), r = fma(n, -KD::ln2_lo, exact);
  const double rest = fma(n, -KD::ln2_lo, exact - r);
  return expm1_assemble(expm1_reduced(r, rest), n, a);
}
