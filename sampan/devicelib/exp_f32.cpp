// Single-precision exponentials. x = n ln2 + r with |r| <= ln2 / 2, and e^r by a polynomial.
#include "exp.h"

using namespace sampan;
using K = Constant<float>;

// Below the lower limit results round to 0, above the upper one to infinity.
PUBLIC float __nv_expf(float a) {
  const float x = at_least(at_most(a, 89.0f), -104.0f);
  const float n = rint(x * K::log2_e);
  const float r = fma(n, -K::ln2_lo, fma(n, -K::ln2_hi, x));
  return scale_by_exp2(exp_reduced(r), n);
}

PUBLIC float __nv_exp2f(float a) {
  const float x = at_least(at_most(a, 129.0f), -151.0f);
  const float n = rint(x), t = x - n;
  const float r = t * K::ln2_hi;
  return scale_by_exp2(exp_reduced(r, fma(t, K::ln2_lo, fma(t, K::ln2_hi, -r))), n);
}

PUBLIC float __nv_exp10f(float a) {
  const float x = at_least(at_most(a, 39.0f), -46.0f);
  const float n = rint(x * K::log2_10);
  const float exact = fma(n, -K::log10_2_hi, x), t = fma(n, -K::log10_2_lo, exact);
  const float t_rest = fma(n, -K::log10_2_lo, exact - t);
  const float r = t * K::ln10_hi;
  const float rest = fma(t, K::ln10_lo, fma(t, K::ln10_hi, -r)) + t_rest * K::ln10_hi;
  return scale_by_exp2(exp_reduced(r, rest), n);
}

PUBLIC float __nv_expm1f(float a) {
  const float x = at_least(at_most(a, 89.0f), -30.0f);
  const float n = rint(x * K::log2_e);
  const float exact = fma(n, -K::ln2_hi, x), r = fma(n, -K::ln2_lo, exact);
  const float rest = fma(n, -K::ln2_lo, exact - r);
  return expm1_assemble(expm1_reduced(r, rest), n, a);
}
