// Single-precision arithmetic in a given rounding mode. A double holds the product of two floats
// exactly, and two doubles hold any sum of such; the directed rounding is in `narrowed`.
#include "directed.h"

using namespace sampan;

CHEAP float __nv_fadd_rn(float a, float b) { return a + b; }
CHEAP float __nv_fsub_rn(float a, float b) { return a - b; }
CHEAP float __nv_fmul_rn(float a, float b) { return a * b; }
CHEAP float __nv_fdiv_rn(float a, float b) { return a / b; }
CHEAP float __nv_frcp_rn(float a) { return 1.0f / a; }
CHEAP float __nv_fsqrt_rn(float a) { return sqrt(a); }
CHEAP float __nv_fmaf_rn(float a, float b, float c) { return fma(a, b, c); }
CHEAP float __nv_fmaf_ieee_rn(float a, float b, float c) { return fma(a, b, c); }
// The double is right to little more than half an ulp, which is enough: where 1/sqrt(a) is near the
// middle of two floats was tried for every mantissa (tests/devicelib/test_nv_directed.py).
CHEAP float __nv_frsqrt_rn(float a) { return float(__nv_rsqrt(double(a))); }

namespace sampan {

template <Mode mode> INLINE float add_f32(double a, double b) {
  const Pair<double> sum = two_sum(a, b);
  const float result = narrowed<mode>(sum.hi, sum.lo);
  // An exact zero of unlike signs is -0 when rounding downward, +0 otherwise.
  const float zero = choose(either(sign_bit(a), sign_bit(b)), -0.0f, 0.0f);
  return choose(both(mode == DOWNWARD, sum.hi == 0), zero, result);
}

template <Mode mode> INLINE float divide_f32(float a, float b) {
  const float q = a / b;
  const double residual = fma(-double(q), double(b), double(a)); // its sign is exact
  const bool overflow = both(is_inf(q), is_finite(a), b != 0);
  return directed<mode>(q, choose(overflow, -q, xor_sign(sign_of(residual), b)));
}

template <Mode mode> INLINE float sqrt_f32(float a) {
  const float s = sqrt(a);
  const double residual = fma(-double(s), double(s), double(a));
  return directed<mode>(s, sign_of(residual));
}

} // namespace sampan

#define SAMPAN_DIRECTED(SUFFIX, MODE)                                                              \
  CHEAP float __nv_fadd_##SUFFIX(float a, float b) { return add_f32<MODE>(a, b); }                 \
  CHEAP float __nv_fsub_##SUFFIX(float a, float b) { return add_f32<MODE>(a, -b); }                \
  CHEAP float __nv_fmul_##SUFFIX(float a, float b) {                                               \
    return narrowed<MODE>(double(a) * double(b), 0.0);                                             \
  }                                                                                                \
  CHEAP float __nv_fmaf_##SUFFIX(float a, float b, float c) {                                      \
    return add_f32<MODE>(double(a) * double(b), c);                                                \
  }                                                                                                \
  CHEAP float __nv_fmaf_ieee_##SUFFIX(float a, float b, float c) {                                 \
    return add_f32<MODE>(double(a) * double(b), c);                                                \
  }                                                                                                \
  CHEAP float __nv_fdiv_##SUFFIX(float a, float b) { return divide_f32<MODE>(a, b); }              \
  CHEAP float __nv_frcp_##SUFFIX(float a) { return divide_f32<MODE>(1.0f, a); }                    \
  CHEAP float __nv_fsqrt_##SUFFIX(float a) { return sqrt_f32<MODE>(a); }
SAMPAN_DIRECTED(rz, TOWARD_ZERO)
SAMPAN_DIRECTED(ru, UPWARD)
SAMPAN_DIRECTED(rd, DOWNWARD)
#undef SAMPAN_DIRECTED
