// Bessel functions of any order, by the recurrence f(k + 1) = (2 k / x) f(k) - f(k - 1): upward
// where it is stable, downward from a high order otherwise (Miller's algorithm).
#include "bessel.h"

using namespace sampan;

namespace sampan {

INLINE double order_up(int n, double x, double first, double second) {
  double before = first, value = second;
  for (int k = 1; k < n; ++k) {
    const double next = fma(2.0 * k / x, value, -before);
    before = value;
    value = choose(is_inf(value), value, next); // stays infinite, never inf - inf
  }
  return value;
}

// J(n, x) for 0 < x <= n and x not tiny: start at an even order so high that any start value will
// do, and scale the result by 1 = J(0) + 2 J(2) + 2 J(4) + …
INLINE double order_down(int n, double x) {
  const int start = ((n + int(sqrt(200.0 * n))) | 1) + 1;
  double above = 0.0, value = 1.0, sum = 0.0, wanted = 0.0;
  for (int k = start; k > 0; --k) {
    const double next = fma(2.0 * k / x, value, -above); // order k - 1
    const bool large = abs(next) > 0x1p300;
    const double scale = large ? 0x1p-300 : 1.0;
    above = value * scale;
    value = next * scale;
    sum *= scale;
    wanted = choose(k - 1 == n, value, wanted * scale);
    sum += (k - 1) % 2 == 0 && k > 1 ? value : 0.0;
  }
  return wanted / fma(2.0, sum, value);
}

// (x / 2)^n / n!, the first term of the series.
INLINE double order_tiny(int n, double x) {
  double term = 1.0;
  for (int k = 1; k <= n; ++k)
    term *= 0.5 * x / k;
  return term;
}

SLOW_PATH double bessel_jn(int n, double x) {
  const double size = abs(x), zero = bessel_j0(size), first = bessel_j1(size);
  double value = Format<double>::nan;
  if (n >= 0 && !is_nan(x)) {
    if (n <= 1)
      value = n == 0 ? zero : first;
    else if (is_inf(x))
      value = 0.0;
    else if (size < 0x1p-27)
      value = order_tiny(n, size);
    else if (size > n)
      value = order_up(n, size, zero, first);
    else
      value = order_down(n, size);
  }
  return (n & 1) != 0 ? xor_sign(value, x) : value;
}

SLOW_PATH double bessel_yn(int n, double x) {
  double value = Format<double>::nan;
  if (n >= 0 && x >= 0.0) {
    const double zero = bessel_y0(x);
    value = n == 0 ? zero : order_up(n, x, zero, bessel_y1(x));
    value = is_inf(x) ? 0.0 : value;
  }
  return value;
}

} // namespace sampan

PUBLIC double __nv_jn(int a, double b) { return bessel_jn(a, b); }
PUBLIC float __nv_jnf(int a, float b) { return float(bessel_jn(a, double(b))); }
PUBLIC double __nv_yn(int a, double b) { return bessel_yn(a, b); }
PUBLIC float __nv_ynf(int a, float b) { return float(bessel_yn(a, double(b))); }
