// Pieces of the error functions.
#pragma once

#include "exp.h"

namespace sampan {

// erf(x) = x + x P(x^2) near 0: |x| < 0.92 in single precision, |x| < 1 in double.
INLINE float erf_near(float x, float z) { return fma(x, poly(ERF_F32, z), x); }
INLINE double erf_near(double x, double z) { return fma(x, poly(ERF, z), x); }

INLINE float erfcx_poly(float t) { return careful_poly(ERFCX_F32, t); }
INLINE double erfcx_poly(double t) { return careful_poly(ERFCX, t); }

// e^(x^2) erfc(x) for x >= 0, by one polynomial in t = (x - 4) / (x + 4) for
// (1 + 2 x) e^(x^2) erfc(x), which goes from 1 to 2 / sqrt(pi) (Shepherd and Laframboise's method).
template <class T> INLINE T erfcx_positive(T x) {
  const T bounded = at_most(x, T(1e20)); // t is 1 there
  const T reciprocal = T(1) / (bounded + T(4)), quotient = (bounded - T(4)) * reciprocal;
  // What the rounding of x - 4, of the reciprocal and of the product left out.
  const T residual = fma(-quotient, bounded, fma(quotient + T(1), T(-4), bounded));
  const T t = fma(residual, reciprocal, quotient);
  return T(0.5) * erfcx_poly(t) / (x + T(0.5));
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
