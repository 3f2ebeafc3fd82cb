// The exponential of a reduced argument, shared by the exponential and hyperbolic functions.
#pragma once

#include "coefficients.h"
#include "common.h"
#include "constants.h"

namespace sampan {

// P of e^r = 1 + r + r^2 / 2 + r^3 P(r)
INLINE float exp_poly(float r) { return poly(EXP_F32, r); }
INLINE double exp_poly(double r) { return poly(EXP, r); }

// e^r - 1 - r
template <class T> INLINE T exp_tail(T r) { return r * r * fma(r, exp_poly(r), T(0.5)); }

// e^(r + rest) - 1 as a double word, for |r| <= ln2 / 2 and a tiny rest. The square is kept exact,
// because 2^n e^r - 1 can be smaller than its terms.
template <class T> INLINE Pair<T> expm1_reduced(T r, T rest) {
  const Pair<T> square = two_product(r, r);
  const T half = T(0.5) * square.hi, cubic = square.hi * r * exp_poly(r);
  const Pair<T> head = fast_two_sum(r, half);
  const T low = fma(T(0.5), square.lo, fma(rest, r, rest));
  return fast_two_sum(head.hi, head.lo + (cubic + low));
}

template <class T> INLINE T exp_reduced(T r) { return T(1) + (r + exp_tail(r)); }
template <class T> INLINE T exp_reduced(T r, T rest) { return T(1) + (r + (exp_tail(r) + rest)); }

// factor * e^(hi + lo) with one rounding at the end, for a factor of order one and |lo| within the
// last place of hi; `least` and `most` bound hi to where the result is 0 and infinity.
template <class T> INLINE T exp_times(Pair<T> x, T factor, T least, T most) {
  using K = Constant<T>;
  const T clamped = at_least(at_most(x.hi, most), least);
  const T lo = clamped == x.hi ? x.lo : T(0);
  const T n = rint(clamped * K::log2_e);
  const T exact = fma(n, -K::ln2_hi, clamped);
  const Pair<T> r = two_sum(exact, fma(n, -K::ln2_lo, lo));
  return scale_by_exp2(factor * exp_reduced(r.hi, r.lo), n);
}

// 2^n (1 + e) - 1, with x = n ln2 + r the argument and e = e^r - 1. The scale is applied in two
// steps above, because 2^n itself may be beyond the format; there the 1 no longer matters.
template <class T> INLINE T expm1_assemble(Pair<T> e, T n, T x) {
  const bool big = n > T(Format<T>::fraction_bits + 10);
  const T part = big ? T(0) : n;
  const T scale = exp2_integer(part);
  const Pair<T> less_one = two_sum(scale, big ? T(0) : T(-1));
  const Pair<T> sum = two_sum(less_one.hi, scale * e.hi);
  const T assembled = sum.hi + (sum.lo + fma(scale, e.lo, less_one.lo));
  const T result = scale_by_exp2(assembled, n - part);
  return x == T(0) ? x : result;
}

} // namespace sampan
