// Double-precision sine, cosine and tangent, of x and of pi x.
#include "trig.h"

using namespace sampan;

PUBLIC double __nv_sin(double a) {
  const Reduced<double> r = reduce(a);
  const double result = sin_quadrant(r.quadrant, sin_reduced(r).hi, cos_reduced(r).hi);
  return a == 0 ? a : result; // keeps -0
}
PUBLIC double __nv_cos(double a) {
  const Reduced<double> r = reduce(a);
  return cos_quadrant(r.quadrant, sin_reduced(r).hi, cos_reduced(r).hi);
}
PUBLIC void __nv_sincos(double a, double *b, double *c) {
  const Reduced<double> r = reduce(a);
  const double s = sin_reduced(r).hi, k = cos_reduced(r).hi;
  const double sine = sin_quadrant(r.quadrant, s, k);
  *b = a == 0 ? a : sine;
  *c = cos_quadrant(r.quadrant, s, k);
}

PUBLIC double __nv_sinpi(double a) {
  const Reduced<double> r = reduce_half_turns(a);
  const double result = sin_quadrant(r.quadrant, sinpi_reduced(r), cospi_reduced(r));
  return result == 0 ? copysign(result, a) : result; // IEEE 754: the zeros carry the sign of x
}
PUBLIC double __nv_cospi(double a) {
  const Reduced<double> r = reduce_half_turns(a);
  const double result = cos_quadrant(r.quadrant, sinpi_reduced(r), cospi_reduced(r));
  return result == 0 ? double(0) : result;
}
PUBLIC void __nv_sincospi(double a, double *b, double *c) {
  const Reduced<double> r = reduce_half_turns(a);
  const double s = sinpi_reduced(r), k = cospi_reduced(r);
  const double sine = sin_quadrant(r.quadrant, s, k), cosine = cos_quadrant(r.quadrant, s, k);
  *b = sine == 0 ? copysign(sine, a) : sine;
  *c = cosine == 0 ? double(0) : cosine;
}

PUBLIC double __nv_tan(double a) {
  const Reduced<double> r = reduce(a);
  const Pair<double> s = sin_reduced(r), c = cos_reduced(r);
  const bool odd = (r.quadrant & 1) != 0;
  const Pair<double> above{choose(odd, -c.hi, s.hi), choose(odd, -c.lo, s.lo)};
  const Pair<double> below{choose(odd, s.hi, c.hi), choose(odd, s.lo, c.lo)};
  const double result = divide(above, below).hi;
  return a == 0 ? a : result;
}
