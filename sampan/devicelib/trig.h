// Argument reduction modulo pi/2: x = n pi/2 + r, |r| <= pi/4 (a little more by rounding).
#pragma once

#include "coefficients.h"
#include "trig_huge.h"

namespace sampan {

// Beyond these, the products below are no longer exact (Cody and Waite's method with fma).
constexpr float TRIG_LIMIT_F32 = 0x1p17f;
constexpr double TRIG_LIMIT = 0x1p30;

// x - n * half_pi_hi is exact: a multiple of the last place of half_pi_hi (or of x, if that is
// larger) that is below 2.
INLINE Reduced<float> reduce_moderate(float x) {
  using K = Constant<float>;
  const float shifted = fma(x, K::two_over_pi, Format<float>::shifter);
  const float n = shifted - Format<float>::shifter;
  const float r1 = fma(n, -K::half_pi_hi, x), r2 = fma(n, -K::half_pi_mid, r1);
  return {fma(n, -K::half_pi_lo, r2), 0.0f, bits(shifted)};
}
INLINE Reduced<double> reduce_moderate(double x) {
  using K = Constant<double>;
  const double shifted = fma(x, K::two_over_pi, Format<double>::shifter);
  const double n = shifted - Format<double>::shifter;
  const double r1 = fma(n, -K::half_pi_hi, x);
  // Near a multiple of pi/2 this difference cancels, so that both its rests count.
  const Pair<double> middle = two_product(n, -K::half_pi_mid), r2 = two_sum(r1, middle.hi);
  const Pair<double> r = fast_two_sum(r2.hi, fma(n, -K::half_pi_lo, r2.lo + middle.lo));
  return {r.hi, r.lo, u32(bits(shifted))};
}

INLINE Reduced<float> reduce(float x) {
  Reduced<float> r = reduce_moderate(x);
  if (__builtin_expect(abs(x) > TRIG_LIMIT_F32, 0))
    r = reduce_huge(x);
  return r;
}
INLINE Reduced<double> reduce(double x) {
  Reduced<double> r = reduce_moderate(x);
  if (__builtin_expect(abs(x) > TRIG_LIMIT, 0))
    r = reduce_huge(x);
  return r;
}

// x = n / 2 + r exactly, |r| <= 1/4, for the functions of pi x.
template <class T> INLINE Reduced<T> reduce_half_turns(T x) {
  const T y = fma(T(-2), rint(x * T(0.5)), x); // x modulo 2, in [-1, 1]
  const T shifted = fma(y, T(2), Format<T>::shifter);
  return {fma(shifted - Format<T>::shifter, T(-0.5), y), T(0), u32(bits(shifted))};
}

// sin and cos of a reduced argument.
INLINE float sin_reduced(Reduced<float> r) {
  const float z = r.hi * r.hi;
  return fma(r.hi * z, poly(SIN_F32, z), r.hi);
}
INLINE float cos_reduced(Reduced<float> r) {
  const float z = r.hi * r.hi;
  return fma(z * z, poly(COS_F32, z), fma(z, -0.5f, 1.0f));
}
// sin(r + e) = sin(r) + e (1 - r^2/2); cos(r + e) = cos(r) - e r, with 1 - r^2/2 kept in two parts.
INLINE Pair<double> sin_reduced(Reduced<double> r) {
  const double z = r.hi * r.hi;
  const double tail = fma(r.hi * z, poly(SIN, z), fma(z * -0.5, r.lo, r.lo));
  return fast_two_sum(r.hi, tail);
}
INLINE Pair<double> cos_reduced(Reduced<double> r) {
  const double z = r.hi * r.hi, half = 0.5 * z, square_error = fma(r.hi, r.hi, -z);
  const Pair<double> head = fast_two_sum(1.0, -half);
  const double tail = fma(z * z, poly(COS, z), fma(-r.hi, r.lo, -0.5 * square_error));
  return fast_two_sum(head.hi, head.lo + tail);
}

// sin and cos of pi r.
INLINE float sinpi_reduced(Reduced<float> r) {
  using K = Constant<float>;
  const float z = r.hi * r.hi;
  return fma(r.hi, K::pi_hi, r.hi * fma(z, poly(SINPI_F32, z), K::pi_lo));
}
INLINE double sinpi_reduced(Reduced<double> r) {
  using K = Constant<double>;
  const double z = r.hi * r.hi;
  return fma(r.hi, K::pi_hi, r.hi * fma(z, poly(SINPI, z), K::pi_lo));
}
INLINE float cospi_tail(float z) { return poly_after_first(COSPI_F32, z); }
INLINE double cospi_tail(double z) { return poly_after_first(COSPI, z); }
INLINE float cospi_slope(float) { return COSPI_F32[0]; }
INLINE double cospi_slope(double) { return COSPI[0]; }
// 1 + c z + z^2 P(z), where the square z and the product c z are kept in two parts.
template <class T> INLINE T cospi_reduced(Reduced<T> r) {
  const Pair<T> z = two_product(r.hi, r.hi);
  const T slope = cospi_slope(z.hi);
  const Pair<T> linear = two_product(slope, z.hi), head = fast_two_sum(T(1), linear.hi);
  const T rest = fma(z.hi * z.hi, cospi_tail(z.hi), fma(slope, z.lo, linear.lo));
  return head.hi + (head.lo + rest);
}

// What a quadrant makes of the sine s and the cosine c of the reduced argument: they swap in odd
// quadrants, and the sign flips where the second bit is set.
INLINE float flip(float x, u32 quadrant) { return from_bits(bits(x) ^ ((quadrant & 2u) << 30)); }
INLINE double flip(double x, u32 quadrant) {
  return from_bits(bits(x) ^ (u64(quadrant & 2u) << 62));
}
template <class T> INLINE T sin_quadrant(u32 quadrant, T s, T c) {
  return flip((quadrant & 1) != 0 ? c : s, quadrant);
}
template <class T> INLINE T cos_quadrant(u32 quadrant, T s, T c) {
  return flip((quadrant & 1) != 0 ? s : c, quadrant + 1);
}

} // namespace sampan
