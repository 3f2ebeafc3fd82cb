// The fast intrinsics (__sinf, __expf, …): no denormal results and no care for huge arguments, with
// the absolute or relative errors that the CUDA documentation allows.
#include "coefficients.h"
#include "exp.h"
#include "log.h"

using namespace sampan;
using K = Constant<float>;

CHEAP float __nv_fast_fdividef(float a, float b) { return a / b; }

namespace sampan {

// 2^(a c), right to about 2 ulp where the product is. The power of two is added to the exponent of
// 2^(a c - n), which lies in [0.7, 1.42]: so 2^128 need not be a number.
INLINE float fast_exp2(float a, float c) {
  const float product = a * c, x = at_least(at_most(product, 128.0f), -126.0f);
  const float shifted = x + Format<float>::shifter, n = shifted - Format<float>::shifter;
  const float r = fma(a, c, -n) * K::ln2_hi; // of no use where x was clamped
  const float scaled = from_bits(bits(1.0f + (r + exp_tail(r))) + (bits(shifted) << 23));
  const float above_zero = product < -126.0f ? 0.0f : scaled;
  const float number = product >= 128.0f ? Format<float>::inf : above_zero;
  return is_nan(product) ? product : number;
}
// log2(x), with an absolute error of about 2^-23 near 1.
INLINE float fast_log2(float a) {
  const Decomposed<float> d = decompose_normal(a);
  const float f = d.mantissa - 1.0f, square = f * f;
  const float log = fma(square * f, poly(LOG_F32, f), fma(square, -0.5f, f));
  return log_special(a, fma(log, K::log2_e, d.exponent));
}

// sin(2 pi t) for |t| <= 1/4, through t in half turns. Programs take it that a sine is never above
// 1 (1 - cos(x) as a probability, say), so the last bit of the polynomial must not say otherwise.
INLINE float sin_turns(float t) {
  const float z = t * t;
  return at_most(at_least(t * poly(FAST_SIN_F32, z), -1.0f), 1.0f);
}
// t = x / (2 pi) modulo 1, in [-1/2, 1/2]: bounded for any x.
INLINE float turns_of(float x) {
  const float t = x * 0x1.45f306p-3f;
  return t - rint(t);
}
INLINE float fast_sin(float t) {
  const float size = abs(t), folded = 0.25f - abs(size - 0.25f);
  return sin_turns(copysign(folded, t));
}
INLINE float fast_cos(float t) { return sin_turns(0.25f - abs(t)); }

} // namespace sampan

PUBLIC float __nv_fast_expf(float a) { return fast_exp2(a, K::log2_e); }
PUBLIC float __nv_fast_exp10f(float a) { return fast_exp2(a, K::log2_10); }
PUBLIC float __nv_fast_log2f(float a) { return fast_log2(a); }
PUBLIC float __nv_fast_logf(float a) { return fast_log2(a) * K::ln2_hi; }
PUBLIC float __nv_fast_log10f(float a) { return fast_log2(a) * K::log10_2_hi; }
PUBLIC float __nv_fast_powf(float a, float b) { return fast_exp2(b, fast_log2(a)); }
PUBLIC float __nv_fast_sinf(float a) { return fast_sin(turns_of(a)); }
PUBLIC float __nv_fast_cosf(float a) { return fast_cos(turns_of(a)); }
PUBLIC float __nv_fast_tanf(float a) {
  const float t = turns_of(a);
  return fast_sin(t) / fast_cos(t);
}
PUBLIC void __nv_fast_sincosf(float a, float *b, float *c) {
  const float t = turns_of(a);
  *b = fast_sin(t);
  *c = fast_cos(t);
}
