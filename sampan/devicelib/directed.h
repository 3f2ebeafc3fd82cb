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
  const T above = next_up(x), below = next_down(x);
  if constexpr (mode == UPWARD)
    return low ? above : x;
  else if constexpr (mode == DOWNWARD)
    return high ? below : x;
  else {
    const T down = high ? below : x, up = low ? above : x;
    return x > T(0) ? down : x < T(0) ? up : x;
  }
}

// The double-word number hi + lo rounded to a float.
template <Mode mode> INLINE float narrowed(double hi, double lo) {
  const float x = float(hi);
  const bool overflow = is_inf(x) && is_finite(hi);
  const double exact_error = (hi - double(x)) + lo;
  const double error = overflow ? -double(x) : exact_error;
  const float sign = error > 0 ? 1.0f : error < 0 ? -1.0f : 0.0f;
  return directed<mode>(x, sign);
}

} // namespace sampan
