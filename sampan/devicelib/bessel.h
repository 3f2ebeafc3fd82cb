// Bessel functions of orders 0 and 1, for x >= 0. Below 8 they are polynomials times the factors of
// their zeros (each zero in two parts), so that they are right relative to their value also there;
// beyond, amplitude and phase are polynomials in 1 / x^2.
#pragma once

#include "log.h"
#include "trig.h"

namespace sampan {

// x - zero, and x^2 - zero^2, exactly rounded to about an ulp.
INLINE double from_zero(double x, Pair<double> zero) { return (x - zero.hi) - zero.lo; }
INLINE double from_zero_square(double x, Pair<double> zero) {
  return from_zero(x, zero) * (x + zero.hi);
}

constexpr Pair<double> J0_ZERO_1{0x1.33d152e971b40p+1, -0x1.0f539d7da258ep-53};
constexpr Pair<double> J0_ZERO_2{0x1.6148f5b2c2e45p+2, 0x1.75054cd60a517p-54};
constexpr Pair<double> J1_ZERO_1{0x1.ea75575af6f09p+1, -0x1.60155a9d1b256p-53};
constexpr Pair<double> J1_ZERO_2{0x1.c0ff5f3b47250p+2, -0x1.b226d9d243827p-54};
constexpr Pair<double> Y0_ZERO_1{0x1.c982eb8d417eap-1, 0x1.ea9d270347f83p-56};
constexpr Pair<double> Y0_ZERO_2{0x1.fa9534d98569cp+1, -0x1.f06ae7804384ep-54};
constexpr Pair<double> Y0_ZERO_3{0x1.c581dc4e72103p+2, -0x1.9774a495f56cfp-54};
constexpr Pair<double> Y1_ZERO_1{0x1.193bed4dff243p+1, -0x1.bd1e50d219bfdp-55};
constexpr Pair<double> Y1_ZERO_2{0x1.5b7fe4e87b02ep+2, 0x1.dfe7bac228e8cp-52};

// ---- x >= 8 ------------------------------------------------------------------------------------

struct Oscillation {
  double j, y;
};
// j = amplitude cos(angle), y = amplitude sin(angle), angle = x - (2 order + 1) pi/4 + P(1/x^2) /
// x.
template <int order> INLINE Oscillation oscillate(double x) {
  using K = Constant<double>;
  const double reciprocal = 1.0 / x, z = reciprocal * reciprocal;
  const double shift = reciprocal * (order == 0 ? poly(BESSEL0_PHASE, z) : poly(BESSEL1_PHASE, z));
  const double height = order == 0 ? poly(BESSEL0_AMPLITUDE, z) : poly(BESSEL1_AMPLITUDE, z);
  const Reduced<double> r = reduce(x);
  // r - pi/4 + shift may leave the range of the polynomials by one quadrant.
  const Pair<double> moved =
      add(Pair<double>{r.hi, r.lo}, Pair<double>{K::half_pi_hi * -0.5, K::half_pi_mid * -0.5});
  const Pair<double> angle = add(moved, shift);
  const double shifted = fma(angle.hi, K::two_over_pi, Format<double>::shifter);
  const double n = shifted - Format<double>::shifter;
  const Pair<double> rest =
      add(angle, Pair<double>{n * -K::half_pi_hi, n * -K::half_pi_mid}); // n is -1, 0 or 1
  const Reduced<double> reduced{rest.hi, rest.lo, 0};
  const u32 quadrant = r.quadrant + u32(bits(shifted)) - (order == 1 ? 1u : 0u);
  const double s = sin_reduced(reduced).hi, c = cos_reduced(reduced).hi;
  const double amplitude = height / sqrt(x);
  const bool infinite = is_inf(x);
  return {choose(infinite, 0.0, amplitude * cos_quadrant(quadrant, s, c)),
          choose(infinite, 0.0, amplitude * sin_quadrant(quadrant, s, c))};
}

// ---- x < 8 -------------------------------------------------------------------------------------

INLINE double j0_small(double x) { // x < 4
  return from_zero_square(x, J0_ZERO_1) * careful_poly(J0_SMALL, fma(x, x, -8.0));
}
INLINE double j1_small(double x) { // x < 4.6875
  return x * from_zero_square(x, J1_ZERO_1) * careful_poly(J1_SMALL, fma(x, x, -11.0));
}

// log(x / zero), from x - zero where that is below `near`.
INLINE double log_ratio(double x, Pair<double> zero, double reciprocal, double log_zero,
                        double near) {
  const double distance = from_zero(x, zero);
  const bool use_distance = abs(distance) < near;
  const Decomposed<double> d = decompose(x);
  const double f = choose(use_distance, distance * reciprocal, d.mantissa - 1.0);
  const double n = use_distance ? 0.0 : d.exponent;
  const double log = log_assemble(n, f, -0.0);
  return use_distance ? log : log - log_zero;
}
INLINE double y0_small(double x) { // x < 2.1875
  const double log = log_ratio(x, Y0_ZERO_1, 0x1.1e7d3131dd6bap+0, -0x1.cce4b73e6f025p-4, 0.25);
  const double regular = from_zero_square(x, Y0_ZERO_1) * careful_poly(Y0_SMALL, fma(x, x, -2.5));
  return fma(Constant<double>::two_over_pi * log, j0_small(x), regular);
}
INLINE double y1_small(double x) { // x < 3.75
  const double log = log_ratio(x, Y1_ZERO_1, 0x1.d20f658382cf2p-2, 0x1.930641fe98869p-1, 0.5);
  const double regular = from_zero_square(x, Y1_ZERO_1) * careful_poly(Y1_SMALL, fma(x, x, -8.0));
  return fma(Constant<double>::two_over_pi * log, j1_small(x), regular / x);
}

// ---- All x >= 0 --------------------------------------------------------------------------------

INLINE double bessel_j0(double x) {
  const double small = at_most(x, 4.0), middle = at_most(x, 8.0);
  const double below = choose(x < 4.0, j0_small(small),
                              from_zero(middle, J0_ZERO_2) * careful_poly(J0_MIDDLE, middle - 6.0));
  return choose(x < 8.0, below, oscillate<0>(at_least(x, 8.0)).j);
}
INLINE double bessel_j1(double x) {
  const double small = at_most(x, 4.6875), middle = at_most(x, 8.0);
  const double below =
      choose(x < 4.6875, j1_small(small),
             from_zero(middle, J1_ZERO_2) * careful_poly(J1_MIDDLE, middle - 6.34375));
  return choose(x < 8.0, below, oscillate<1>(at_least(x, 8.0)).j);
}
INLINE double bessel_y0(double x) {
  const double positive = x > 0.0 ? x : 1.0;
  const double small = at_most(positive, 2.1875), middle = at_most(x, 8.0);
  const double central = from_zero(middle, Y0_ZERO_2) * careful_poly(Y0_MIDDLE, middle - 3.84375);
  const double upper = from_zero(middle, Y0_ZERO_3) * careful_poly(Y0_UPPER, middle - 6.75);
  const double below = choose(x < 2.1875, y0_small(small), choose(x < 5.5, central, upper));
  const double value = choose(x < 8.0, below, oscillate<0>(at_least(x, 8.0)).y);
  const double outside = x == 0.0 ? -Format<double>::inf : Format<double>::nan;
  return choose(x > 0.0, value, outside);
}
INLINE double bessel_y1(double x) {
  const double positive = x > 0.0 ? x : 1.0;
  const double small = at_most(positive, 3.75), middle = at_most(x, 8.0);
  const double below =
      choose(x < 3.75, y1_small(small),
             from_zero(middle, Y1_ZERO_2) * careful_poly(Y1_UPPER, middle - 5.875));
  const double value = choose(x < 8.0, below, oscillate<1>(at_least(x, 8.0)).y);
  const double outside = x == 0.0 ? -Format<double>::inf : Format<double>::nan;
  return choose(x > 0.0, value, outside);
}

} // namespace sampan
