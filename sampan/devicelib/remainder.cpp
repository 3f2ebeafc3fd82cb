// fmod, remainder and remquo: exact. One step suffices while the quotient fits in a double with
// room to tell it from its neighbours; a loop takes off the rest in pieces.
#include "common.h"

using namespace sampan;

namespace sampan {

struct Division {
  double rest;  // |x| modulo |y|, in [0, |y|)
  u32 quotient; // the low bits of the integer quotient
};

// One step: x - q y with q near x / y, for x / y < 2^53. q is at most one too large, and fma is
// exact then because the result is a multiple of the last place of y below y.
INLINE Division divide_once(double x, double y) {
  const double q = trunc(x / y), r = fma(-q, y, x);
  const bool over = r < 0.0;
  const double q_low = q - 0x1p31 * floor(q * 0x1p-31);
  return {choose(over, r + y, r), u32(q_low) - (over ? 1u : 0u)};
}

// What is left of x after taking off multiples of 8 y, below y 2^52.
SLOW_PATH double shrink(double x, double y) {
  // y = normal 2^-down, and the exponents as in the patterns.
  const bool tiny = y < Format<double>::min_normal;
  const double normal = choose(tiny, y * 0x1p64, y);
  const i64 down = tiny ? 64 : 0, exponent = i64(bits(normal) >> 52);
  double rest = x;
  while (rest >= y * 0x1p52) {
    // normal 2^k leaves a quotient of 48 bits or so. It is y times a power of two of at least 8, so
    // that the pieces taken off do not touch the three bits of the quotient that are asked for.
    const i64 wanted = i64(bits(rest) >> 52) - exponent - 48;
    const i64 k = wanted < 3 - down ? 3 - down : wanted, first = k > 1000 ? 1000 : k;
    const double multiple =
        normal * from_bits(u64(first + 1023) << 52) * from_bits(u64(k - first + 1023) << 52);
    const double q = trunc(rest / multiple), r = fma(-q, multiple, rest);
    rest = choose(r < 0.0, r + multiple, r);
  }
  return rest;
}

INLINE Division divide_positive(double x, double y) {
  double rest = x;
  if (__builtin_expect(both(x >= y * 0x1p52, x < Format<double>::inf, y > 0.0), 0))
    rest = shrink(x, y);
  return divide_once(rest, y);
}

template <class T> INLINE T fmod_of(T x, T y) {
  const double a = abs(x), b = abs(y);
  const bool valid = both(a < Format<double>::inf, b > 0.0); // false for NaN
  const double rest = divide_positive(a, b).rest;
  const T result = copysign(T(choose(a < b, a, rest)), x);
  return both(valid, !is_nan(b)) ? result : Format<T>::nan;
}

// The quotient is rounded to nearest, ties to even.
template <class T> INLINE T remainder_of(T x, T y, int *quotient) {
  const double a = abs(x), b = abs(y);
  const bool valid = both(a < Format<double>::inf, b > 0.0, !is_nan(b)), below = a < b;
  const Division d = divide_positive(below ? 0.0 : a, b);
  const double rest = below ? a : d.rest;
  // Compare the rest with what is left to b, without forming 2 rest: it might overflow.
  const double left = b - rest;
  const bool odd = (d.quotient & 1) != 0;
  const bool up = either(rest > left, both(rest == left, odd));
  const double closest = choose(up, -left, rest);
  const int q = int((d.quotient + (up ? 1u : 0u)) & 7u);
  const int signed_q = choose(sign_bit(x) != sign_bit(y), -q, q);
  *quotient = valid ? signed_q : 0;
  const T zero = copysign(T(0), x), signed_rest = xor_sign(T(closest), x);
  const T result = closest == 0.0 ? zero : signed_rest;
  return valid ? result : Format<T>::nan;
}

} // namespace sampan

PUBLIC float __nv_fmodf(float a, float b) { return fmod_of(a, b); }
PUBLIC double __nv_fmod(double a, double b) { return fmod_of(a, b); }
PUBLIC float __nv_remainderf(float a, float b) {
  int quotient;
  return remainder_of(a, b, &quotient);
}
PUBLIC double __nv_remainder(double a, double b) {
  int quotient;
  return remainder_of(a, b, &quotient);
}
PUBLIC float __nv_remquof(float a, float b, int *c) { return remainder_of(a, b, c); }
PUBLIC double __nv_remquo(double a, double b, int *c) { return remainder_of(a, b, c); }
