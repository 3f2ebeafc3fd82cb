// bfloat16: __nv_bfloat16 and __nv_bfloat162. Written from the CUDA Math API documentation.
#ifndef SAMPAN_CUDA_BF16_H
#define SAMPAN_CUDA_BF16_H
#define __CUDA_BF16_H__
#define __CUDA_BF16_TYPES_EXIST__

#ifdef __cplusplus
#include "cuda_fp16.h"

#define __SAMPAN_SCALAR __nv_bfloat16
#define __SAMPAN_PACKED __nv_bfloat162
#define __SAMPAN_WORD bfloat16
#define __SAMPAN_FORMAT __sampan_bfloat16_format
#define __SAMPAN_OTHER __half
#ifdef __CUDA_NO_BFLOAT16_CONVERSIONS__
#define __SAMPAN_NO_CONVERSIONS
#endif
#ifdef __CUDA_NO_BFLOAT16_OPERATORS__
#define __SAMPAN_NO_OPERATORS
#endif
#include "sampan/narrow_api.h"
#undef __SAMPAN_SCALAR
#undef __SAMPAN_PACKED
#undef __SAMPAN_WORD
#undef __SAMPAN_FORMAT
#undef __SAMPAN_OTHER
#undef __SAMPAN_NO_CONVERSIONS
#undef __SAMPAN_NO_OPERATORS

__host__ __device__ __forceinline__ __half::__half(const __nv_bfloat16 value)
    : __x(__sampan_half_format::nearest(__sampan_bfloat16_format::widen(value.__x))) {}
__host__ __device__ __forceinline__ __nv_bfloat16::__nv_bfloat16(const __half value)
    : __x(__sampan_bfloat16_format::nearest(__sampan_half_format::widen(value.__x))) {}

typedef __nv_bfloat16 nv_bfloat16;
typedef __nv_bfloat162 nv_bfloat162;

#define CUDART_INF_BF16 __ushort_as_bfloat16((unsigned short int)0x7f80)
#define CUDART_NAN_BF16 __ushort_as_bfloat16((unsigned short int)0x7fff)
#define CUDART_MIN_DENORM_BF16 __ushort_as_bfloat16((unsigned short int)0x0001)
#define CUDART_MAX_NORMAL_BF16 __ushort_as_bfloat16((unsigned short int)0x7f7f)
#define CUDART_NEG_ZERO_BF16 __ushort_as_bfloat16((unsigned short int)0x8000)
#define CUDART_ZERO_BF16 __ushort_as_bfloat16((unsigned short int)0x0000)
#define CUDART_ONE_BF16 __ushort_as_bfloat16((unsigned short int)0x3f80)
#endif

#endif
