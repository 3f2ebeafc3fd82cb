// Taking a positive number apart for logarithms: x = 2^n m, m in [sqrt(1/2), sqrt(2)).
#pragma once

#include "coefficients.h"
#include "common.h"
#include "constants.h"

namespace sampan {

template <class T> struct Decomposed {
  T mantissa, exponent;
};

INLINE float integral(u32 n) { return float(int(n)); }
// Through the fraction of 2^52: no vector unit before AVX-512DQ converts 64-bit integers.
INLINE double integral(u64 n) { return from_bits(n | bits(0x1p52)) - 0x1p52; }

// For normal x > 0. In integers: subtracting the pattern of sqrt(1/2) moves the cut between
// exponents to where the mantissa should wrap.
template <class T> INLINE Decomposed<T> decompose_normal(T x) {
  using F = Format<T>;
  using Bits = typename F::Bits;
  constexpr Bits one = Bits(F::bias) << F::fraction_bits;
  const Bits cut = bits(T(0x1.6a09e667f3bcdp-1));
  const Bits moved = bits(x) - cut;
  const Bits biased = (moved + one) >> F::fraction_bits;
  const T mantissa = from_bits((moved & ((Bits(1) << F::fraction_bits) - 1)) + cut);
  return {mantissa, integral(biased) - T(F::bias)};
}

// For any finite x > 0.
template <class T> INLINE Decomposed<T> decompose(T x) {
  const bool tiny = x < Format<T>::min_normal;
  const Decomposed<T> d = decompose_normal(tiny ? x * T(0x1p64) : x);
  return {d.mantissa, tiny ? d.exponent - T(64) : d.exponent};
}

// 1 + x + x_lo = 2^n (1 + f + f_lo), with f from x itself so that nothing of a small x is lost; for
// x beyond the width of the format the 1 no longer matters. log(1 + f + e) = log(1 + f) + e (1 -
// f).
template <class T> struct Shifted {
  T f, f_lo, exponent;
};
template <class T> INLINE Shifted<T> decompose_one_plus(T x, T x_lo) {
  const Decomposed<T> d = decompose(T(1) + x);
  const T scale = exp2_integer(-d.exponent);
  const Pair<T> exact = two_sum(scale - T(1), x * scale);
  const Pair<T> f = fast_two_sum(exact.hi, fma(x_lo, scale, exact.lo));
  const bool large = d.exponent > T(Format<T>::fraction_bits + 4);
  return {choose(large, d.mantissa - T(1), f.hi), large ? T(0) : f.lo, d.exponent};
}

// The value of a logarithm, given what the formula made of a positive finite x.
template <class T> INLINE T log_special(T x, T result) {
  using F = Format<T>;
  const T at_most_zero = x == T(0) ? -F::inf : F::nan;
  const T special = x > T(0) ? F::inf : is_nan(x) ? x : at_most_zero;
  return both(x > T(0), x < F::inf) ? result : special;
}

// n ln2 + log(1 + f) + rest, right to less than an ulp. n times the short part of ln2 is exact.
INLINE double log_assemble(double n, double f, double rest) {
  using K = Constant<double>;
  const double s = f / (2.0 + f), z = s * s, half_square = 0.5 * f * f;
  const double tail = s * (half_square + z * poly(LOG, z));
  const double low = fma(n, K::ln2_rest, tail + rest) - half_square;
  const Pair<double> sum = fast_two_sum(n * K::ln2_short, f);
  return sum.hi + (sum.lo + low);
}
INLINE float log_assemble(float n, float f, float rest) {
  using K = Constant<float>;
  const float square = f * f;
  const float low = fma(-0.5f, square, fma(n, K::ln2_lo, rest));
  const float tail = fma(square * f, poly(LOG_F32, f), low);
  return fma(n, K::ln2_hi, f + tail); // n ln2_hi is rounded in the fma alone
}

// log(1 + x + x_lo)
template <class T> INLINE T log1p_pair(T x, T x_lo) {
  const Shifted<T> s = decompose_one_plus(x, x_lo);
  return log_special(T(1) + x, log_assemble(s.exponent, s.f, fma(-s.f, s.f_lo, s.f_lo)));
}

// log(1 + f) = hi + lo for the reduced range, to about 2^-60 in double: f - f^2/2 is exact in hi
// and lo up to the polynomial's tail.
INLINE Pair<double> log1p_reduced(double f) {
  // 2 s + s z P(z) = f - s (f - z P(z)), because 2 s = f - s f.
  const double s = f / (2.0 + f), z = s * s;
  const double tail = z * poly(LOG, z);
  // s (f - tail) = f^2 / 2 - s (f^2 / 2 + tail): keep f - f^2/2 apart, without rounding.
  const double half = 0.5 * f, square = half * f, square_error = fma(half, f, -square);
  const Pair<double> head = fast_two_sum(f, -square);
  return fast_two_sum(head.hi, head.lo + (s * (square + tail) - square_error));
}

// log(1 + f) in single precision as a double word.
INLINE Pair<float> log1p_reduced(float f) {
  const float half = 0.5f * f, square = half * f, square_error = fma(half, f, -square);
  const Pair<float> head = fast_two_sum(f, -square);
  const float cube = f * (f * f);
  return fast_two_sum(head.hi, head.lo + fma(cube, poly(LOG_F32, f), -square_error));
}

} // namespace sampan
