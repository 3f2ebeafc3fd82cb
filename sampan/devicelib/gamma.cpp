// The gamma function and its logarithm. Below 7.5 the argument is shifted to [1.5, 2.5] by the
// recurrence; beyond, Stirling's formula in double-double; negative ones by reflection.
#include "exp.h"
#include "pow.h"
#include "trig.h"

using namespace sampan;

namespace sampan {

constexpr double STIRLING_BEGIN = 7.5;

// a = 2 + k + d, d in [-1/2, 1/2], for 0 < a < 7.5:
//   gamma(a) = above gamma(2 + d)        for k >= 0, above = (a - 1) (a - 2) … (a - k)
//   gamma(a) = gamma(2 + d) / below      for k < 0, below = a or a (a + 1)
struct Shift {
  double d, above, below;
  double next; // below / a: 1 or a + 1; 1 for k >= 0
  bool down;   // k >= 0
};
INLINE Shift shift_to_two(double a) {
  const double whole = rint(a), d = a - whole;
  double above = 1.0;
#pragma clang loop unroll(full)
  for (int i = 1; i <= 5; ++i)
    above *= choose(whole >= 2.0 + i, a - i, 1.0);
  const double next = whole < 1.0 ? a + 1.0 : 1.0;
  const bool down = whole >= 2.0;
  return {d, above, choose(down, 1.0, a * next), next, down};
}

// log(gamma(a)) for a >= 7.5, given log(a):
//   (a - 1/2) (log(a) - 1) - 1/2 + log(2 pi) / 2 + S(1 / a^2) / a
INLINE Pair<double> stirling(double a, Pair<double> log_a) {
  const double reciprocal = 1.0 / a;
  const double tail = reciprocal * poly(STIRLING, reciprocal * reciprocal);
  const Pair<double> head = multiply(add(log_a, -1.0), a - 0.5);
  return add(head, Pair<double>{0x1.d67f1c864beb5p-1 - 0.5, -0x1.65b5a1b7ff5dfp-55 + tail});
}

INLINE double sin_pi(double a) {
  const Reduced<double> r = reduce_half_turns(a);
  return sin_quadrant(r.quadrant, sinpi_reduced(r), cospi_reduced(r));
}

INLINE double gamma_f64(double x) {
  const double size = abs(x), a = at_most(size, 300.0); // gamma(172) overflows, gamma(-186) is 0
  const bool negative = sign_bit(x), small = a < STIRLING_BEGIN;
  const double sine = sin_pi(size);
  // gamma(-a) = -pi / (a sin(pi a) gamma(a))
  const Shift s = shift_to_two(choose(small, a, 2.0));
  const double core = careful_poly(GAMMA, s.d);
  const double small_positive = choose(s.down, s.above * core, core / s.below);
  const double divisor = choose(s.down, a * s.above, 1.0) * (sine * core);
  const double small_negative = -Constant<double>::pi_hi * s.next / divisor;

  const double large = choose(small, 8.0, a);
  const Pair<double> log = stirling(large, log_double_word(large));
  const double factor = choose(negative, -Constant<double>::pi_hi / (large * sine), 1.0);
  const double sign = negative ? -1.0 : 1.0;
  const double by_stirling = exp_times({sign * log.hi, sign * log.lo}, factor, -800.0, 720.0);

  const double result =
      choose(small, choose(negative, small_negative, small_positive), by_stirling);
  const bool pole = both(x < 0.0, sine == 0.0);
  const double special = choose(pole, Format<double>::nan, result);
  return is_inf(x) ? choose(negative, Format<double>::nan, x) : special;
}

INLINE double log_gamma_f64(double x) {
  const double a = abs(x);
  const bool negative = sign_bit(x), small = a < STIRLING_BEGIN;
  const bool huge = a > 2.5563481638716906e305; // the result overflows
  const double bounded = huge ? 8.0 : a;
  const Shift s = shift_to_two(choose(small, a, 2.0));
  const double argument = choose(small, choose(s.down, s.above, s.below), bounded);
  const Pair<double> log = log_double_word(choose(argument > 0.0, argument, 1.0));
  const Pair<double> slope = fast_two_sum(LGAMMA[0], s.d * poly_after_first(LGAMMA, s.d));
  const Pair<double> core = multiply(slope, s.d);
  const double sign = s.down ? 1.0 : -1.0;
  const Pair<double> by_shift = add(Pair<double>{sign * log.hi, sign * log.lo}, core);
  const Pair<double> by_stirling = stirling(choose(small, 8.0, bounded), log);
  const Pair<double> positive{choose(small, by_shift.hi, by_stirling.hi),
                              choose(small, by_shift.lo, by_stirling.lo)};
  // log|gamma(-a)| = log(pi) - log(a |sin(pi a)|) - log(gamma(a)); for small a, where the last two
  // would cancel, log(pi) - log(|sin(pi a)| gamma(2 + a) / (1 + a)).
  const double sine = abs(sin_pi(a));
  const bool tiny = a < 0.5, least = a < 0x1p-200; // log|gamma(-a)| is -log(a) there
  const double product = sine * choose(tiny, poly(GAMMA, choose(tiny, a, 0.0)) / (1.0 + a), a);
  const double reflected = choose(least, a, product);
  const bool pole = reflected == 0.0;
  const Pair<double> log_reflected =
      log_double_word(choose(both(!pole, a < 0x1p60), reflected, 1.0));
  const Pair<double> rest{choose(tiny, 0.0, positive.hi), choose(tiny, 0.0, positive.lo)};
  const Pair<double> log_pi{least ? 0.0 : -0x1.250d048e7a1bdp0,
                            least ? 0.0 : -0x1.7abf2ad8d5088p-57};
  const Pair<double> sum = add(add(log_reflected, rest), log_pi);
  const double left = choose(pole, Format<double>::inf, -sum.hi);
  const double right = choose(either(a == 0.0, huge), Format<double>::inf, positive.hi);
  return choose(either(is_nan(x), is_inf(x)), a, choose(both(negative, a != 0.0), left, right));
}

} // namespace sampan

PUBLIC double __nv_tgamma(double a) { return gamma_f64(a); }
PUBLIC float __nv_tgammaf(float a) { return float(gamma_f64(a)); }
PUBLIC double __nv_lgamma(double a) { return log_gamma_f64(a); }
PUBLIC float __nv_lgammaf(float a) { return float(log_gamma_f64(a)); }
