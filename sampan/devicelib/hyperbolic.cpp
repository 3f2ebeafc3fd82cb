// Hyperbolic functions. With x = n ln2 + r, C = cosh(r) and S = sinh(r):
//   sinh(x) = A C + B S,  cosh(x) = B C + A S,  A = sinh(n ln2), B = cosh(n ln2),
// where A and B are sums of powers of two. Nothing cancels for small x, where n = 0 and A = 0.
#include "coefficients.h"
#include "common.h"
#include "constants.h"

using namespace sampan;

namespace sampan {

template <class T> struct Hyperbolic {
  Pair<T> sinh, cosh;
};

INLINE float cosh_tail(float z) { return z * poly(COSH_F32, z); }
INLINE double cosh_tail(double z) { return z * poly(COSH, z); }
INLINE float sinh_tail(float z) { return z * poly(SINH_F32, z); }
INLINE double sinh_tail(double z) { return z * poly(SINH, z); }

// sinh and cosh of x, both divided by 2^down.
template <class T> INLINE Hyperbolic<T> hyperbolic(T x, T down) {
  using K = Constant<T>;
  const T n = rint(x * K::log2_e);
  const T exact = fma(n, -K::ln2_hi, x), r = fma(n, -K::ln2_lo, exact);
  const T rest = fma(n, -K::ln2_lo, exact - r);
  const T z = r * r, c = cosh_tail(z), s = fma(r, sinh_tail(z), rest);
  const T grow = exp2_integer(n - T(1) - down), shrink = exp2_integer(-n - T(1) - down);
  // Beyond the width of the format the smaller power no longer matters; its exponent may wrap.
  const T small = abs(n) > T(Format<T>::fraction_bits + 10) ? T(0) : shrink;
  const Pair<T> a = fast_two_sum(grow, -small), b = fast_two_sum(grow, small);
  const Pair<T> br = two_product(b.hi, r), ar = two_product(a.hi, r);
  const Pair<T> sinh = two_sum(a.hi, br.hi), cosh = two_sum(b.hi, ar.hi);
  const T sinh_rest = fma(b.lo, r, a.lo) + (br.lo + fma(b.hi, s, a.hi * c));
  const T cosh_rest = fma(a.lo, r, b.lo) + (ar.lo + fma(a.hi, s, b.hi * c));
  return {fast_two_sum(sinh.hi, sinh.lo + sinh_rest), fast_two_sum(cosh.hi, cosh.lo + cosh_rest)};
}

template <class T> INLINE T sinh_of(T x, T limit) {
  const T size = at_most(abs(x), limit);
  const T down = size > T(64) ? T(4) : T(0);
  const T result = hyperbolic(size, down).sinh.hi * exp2_integer(down);
  return choose(either(x == T(0), is_nan(x)), x, copysign(result, x));
}
template <class T> INLINE T cosh_of(T x, T limit) {
  const T size = at_most(abs(x), limit);
  const T down = size > T(64) ? T(4) : T(0);
  return hyperbolic(size, down).cosh.hi * exp2_integer(down);
}
template <class T> INLINE T tanh_of(T x, T limit) {
  const Hyperbolic<T> h = hyperbolic(at_most(abs(x), limit), T(0));
  const T result = divide(h.sinh, h.cosh).hi;
  return choose(either(x == T(0), is_nan(x)), x, copysign(result, x));
}

} // namespace sampan

// The limits lie where sinh and cosh overflow, and where tanh rounds to 1.
PUBLIC float __nv_sinhf(float a) { return sinh_of(a, 90.0f); }
PUBLIC double __nv_sinh(double a) { return sinh_of(a, 711.0); }
PUBLIC float __nv_coshf(float a) { return cosh_of(a, 90.0f); }
PUBLIC double __nv_cosh(double a) { return cosh_of(a, 711.0); }
PUBLIC double __nv_tanh(double a) { return tanh_of(a, 20.0); }
PUBLIC float __nv_tanhf(float a) { return tanh_of(a, 10.0f); }
