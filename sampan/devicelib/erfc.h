// Pieces of the error functions.
#pragma once

#include "exp.h"

namespace sampan {

// erf(x) = x + x P(x^2) near 0: |x| < 0.92 in single precision, |x| < 1 in double.
INLINE float erf_near(float x, float z) { return fma(x, poly(ERF_F32, z), x); }
INLINE double erf_near(double x, double z) { return fma(x, poly(ERF, z), x); }

// e^(x^2) erfc(x) for x >= 0, by one polynomial in t = (x - 4) / (x + 4) for
// (1 + 2 x) e^(x^2) erfc(x), which goes from 1 to 2 / sqrt(pi) (Shepherd and Laframboise's method).
INLINE double erfcx_positive(double x) {
  const double bounded = at_most(x, 1e20); // t is 1 there
  const double reciprocal = 1.0 / (bounded + 4.0), quotient = (bounded - 4.0) * reciprocal;
  // What the rounding of x - 4, of the reciprocal and of the product left out.
  const double residual = fma(-quotient, bounded, fma(quotient + 1.0, -4.0, bounded));
  const double t = fma(residual, reciprocal, quotient);
  return 0.5 * careful_poly(ERFCX, t) / (x + 0.5);
}
// In double, with one division for both quotients: the bounds of the functions made from it leave
// no room for the roundings of a float.
INLINE float erfcx_positive(float x) {
  const double wide = at_most(double(x), 0x1p128), below = wide + 4.0, beside = wide + 0.5;
  const double reciprocal = 1.0 / (below * beside);
  const double result = 0.5 * poly(ERFCXF, (wide - 4.0) * beside * reciprocal) * below * reciprocal;
  return wide == 0x1p128 ? 0.0f : float(result);
}

template <class T> struct ExpRange;
template <> struct ExpRange<float> {
  static constexpr float least = -120.0f, most = 89.0f;
};
template <> struct ExpRange<double> {
  static constexpr double least = -800.0, most = 710.0;
};

// factor e^x, x as a double word.
template <class T> INLINE T exp_times(Pair<T> x, T factor) {
  return exp_times(x, factor, ExpRange<T>::least, ExpRange<T>::most);
}

} // namespace sampan
