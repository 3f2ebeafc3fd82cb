// 8-bit floating point: e4m3, e5m2 and the scales e8m0, scalar and packed. Written from the CUDA
// Math API documentation. These types are for storage: arithmetic is on what they convert to.
#ifndef SAMPAN_CUDA_FP8_H
#define SAMPAN_CUDA_FP8_H
#define __CUDA_FP8_H__
#define __CUDA_FP8_TYPES_EXIST__

#ifdef __cplusplus
#include "cuda_bf16.h"
#include "cuda_fp16.h"
#include "device_types.h"

typedef unsigned char __nv_fp8_storage_t;
typedef unsigned short int __nv_fp8x2_storage_t;
typedef unsigned int __nv_fp8x4_storage_t;

// What becomes of numbers beyond the largest one: infinity (NaN in e4m3, which has no infinity), or
// the largest one.
typedef enum __nv_saturation_t { __NV_NOSAT, __NV_SATFINITE } __nv_saturation_t;
typedef enum __nv_fp8_interpretation_t { __NV_E4M3, __NV_E5M2 } __nv_fp8_interpretation_t;

#define __SAMPAN_BOTH static __host__ __device__ __forceinline__
#define __SAMPAN_MEMBER __host__ __device__ __forceinline__

// The patterns of e4m3 go on where an IEEE format of 4 and 3 bits has its infinity: 256 to 448, and
// NaN as 0x7f. One exponent bit more and one digit less gives the same order of patterns up there,
// so the number is rounded as if the exponent had 5 bits.
__SAMPAN_BOTH __nv_fp8_storage_t __sampan_to_fp8(float x, __nv_saturation_t saturate,
                                                 __nv_fp8_interpretation_t kind) {
  const unsigned int size = __sampan_bits(x) & 0x7fffffffu, sign = __sampan_bits(x) >> 31 << 7;
  unsigned int result, most, beyond;
  if (kind == __NV_E4M3) {
    // Scaled by 2^-8, so that the bias of 5 exponent bits (15) becomes that of 4 (7).
    const float scaled = __sampan_float(size) * 0x1p-8f;
    result = __sampan_narrow<5, 3, __sampan_nearest>(scaled);
    // Where the scaling made the float denormal the result is 0 or the smallest number anyway.
    most = 0x7e, beyond = 0x7f;
  } else {
    result = __sampan_narrow<5, 2, __sampan_nearest>(__sampan_float(size));
    most = 0x7b, beyond = 0x7c;
  }
  const unsigned int limited = saturate == __NV_SATFINITE ? most : beyond;
  const unsigned int number = result > most ? limited : result;
  return (__nv_fp8_storage_t)((size > 0x7f800000u ? 0x7fu : number) | sign);
}
__SAMPAN_BOTH float __sampan_from_fp8(unsigned int pattern, __nv_fp8_interpretation_t kind) {
  const unsigned int bits = pattern & 0xff;
  if (kind == __NV_E5M2)
    return __sampan_widen<5, 2>(bits);
  const float finite = __sampan_widen<5, 3>((bits & 0x80) << 1 | (bits & 0x7f)) * 256.0f;
  return (bits & 0x7f) == 0x7f ? __builtin_nanf("") : finite;
}

__SAMPAN_BOTH __nv_fp8_storage_t __nv_cvt_float_to_fp8(const float x,
                                                       const __nv_saturation_t saturate,
                                                       const __nv_fp8_interpretation_t kind) {
  return __sampan_to_fp8(x, saturate, kind);
}
__SAMPAN_BOTH __nv_fp8x2_storage_t __nv_cvt_float2_to_fp8x2(const float2 x,
                                                            const __nv_saturation_t saturate,
                                                            const __nv_fp8_interpretation_t kind) {
  return (__nv_fp8x2_storage_t)(__sampan_to_fp8(x.x, saturate, kind) |
                                __sampan_to_fp8(x.y, saturate, kind) << 8);
}
__SAMPAN_BOTH __nv_fp8_storage_t __nv_cvt_double_to_fp8(const double x,
                                                        const __nv_saturation_t saturate,
                                                        const __nv_fp8_interpretation_t kind) {
  return __sampan_to_fp8(__sampan_odd(x), saturate, kind);
}
__SAMPAN_BOTH __nv_fp8x2_storage_t __nv_cvt_double2_to_fp8x2(const double2 x,
                                                             const __nv_saturation_t saturate,
                                                             const __nv_fp8_interpretation_t kind) {
  return __nv_cvt_float2_to_fp8x2(make_float2(__sampan_odd(x.x), __sampan_odd(x.y)), saturate,
                                  kind);
}
#define __SAMPAN_FROM_RAW(word, scalar, packed)                                                    \
  __SAMPAN_BOTH __nv_fp8_storage_t __nv_cvt_##word##raw_to_fp8(                                    \
      const scalar##_raw x, const __nv_saturation_t saturate,                                      \
      const __nv_fp8_interpretation_t kind) {                                                      \
    return __sampan_to_fp8((float)scalar(x), saturate, kind);                                      \
  }                                                                                                \
  __SAMPAN_BOTH __nv_fp8x2_storage_t __nv_cvt_##word##raw2_to_fp8x2(                               \
      const packed##_raw x, const __nv_saturation_t saturate,                                      \
      const __nv_fp8_interpretation_t kind) {                                                      \
    const packed value(x);                                                                         \
    return __nv_cvt_float2_to_fp8x2(make_float2((float)value.x, (float)value.y), saturate, kind);  \
  }
__SAMPAN_FROM_RAW(half, __half, __half2)
__SAMPAN_FROM_RAW(bfloat16, __nv_bfloat16, __nv_bfloat162)
#undef __SAMPAN_FROM_RAW

__SAMPAN_BOTH __half_raw __nv_cvt_fp8_to_halfraw(const __nv_fp8_storage_t x,
                                                 const __nv_fp8_interpretation_t kind) {
  return __float2half(__sampan_from_fp8(x, kind));
}
__SAMPAN_BOTH __half2_raw __nv_cvt_fp8x2_to_halfraw2(const __nv_fp8x2_storage_t x,
                                                     const __nv_fp8_interpretation_t kind) {
  return __floats2half2_rn(__sampan_from_fp8(x, kind), __sampan_from_fp8(x >> 8, kind));
}

#include "sampan/fp8_scales.h"

#define __SAMPAN_FP8 __nv_fp8_e4m3
#define __SAMPAN_FP8X2 __nv_fp8x2_e4m3
#define __SAMPAN_FP8X4 __nv_fp8x4_e4m3
#define __SAMPAN_TO_FP8(value) __sampan_to_fp8(value, __NV_SATFINITE, __NV_E4M3)
#define __SAMPAN_FROM_FP8(pattern) __sampan_from_fp8(pattern, __NV_E4M3)
#define __SAMPAN_FP8_TRUTH(pattern) (((pattern) & 0x7f) != 0)
#include "sampan/fp8_type.h"
#undef __SAMPAN_FP8
#undef __SAMPAN_FP8X2
#undef __SAMPAN_FP8X4
#undef __SAMPAN_TO_FP8
#undef __SAMPAN_FROM_FP8

#define __SAMPAN_FP8 __nv_fp8_e5m2
#define __SAMPAN_FP8X2 __nv_fp8x2_e5m2
#define __SAMPAN_FP8X4 __nv_fp8x4_e5m2
#define __SAMPAN_TO_FP8(value) __sampan_to_fp8(value, __NV_SATFINITE, __NV_E5M2)
#define __SAMPAN_FROM_FP8(pattern) __sampan_from_fp8(pattern, __NV_E5M2)
#include "sampan/fp8_type.h"
#undef __SAMPAN_FP8
#undef __SAMPAN_FP8X2
#undef __SAMPAN_FP8X4
#undef __SAMPAN_TO_FP8
#undef __SAMPAN_FROM_FP8
#undef __SAMPAN_FP8_TRUTH

// The type of scales rounds up, so that what is divided by one does not grow beyond its format.
#define __SAMPAN_FP8 __nv_fp8_e8m0
#define __SAMPAN_FP8X2 __nv_fp8x2_e8m0
#define __SAMPAN_FP8X4 __nv_fp8x4_e8m0
#define __SAMPAN_TO_FP8(value) __sampan_to_e8m0(value, __NV_SATFINITE, cudaRoundPosInf)
#define __SAMPAN_FROM_FP8(pattern) __sampan_from_e8m0(pattern)
#define __SAMPAN_FP8_TRUTH(pattern) true
#include "sampan/fp8_type.h"
#undef __SAMPAN_FP8
#undef __SAMPAN_FP8X2
#undef __SAMPAN_FP8X4
#undef __SAMPAN_TO_FP8
#undef __SAMPAN_FROM_FP8
#undef __SAMPAN_FP8_TRUTH

#undef __SAMPAN_BOTH
#undef __SAMPAN_MEMBER
#endif

#endif
