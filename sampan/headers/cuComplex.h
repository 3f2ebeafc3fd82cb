// Complex numbers in CUDA's C style: cuFloatComplex is a float2, cuDoubleComplex a double2.
#ifndef SAMPAN_CUCOMPLEX_H
#define SAMPAN_CUCOMPLEX_H
#define CU_COMPLEX_H_

#include "host_defines.h"
#include "vector_types.h"

#include <math.h>

typedef float2 cuFloatComplex;
typedef double2 cuDoubleComplex;
typedef cuFloatComplex cuComplex;

// `f` is what the float form of a name carries.
#define __SAMPAN_COMPLEX(complex, real, f, hypotenuse)                                             \
  __SAMPAN_COMPLEX_FUNCTION real cuCreal##f(complex x) { return x.x; }                             \
  __SAMPAN_COMPLEX_FUNCTION real cuCimag##f(complex x) { return x.y; }                             \
  __SAMPAN_COMPLEX_FUNCTION complex cuConj##f(complex x) {                                         \
    complex result;                                                                                \
    result.x = x.x;                                                                                \
    result.y = -x.y;                                                                               \
    return result;                                                                                 \
  }                                                                                                \
  __SAMPAN_COMPLEX_FUNCTION complex cuCadd##f(complex x, complex y) {                              \
    complex result;                                                                                \
    result.x = x.x + y.x;                                                                          \
    result.y = x.y + y.y;                                                                          \
    return result;                                                                                 \
  }                                                                                                \
  __SAMPAN_COMPLEX_FUNCTION complex cuCsub##f(complex x, complex y) {                              \
    complex result;                                                                                \
    result.x = x.x - y.x;                                                                          \
    result.y = x.y - y.y;                                                                          \
    return result;                                                                                 \
  }                                                                                                \
  __SAMPAN_COMPLEX_FUNCTION complex cuCmul##f(complex x, complex y) {                              \
    complex result;                                                                                \
    result.x = x.x * y.x - x.y * y.y;                                                              \
    result.y = x.x * y.y + x.y * y.x;                                                              \
    return result;                                                                                 \
  }                                                                                                \
  /* Scaled by the size of the divisor, so that its square cannot overflow. */                     \
  __SAMPAN_COMPLEX_FUNCTION complex cuCdiv##f(complex x, complex y) {                              \
    real size = (y.x < 0 ? -y.x : y.x) + (y.y < 0 ? -y.y : y.y);                                   \
    real scale = 1 / size;                                                                         \
    real a = x.x * scale, b = x.y * scale, c = y.x * scale, d = y.y * scale;                       \
    real inverse = 1 / (c * c + d * d);                                                            \
    complex result;                                                                                \
    result.x = (a * c + b * d) * inverse;                                                          \
    result.y = (b * c - a * d) * inverse;                                                          \
    return result;                                                                                 \
  }                                                                                                \
  __SAMPAN_COMPLEX_FUNCTION real cuCabs##f(complex x) { return hypotenuse(x.x, x.y); }

#define __SAMPAN_COMPLEX_FUNCTION static __inline__ __host__ __device__

__SAMPAN_COMPLEX(cuFloatComplex, float, f, hypotf)
__SAMPAN_COMPLEX(cuDoubleComplex, double, , hypot)

__SAMPAN_COMPLEX_FUNCTION cuFloatComplex make_cuFloatComplex(float real, float imaginary) {
  cuFloatComplex result;
  result.x = real;
  result.y = imaginary;
  return result;
}
__SAMPAN_COMPLEX_FUNCTION cuDoubleComplex make_cuDoubleComplex(double real, double imaginary) {
  cuDoubleComplex result;
  result.x = real;
  result.y = imaginary;
  return result;
}
__SAMPAN_COMPLEX_FUNCTION cuComplex make_cuComplex(float real, float imaginary) {
  return make_cuFloatComplex(real, imaginary);
}
__SAMPAN_COMPLEX_FUNCTION cuDoubleComplex cuComplexFloatToDouble(cuFloatComplex value) {
  return make_cuDoubleComplex((double)value.x, (double)value.y);
}
__SAMPAN_COMPLEX_FUNCTION cuFloatComplex cuComplexDoubleToFloat(cuDoubleComplex value) {
  return make_cuFloatComplex((float)value.x, (float)value.y);
}
__SAMPAN_COMPLEX_FUNCTION cuComplex cuCfmaf(cuComplex x, cuComplex y, cuComplex d) {
  return cuCaddf(cuCmulf(x, y), d);
}
__SAMPAN_COMPLEX_FUNCTION cuDoubleComplex cuCfma(cuDoubleComplex x, cuDoubleComplex y,
                                                 cuDoubleComplex d) {
  return cuCadd(cuCmul(x, y), d);
}

#undef __SAMPAN_COMPLEX
#undef __SAMPAN_COMPLEX_FUNCTION

#endif
