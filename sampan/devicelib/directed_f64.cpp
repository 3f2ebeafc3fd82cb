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

// fma(a, b, c) up to a positive factor, without underflow where its value is tiny: small factors
// are scaled up, and c by as much.
INLINE double scaled_fma(double a, double b, double c, bool tiny) {
  const double a_scale = both(tiny, abs(a) < 0x1p-450) ? UP : 1.0;
  const double b_scale = both(tiny, abs(b) < 0x1p-450) ? UP : 1.0;
  return fma(a * a_scale, b * b_scale, c * a_scale * b_scale);
}

template <Mode mode> INLINE double add_f64(double a, double b) {
  const Pair<double> sum = two_sum(a, b);
  const bool overflow = both(is_inf(sum.hi), is_finite(a), is_finite(b));
  const double result = directed<mode>(sum.hi, choose(overflow, -sum.hi, sum.lo));
  const double zero = choose(either(sign_bit(a), sign_bit(b)), -0.0, 0.0);
  return choose(both(mode == DOWNWARD, sum.hi == 0), zero, result);
}

template <Mode mode> INLINE double multiply_f64(double a, double b) {
  const double p = a * b;
  const double error = scaled_fma(a, b, -p, abs(p) < SMALL);
  const bool overflow = both(is_inf(p), is_finite(a), is_finite(b));
  return directed<mode>(p, choose(overflow, -p, error));
}

template <Mode mode> INLINE double divide_f64(double a, double b) {
  const double q = a / b;
  const double residual = scaled_fma(-q, b, a, abs(a) < SMALL);
  const bool overflow = both(is_inf(q), is_finite(a), b != 0);
  return directed<mode>(q, choose(overflow, -q, xor_sign(residual, b)));
}

template <Mode mode> INLINE double sqrt_f64(double a) {
  const double s = sqrt(a);
  const bool tiny = a < SMALL;
  const double root = choose(tiny, s * 0x1p300, s);
  return directed<mode>(s, fma(-root, root, choose(tiny, a * UP, a)));
}

// Boldo and Muller's ErrFma: fma's error is a sum of two numbers; only its sign is needed here.
template <Mode mode> INLINE double fma_f64(double a, double b, double c) {
  const double f = fma(a, b, c);
  const double p0 = a * b;
  const bool zero_product = either(a == 0, b == 0);
  const bool tiny = both(abs(p0) < SMALL, abs(c) < SMALL);
  const bool huge = either(abs(p0) > 0x1p1000, abs(c) > 0x1p1000);
  // Scale the smaller factor up or the larger one down, and c and f alike.
  const double factor = tiny ? UP : huge ? 0x1p-100 : 1.0;
  const bool scale_a = (abs(a) < abs(b)) == tiny;
  const Pair<double> product =
      two_product(choose(scale_a, a * factor, a), choose(scale_a, b, b * factor));
  // A product far below c matters by its sign alone, and might underflow.
  const bool negligible = both(!zero_product, abs(product.hi) < 0x1p-960);
  const bool product_negative = sign_bit(a) != sign_bit(b);
  const double stand_in = product_negative ? -0x1p-1000 : 0x1p-1000;
  const Pair<double> u = two_sum(c * factor, choose(negligible, 0.0, product.lo));
  const Pair<double> v = two_sum(choose(negligible, stand_in, product.hi), u.hi);
  const double error = ((v.hi - f * factor) + v.lo) + u.lo;
  const bool overflow = both(is_inf(f), both(is_finite(a), is_finite(b), is_finite(c)));
  const double result = directed<mode>(f, choose(overflow, -f, error));
  const double zero = choose(either(product_negative, sign_bit(c)), -0.0, 0.0);
  return choose(both(mode == DOWNWARD, f == 0, error == 0), zero, result);
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
