// Rounding to the nearest whole number, ties to even, whatever the rounding mode is: LLVM calls
// these by their names where there is no instruction for it, and musl does not have them.
#include <features.h>
#ifndef __GLIBC__
#include <cmath>

template <class T> static T round_even(T value, T all_whole) {
  T size = std::fabs(value);
  if (!(size < all_whole))
    return value;
  T whole = std::trunc(size), rest = size - whole;
  bool odd = whole / 2 != std::trunc(whole / 2);
  if (rest > T(0.5) || (rest == T(0.5) && odd))
    whole += 1;
  return std::copysign(whole, value);
}

extern "C" {
double roundeven(double value) { return round_even(value, 0x1p52); }
float roundevenf(float value) { return round_even(value, 0x1p23f); }
}
#endif
