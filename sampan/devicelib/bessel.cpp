// Bessel functions of the first and second kind, and modified ones, of orders 0 and 1.
#include "bessel.h"
#include "exp.h"

using namespace sampan;

PUBLIC double __nv_j0(double a) { return bessel_j0(abs(a)); }
PUBLIC float __nv_j0f(float a) { return float(bessel_j0(abs(double(a)))); }
PUBLIC double __nv_j1(double a) { return xor_sign(bessel_j1(abs(a)), a); }
PUBLIC float __nv_j1f(float a) { return float(xor_sign(bessel_j1(abs(double(a))), double(a))); }
PUBLIC double __nv_y0(double a) { return bessel_y0(a); }
PUBLIC float __nv_y0f(float a) { return float(bessel_y0(double(a))); }
PUBLIC double __nv_y1(double a) { return bessel_y1(a); }
PUBLIC float __nv_y1f(float a) { return float(bessel_y1(double(a))); }

namespace sampan {

// Below 8 a power series in x^2, whose terms are all positive; beyond, e^x / sqrt(x) P(1 / x).
INLINE double bessel_i0(double x) {
  const double size = abs(x), small = at_most(size, 8.0);
  const double large = at_most(at_least(size, 8.0), 720.0); // overflows from 714 on
  const double u = 1.0 / large;
  const double factor = careful_poly(I0_LARGE, u - 0.0625) * sqrt(u);
  const double beyond = exp_times(Pair<double>{large, 0.0}, factor, -746.0, 720.0);
  return choose(size < 8.0, careful_poly(I0_SMALL, small * small), beyond);
}
INLINE double bessel_i1(double x) {
  const double size = abs(x), small = at_most(size, 8.0);
  const double large = at_most(at_least(size, 8.0), 720.0); // overflows from 714 on
  const double u = 1.0 / large;
  const double factor = careful_poly(I1_LARGE, u - 0.0625) * sqrt(u);
  const double beyond = exp_times(Pair<double>{large, 0.0}, factor, -746.0, 720.0);
  return xor_sign(choose(size < 8.0, small * careful_poly(I1_SMALL, small * small), beyond), x);
}

} // namespace sampan

PUBLIC double __nv_cyl_bessel_i0(double a) { return bessel_i0(a); }
PUBLIC float __nv_cyl_bessel_i0f(float a) { return float(bessel_i0(double(a))); }
PUBLIC double __nv_cyl_bessel_i1(double a) { return bessel_i1(a); }
PUBLIC float __nv_cyl_bessel_i1f(float a) { return float(bessel_i1(double(a))); }
