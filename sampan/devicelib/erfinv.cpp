// Inverse error functions: a polynomial in log(1 - x^2) in the middle (Giles's form), and in the
// tails a rough polynomial with one Newton step on log(erfc).
#include "erfc.h"
#include "log.h"

using namespace sampan;

namespace sampan {

// Where erfc(x) is below, the tails begin.
constexpr double TAIL_BEGIN = 0.004;

// erfinv(x + x_lo)
INLINE double erfinv_middle(double x, double x_lo) {
  const Pair<double> square = two_product(x, x);
  const double square_lo = fma(2.0 * x, x_lo, square.lo);
  const double w = -log1p_pair(-square.hi, -square_lo);
  return x * careful_poly(ERFINV, w - 2.5);
}

// r > 0 with erfc(r) = y, for 0 < y <= TAIL_BEGIN.
INLINE double erfcinv_tail(double y) {
  using K = Constant<double>;
  const Decomposed<double> d = decompose(y);
  const double s = sqrt(-log_assemble(d.exponent, d.mantissa - 1.0, -0.0));
  const double r = s * poly(ERFCINV, (s - 8.0) / (s + 8.0));
  // q = erfc(r) / y - 1, with the powers of two of both taken off; it is below 2^-17.
  const double scaled = erfcx_positive(r);
  const Pair<double> square = two_product(r, r);
  const double n = rint(square.hi * -K::log2_e), exact = fma(n, -K::ln2_hi, -square.hi);
  const Pair<double> rest = two_sum(exact, fma(n, -K::ln2_lo, -square.lo));
  const double erfc = scaled * exp_reduced(rest.hi, rest.lo) * exp2_integer(n - d.exponent);
  const double q = (erfc - d.mantissa) / d.mantissa;
  // d/dr log(erfc(r)) = -2 / sqrt(pi) / erfcx(r)
  return fma(scaled * 0x1.c5bf891b4ef6bp-1, fma(-0.5 * q, q, q), r);
}

INLINE double erfinv_f64(double x) {
  const double size = abs(x), y = 1.0 - size;
  const bool in_tail = both(y < TAIL_BEGIN, y > 0.0);
  const double tail = erfcinv_tail(in_tail ? y : 0.001);
  const double middle = erfinv_middle(choose(y < TAIL_BEGIN, 0.5, size), 0.0);
  const double finite = copysign(choose(in_tail, tail, middle), x);
  const double edge = size == 1.0 ? copysign(Format<double>::inf, x) : Format<double>::nan;
  return choose(size < 1.0, choose(x == 0.0, x, finite), edge);
}

INLINE double erfcinv_f64(double y) {
  const double mirrored = 2.0 - y, least = choose(y > 1.0, mirrored, y);
  const bool in_tail = both(least < TAIL_BEGIN, least > 0.0);
  const double tail = erfcinv_tail(in_tail ? least : 0.001);
  const Pair<double> x = two_sum(1.0, -y);
  const double middle = erfinv_middle(choose(least < TAIL_BEGIN, 0.5, x.hi), x.lo);
  const double finite = choose(in_tail, copysign(tail, x.hi), middle);
  const double edge = least == 0.0 ? copysign(Format<double>::inf, x.hi) : Format<double>::nan;
  return choose(least > 0.0, finite, edge);
}

// normcdfinv(p) = -sqrt(2) erfcinv(2 p)
INLINE double normcdfinv_f64(double p) { return -0x1.6a09e667f3bcdp0 * erfcinv_f64(2.0 * p); }

} // namespace sampan

PUBLIC double __nv_erfinv(double a) { return erfinv_f64(a); }
PUBLIC float __nv_erfinvf(float a) { return float(erfinv_f64(a)); }
PUBLIC double __nv_erfcinv(double a) { return erfcinv_f64(a); }
PUBLIC float __nv_erfcinvf(float a) { return float(erfcinv_f64(a)); }
PUBLIC double __nv_normcdfinv(double a) { return normcdfinv_f64(a); }
PUBLIC float __nv_normcdfinvf(float a) { return float(normcdfinv_f64(a)); }
