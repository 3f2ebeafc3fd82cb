// Single-precision sine, cosine and tangent, of x and of pi x.
#include "trig.h"

using namespace sampan;

PUBLIC float __nv_sinf(float a) {
  const Reduced<float> r = reduce(a);
  const float result = sin_quadrant(r.quadrant, sin_reduced(r), cos_reduced(r));
  return a == 0 ? a : result; // keeps -0
}
PUBLIC float __nv_cosf(float a) {
  const Reduced<float> r = reduce(a);
  return cos_quadrant(r.quadrant, sin_reduced(r), cos_reduced(r));
}
PUBLIC void __nv_sincosf(float a, float *b, float *c) {
  const Reduced<float> r = reduce(a);
  const float s = sin_reduced(r), k = cos_reduced(r);
  const float sine = sin_quadrant(r.quadrant, s, k);
  *b = a == 0 ? a : sine;
  *c = cos_quadrant(r.quadrant, s, k);
}

PUBLIC float __nv_sinpif(float a) {
  const Reduced<float> r = reduce_half_turns(a);
  const float result = sin_quadrant(r.quadrant, sinpi_reduced(r), cospi_reduced(r));
  return result == 0 ? copysign(result, a) : result; // IEEE 754: the zeros carry the sign of x
}
PUBLIC float __nv_cospif(float a) {
  const Reduced<float> r = reduce_half_turns(a);
  const float result = cos_quadrant(r.quadrant, sinpi_reduced(r), cospi_reduced(r));
  return result == 0 ? float(0) : result;
}
PUBLIC void __nv_sincospif(float a, float *b, float *c) {
  const Reduced<float> r = reduce_half_turns(a);
  const float s = sinpi_reduced(r), k = cospi_reduced(r);
  const float sine = sin_quadrant(r.quadrant, s, k), cosine = cos_quadrant(r.quadrant, s, k);
  *b = sine == 0 ? copysign(sine, a) : sine;
  *c = cosine == 0 ? float(0) : cosine;
}

PUBLIC float __nv_tanf(float a) {
  const Reduced<float> r = reduce(a);
  const float s = sin_reduced(r), c = cos_reduced(r);
  const bool odd = (r.quadrant & 1) != 0;
  const float result = (odd ? -c : s) / (odd ? s : c);
  return a == 0 ? a : result;
}
