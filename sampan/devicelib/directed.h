// Directed rounding. Every operation is done to nearest, together with its exact error (or a number
// of the error's sign); where the error says that the rounding went the wrong way, the result moves
// to the next number.
#pragma once

#include "common.h"

namespace sampan {

enum Mode { TOWARD_ZERO, UPWARD, DOWNWARD };

// The neighbours of x, for x neither NaN nor the infinity on that side.
template <class T> INLINE T next_up(T x) {
  using Bits = typename Format<T>::Bits;
  const T moved = from_bits(bits(x) + (sign_bit(x) ? ~Bits(0) : Bits(1)));
  return x == T(0) ? Format<T>::denormal_min : moved;
}
template <class T> INLINE T next_down(T x) { return -next_up(-x); }

// x rounded to nearest, `error` of the sign of (exact - x); x + error is exact, x may be infinite
// by overflow, with an error of the opposite sign or NaN.
template <Mode mode, class T> INLINE T directed(T x, T error) {
  const bool low = error > T(0), high = error < T(0);
  if constexpr (mode == UPWARD)
    return choose(low, next_up(x), x);
  else if constexpr (mode == DOWNWARD)
    return choose(high, next_down(x), x);
  else { // the pattern before is the number nearer to 0
    const T nearer = from_bits(bits(x) - 1);
    return choose(either(both(x > T(0), high), both(x < T(0), low)), nearer, x);
  }
}

// -1, 0 or 1
template <class T> INLINE float sign_of(T x) { return float(int(x > T(0)) - int(x < T(0))); }

// The double-word number hi + lo rounded to a float.
template <Mode mode> INLINE float narrowed(double hi, double lo) {
  const float x = float(hi);
  const double error = (hi - double(x)) + lo;
  return directed<mode>(x, choose(both(is_inf(x), is_finite(hi)), -x, sign_of(error)));
}

} // namespace sampan
