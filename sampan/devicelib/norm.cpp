// Euclidean norms and their reciprocals. Floats are squared in double, where nothing overflows;
// doubles are scaled by a power of two first, and the sum of squares is a double word.
#include "common.h"

using namespace sampan;

namespace sampan {

// 1 / sqrt(hi + lo), by one Newton step on the rounded quotient.
INLINE double reciprocal_root(Pair<double> a) {
  const double y = 1.0 / sqrt(a.hi), s = a.hi * y;
  const double residual = fma(-s, y, 1.0) - y * fma(a.lo, y, fma(a.hi, y, -s));
  const double better = fma(0.5 * y, residual, y);
  return a.hi > 0 ? better : y;
}

// A power of two that keeps squares of numbers up to `largest` and their sum in range.
INLINE double norm_scale(double largest) {
  return largest > 0x1p500 ? 0x1p-600 : largest < 0x1p-400 ? 0x1p600 : 1.0;
}

struct Norm {
  double scale;
  Pair<double> squares;
  bool infinite; // an infinity wins over NaN
};
INLINE Norm add_square(Norm n, double x) {
  const double scaled = x * n.scale;
  return {n.scale, add(n.squares, two_product(scaled, scaled)), either(n.infinite, is_inf(x))};
}
INLINE Norm norm_of(double a, double b, double c = 0.0, double d = 0.0) {
  const double largest =
      __builtin_fmax(__builtin_fmax(abs(a), abs(b)), __builtin_fmax(abs(c), abs(d)));
  const Norm ab = add_square(add_square({norm_scale(largest), {0.0, 0.0}, false}, a), b);
  return add_square(add_square(ab, c), d);
}
INLINE double root(Norm n) {
  const double result = sqrt(n.squares.hi) * (1.0 / n.scale); // exact: a power of two
  return n.infinite ? Format<double>::inf : result;
}
INLINE double reciprocal(Norm n) {
  const double result = reciprocal_root(n.squares) * n.scale;
  return n.infinite ? 0.0 : result;
}

struct NormF32 {
  double squares;
  bool infinite;
};
INLINE NormF32 add_square(NormF32 n, float x) {
  return {fma(double(x), double(x), n.squares), either(n.infinite, is_inf(x))};
}
INLINE NormF32 norm_of(float a, float b, float c = 0.0f, float d = 0.0f) {
  return add_square(add_square(add_square(add_square({0.0, false}, a), b), c), d);
}
INLINE float root(NormF32 n) {
  const float result = float(sqrt(n.squares));
  return n.infinite ? Format<float>::inf : result;
}
INLINE float reciprocal(NormF32 n) {
  const float result = float(1.0 / sqrt(n.squares));
  return n.infinite ? 0.0f : result;
}

INLINE Norm norm_of(int count, const double *x) {
  double largest = 0.0;
  for (int i = 0; i < count; ++i)
    largest = __builtin_fmax(largest, abs(x[i]));
  Norm n{norm_scale(largest), {0.0, 0.0}, false};
  for (int i = 0; i < count; ++i)
    n = add_square(n, x[i]);
  return n;
}
INLINE NormF32 norm_of(int count, const float *x) {
  NormF32 n{0.0, false};
  for (int i = 0; i < count; ++i)
    n = add_square(n, x[i]);
  return n;
}

} // namespace sampan

PUBLIC float __nv_hypotf(float a, float b) { return root(norm_of(a, b)); }
PUBLIC double __nv_hypot(double a, double b) { return root(norm_of(a, b)); }
PUBLIC float __nv_rhypotf(float a, float b) { return reciprocal(norm_of(a, b)); }
PUBLIC double __nv_rhypot(double a, double b) { return reciprocal(norm_of(a, b)); }
PUBLIC float __nv_norm3df(float a, float b, float c) { return root(norm_of(a, b, c)); }
PUBLIC double __nv_norm3d(double a, double b, double c) { return root(norm_of(a, b, c)); }
PUBLIC float __nv_rnorm3df(float a, float b, float c) { return reciprocal(norm_of(a, b, c)); }
PUBLIC double __nv_rnorm3d(double a, double b, double c) { return reciprocal(norm_of(a, b, c)); }
PUBLIC float __nv_norm4df(float a, float b, float c, float d) { return root(norm_of(a, b, c, d)); }
PUBLIC double __nv_norm4d(double a, double b, double c, double d) {
  return root(norm_of(a, b, c, d));
}
PUBLIC float __nv_rnorm4df(float a, float b, float c, float d) {
  return reciprocal(norm_of(a, b, c, d));
}
PUBLIC double __nv_rnorm4d(double a, double b, double c, double d) {
  return reciprocal(norm_of(a, b, c, d));
}
PUBLIC float __nv_normf(int a, const float *b) { return root(norm_of(a, b)); }
PUBLIC double __nv_norm(int a, const double *b) { return root(norm_of(a, b)); }
PUBLIC float __nv_rnormf(int a, const float *b) { return reciprocal(norm_of(a, b)); }
PUBLIC double __nv_rnorm(int a, const double *b) { return reciprocal(norm_of(a, b)); }
