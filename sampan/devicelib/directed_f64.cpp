// Double-precision arithmetic in a given rounding mode. The error of the rounded result comes from
// an error-free transformation; where that could underflow, it is taken of operands scaled by
// 2^600.
#include "directed.h"

using namespace sampan;

CHEAP double __nv_dadd_rn(double a, double b) { return a + b; }
CHEAP double __nv_dsub_rn(double a, double b) { return a - b; }
CHEAP double __nv_dmul_rn(double a, double b) { return a * b; }
CHEAP double __nv_ddiv_rn(double a, double b) { return a / b; }
CHEAP double __nv_drcp_rn(double a) { return 1.0 / a; }
CHEAP double __nv_dsqrt_rn(double a) { return sqrt(a); }
CHEAP double __nv_fma_rn(double a, double b, double c) { return fma(a, b, c); }

// The hardware's start value for a division: a reciprocal that is right in its high word.
CHEAP double __nv_rcp64h(double a) { return from_bits(bits(1.0 / a) & 0xffffffff00000000u); }

namespace sampan {

constexpr double SMALL = 0x1p-900, UP = 0x1p600;

// fma(a, b, c) up to a positive factor, without underflow where its value is tiny: b carries the
// scale if it is the smaller of the two.
INLINE double scaled_fma(double a, double b, double c, bool tiny) {
  const bool a_smaller = abs(a) < abs(b);
  const double a_up = tiny && a_smaller ? a * UP : a, b_up = tiny && !a_smaller ? b * UP : b;
  return fma(a_up, b_up, tiny ? c * UP : c);
}

template <Mode mode> INLINE double add_f64(double a, double b) {
  const Pair<double> sum = two_sum(a, b);
  const bool overflow = is_inf(sum.hi) && is_finite(a) && is_finite(b);
  const double result = directed<mode>(sum.hi, overflow ? -sum.hi : sum.lo);
  const double zero = sign_bit(a) || sign_bit(b) ? -0.0 : 0.0;
  return mode == DOWNWARD && sum.hi == 0 ? zero : result;
}

template <Mode mode> INLINE double multiply_f64(double a, double b) {
  const double p = a * b;
  const double error = scaled_fma(a, b, -p, abs(p) < SMALL);
  const bool overflow = is_inf(p) && is_finite(a) && is_finite(b);
  return directed<mode>(p, overflow ? -p : error);
}

template <Mode mode> INLINE double divide_f64(double a, double b) {
  const double q = a / b;
  const double residual = scaled_fma(-q, b, a, abs(a) < SMALL);
  const bool overflow = is_inf(q) && is_finite(a) && b != 0;
  return directed<mode>(q, overflow ? -q : xor_sign(residual, b));
}

template <Mode mode> INLINE double sqrt_f64(double a) {
  const double s = sqrt(a);
  const bool tiny = a < SMALL;
  const double root = tiny ? s * 0x1p300 : s;
  return directed<mode>(s, fma(-root, root, tiny ? a * UP : a));
}

// Boldo and Muller's ErrFma: fma's error is a sum of two numbers; only its sign is needed here.
template <Mode mode> INLINE double fma_f64(double a, double b, double c) {
  const double f = fma(a, b, c);
  const double p0 = a * b;
  const bool zero_product = a == 0 || b == 0;
  const bool tiny = abs(p0) < SMALL && abs(c) < SMALL;
  const bool huge = abs(p0) > 0x1p1000 || abs(c) > 0x1p1000;
  const bool a_smaller = abs(a) < abs(b);
  // Scale the smaller factor up or the larger one down, and c and f alike.
  const double factor = tiny ? UP : huge ? 0x1p-100 : 1.0;
  const bool scale_a = a_smaller == tiny;
  const double as = scale_a ? a * factor : a, bs = scale_a ? b : b * factor;
  const double cs = c * factor, fs = f * factor;
  const Pair<double> exact_product = two_product(as, bs);
  // A product far below c matters by its sign alone, and might underflow.
  const bool negligible = !tiny && !zero_product && abs(p0) < 0x1p-960;
  const double stand_in = sign_bit(a) != sign_bit(b) ? -0x1p-1000 : 0x1p-1000;
  const double ph = negligible ? stand_in : exact_product.hi;
  const double pl = negligible ? 0.0 : exact_product.lo;
  const Pair<double> u = two_sum(cs, pl);
  const Pair<double> v = two_sum(ph, u.hi);
  const double error = ((v.hi - fs) + v.lo) + u.lo;
  const bool overflow = is_inf(f) && is_finite(a) && is_finite(b) && is_finite(c);
  const double result = directed<mode>(f, overflow ? -f : error);
  const bool exact_zero = f == 0 && error == 0;
  const bool product_negative = sign_bit(a) != sign_bit(b);
  const double zero = product_negative || sign_bit(c) ? -0.0 : 0.0;
  return mode == DOWNWARD && exact_zero ? zero : result;
}

} // namespace sampan

#define SAMPAN_DIRECTED(SUFFIX, MODE)                                                              \
  CHEAP double __nv_dadd_##SUFFIX(double a, double b) { return add_f64<MODE>(a, b); }              \
  CHEAP double __nv_dsub_##SUFFIX(double a, double b) { return add_f64<MODE>(a, -b); }             \
  CHEAP double __nv_dmul_##SUFFIX(double a, double b) { return multiply_f64<MODE>(a, b); }         \
  CHEAP double __nv_ddiv_##SUFFIX(double a, double b) { return divide_f64<MODE>(a, b); }           \
  CHEAP double __nv_drcp_##SUFFIX(double a) { return divide_f64<MODE>(1.0, a); }                   \
  CHEAP double __nv_dsqrt_##SUFFIX(double a) { return sqrt_f64<MODE>(a); }                         \
  CHEAP double __nv_fma_##SUFFIX(double a, double b, double c) { return fma_f64<MODE>(a, b, c); }
SAMPAN_DIRECTED(rz, TOWARD_ZERO)
SAMPAN_DIRECTED(ru, UPWARD)
SAMPAN_DIRECTED(rd, DOWNWARD)
#undef SAMPAN_DIRECTED
