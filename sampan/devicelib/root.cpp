// Square roots and their reciprocals.
#include "common.h"

using namespace sampan;

CHEAP float __nv_sqrtf(float a) { return sqrt(a); }
CHEAP double __nv_sqrt(double a) { return sqrt(a); }
CHEAP float __nv_rsqrtf(float a) { return 1.0f / sqrt(a); }

// One Newton step on the rounded quotient makes it right to about half an ulp. The residual
// 1 - a y^2 is meaningless for 0 and infinity.
CHEAP double __nv_rsqrt(double a) {
  const double y = 1.0 / sqrt(a), s = a * y;
  const double residual = fma(-s, y, 1.0) - fma(a, y, -s) * y;
  const double better = fma(0.5 * y, residual, y);
  return a > 0 && a < Format<double>::inf ? better : y;
}
