// Half precision: __half and __half2. Written from the CUDA Math API documentation.
#ifndef SAMPAN_CUDA_FP16_H
#define SAMPAN_CUDA_FP16_H
#define __CUDA_FP16_H__
#define __CUDA_FP16_TYPES_EXIST__

#ifdef __cplusplus
#include <math.h>

#include "host_defines.h"
#include "vector_functions.h"
#include "vector_types.h"

#include "sampan/narrow_formats.h"

struct __nv_bfloat16;

#define __SAMPAN_SCALAR __half
#define __SAMPAN_PACKED __half2
#define __SAMPAN_WORD half
#define __SAMPAN_FORMAT __sampan_half_format
#define __SAMPAN_OTHER __nv_bfloat16
#ifdef __CUDA_NO_HALF_CONVERSIONS__
#define __SAMPAN_NO_CONVERSIONS
#endif
#ifdef __CUDA_NO_HALF_OPERATORS__
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

typedef __half_raw __nv_half_raw;
typedef __half2_raw __nv_half2_raw;
typedef __half __nv_half;
typedef __half2 __nv_half2;
typedef __half nv_half;
typedef __half2 nv_half2;
#ifndef CUDA_NO_HALF
typedef __half half;
typedef __half2 half2;
#endif

#define CUDART_INF_FP16 __ushort_as_half((unsigned short int)0x7c00)
#define CUDART_NAN_FP16 __ushort_as_half((unsigned short int)0x7fff)
#define CUDART_MIN_DENORM_FP16 __ushort_as_half((unsigned short int)0x0001)
#define CUDART_MAX_NORMAL_FP16 __ushort_as_half((unsigned short int)0x7bff)
#define CUDART_NEG_ZERO_FP16 __ushort_as_half((unsigned short int)0x8000)
#define CUDART_ZERO_FP16 __ushort_as_half((unsigned short int)0x0000)
#define CUDART_ONE_FP16 __ushort_as_half((unsigned short int)0x3c00)
#endif

#endif
