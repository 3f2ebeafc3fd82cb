// The API that half and bfloat16 share, for the types that these macros name; included once for
// each. __SAMPAN_SCALAR and __SAMPAN_PACKED are the types, __SAMPAN_WORD what function names call
// the scalar (half, bfloat16), __SAMPAN_FORMAT the format.
#define __SAMPAN_JOIN5_(a, b, c, d, e) a##b##c##d##e
#define __SAMPAN_JOIN5(a, b, c, d, e) __SAMPAN_JOIN5_(a, b, c, d, e)
// A name with the scalar's word in it, and one with the packed type's.
#define __SAMPAN_NAME(before, after) __SAMPAN_JOIN5(before, __SAMPAN_WORD, after, , )
#define __SAMPAN_PAIR_NAME(before, after) __SAMPAN_JOIN5(before, __SAMPAN_WORD, 2, after, )
#define __SAMPAN_RAW __SAMPAN_JOIN5(__SAMPAN_SCALAR, _raw, , , )
#define __SAMPAN_PACKED_RAW __SAMPAN_JOIN5(__SAMPAN_PACKED, _raw, , , )
#define __SAMPAN_BOTH static __host__ __device__ __forceinline__
#define __SAMPAN_MEMBER __host__ __device__ __forceinline__

#include "narrow_type.h"

#include "narrow_convert.h"

#include "narrow_arithmetic.h"

#include "narrow_compare.h"

#include "narrow_math.h"

#include "narrow_operators.h"

#if defined(__CUDA__) && defined(__clang__)
#include "narrow_threads.h"
#endif

#undef __SAMPAN_JOIN5_
#undef __SAMPAN_JOIN5
#undef __SAMPAN_NAME
#undef __SAMPAN_PAIR_NAME
#undef __SAMPAN_RAW
#undef __SAMPAN_PACKED_RAW
#undef __SAMPAN_BOTH
#undef __SAMPAN_MEMBER
