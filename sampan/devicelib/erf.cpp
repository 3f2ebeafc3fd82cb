// Error functions.
#include "erfc.h"

using namespace sampan;

// Near 0 an odd polynomial, beyond it 1 - e^P(x).
PUBLIC float __nv_erff(float a) {
  using K = Constant<float>;
  const float size = at_most(abs(a), 4.0f), z = a * a;
  const float near = erf_near(a, at_most(z, 1.0f));
  const float x = careful_poly(ERF_TAIL_F32, size);
  const float n = rint(x * K::log2_e), r = fma(n, -K::ln2_lo, fma(n, -K::ln2_hi, x));
  const float far = 1.0f - exp_reduced(r) * exp2_integer(n);
  const float result = z < 0.85f ? near : copysign(far, a);
  return is_nan(a) ? a : result;
}

PUBLIC double __nv_erf(double a) {
  using K = Constant<double>;
  const double size = at_most(abs(a), 6.0), z = a * a;
  const double near = erf_near(a, at_most(z, 1.0));
  const double x = careful_poly(ERF_TAIL, size - 1.0);
  const double n = rint(x * K::log2_e), r = fma(n, -K::ln2_lo, fma(n, -K::ln2_hi, x));
  const double far = 1.0 - exp_reduced(r) * exp2_integer(n);
  const double result = z < 1.0 ? near : copysign(far, a);
  return is_nan(a) ? a : result;
}
