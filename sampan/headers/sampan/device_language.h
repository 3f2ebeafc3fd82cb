// What CUDA C++ has without any #include: qualifiers, built-in variables and device functions.
// Only for clang's CUDA mode; cuda_runtime.h includes it first. The order matters throughout:
// device overloads must be declared before the standard headers that `using` them.
#ifndef SAMPAN_DEVICE_LANGUAGE_H
#define SAMPAN_DEVICE_LANGUAGE_H

// The compiler this one stands in for.
#define __CUDACC__ 1
#define __NVCC__ 1
#define __CUDACC_VER_MAJOR__ 12
#define __CUDACC_VER_MINOR__ 8
#define __CUDACC_VER_BUILD__ 93
#define __CUDA_API_VER_MAJOR__ 12
#define __CUDA_API_VER_MINOR__ 8
#define __CUDACC_DEVICE_ATOMIC_BUILTINS__ 1
#define CUDA_VERSION 12080

#include "../host_defines.h"
#include "../vector_types.h"

#include "device_libc.h"
#include "library_failures.h"

#include <__clang_cuda_math_forward_declares.h>

#include <assert.h>
#include <climits>
#include <cmath>
#if __has_include(<__algorithm/max.h>) // libc++: libstdc++'s <cmath> brings std::min and std::max
#include <__algorithm/max.h>
#include <__algorithm/min.h>
#endif
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <__clang_cuda_builtin_vars.h>

#include "../vector_functions.h"
#include <__clang_cuda_libdevice_declares.h>

#include "dpx_intrinsics.h"
#include "simd_intrinsics.h"
#include "warp_without_masks.h"
// From 9.2 on that header writes the SIMD intrinsics as inline PTX; before, as __nv_v… calls.
#pragma push_macro("CUDA_VERSION")
#undef CUDA_VERSION
#define CUDA_VERSION 9010
#include <__clang_cuda_device_functions.h>
#pragma pop_macro("CUDA_VERSION")
#ifdef __USE_FAST_MATH__
// -use_fast_math means the intrinsics also for these, which clang's header leaves as they are.
#define __nv_exp10f __nv_fast_exp10f
#define __nv_expf __nv_fast_expf
#define __nv_log10f __nv_fast_log10f
#define __nv_powf __nv_fast_powf
#define __nv_tanf __nv_fast_tanf
#endif
#include <__clang_cuda_math.h>
#ifdef __USE_FAST_MATH__
#undef __nv_exp10f
#undef __nv_expf
#undef __nv_log10f
#undef __nv_powf
#undef __nv_tanf
#endif

#include "math_overloads.h"

#include <__clang_cuda_cmath.h>

// Of clang's intrinsics take the shuffles and votes; loads, funnel shifts, matches and reductions
// are ours, because there they are inline PTX or bound to a newer architecture.
#pragma push_macro("__CUDA_ARCH__")
#pragma push_macro("CUDA_VERSION")
#undef __CUDA_ARCH__
#undef CUDA_VERSION
#define __CUDA_ARCH__ 310
#define CUDA_VERSION 9020
#define __fns __sampan_clang_fns
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wuser-defined-warnings"
#include <__clang_cuda_intrinsics.h>
#pragma clang diagnostic pop
#undef __fns
#pragma pop_macro("CUDA_VERSION")
#pragma pop_macro("__CUDA_ARCH__")

#include <__clang_cuda_complex_builtins.h>

#include "atomics.h"
#include "clusters.h"
#include "integer_intrinsics.h"
#include "memory_intrinsics.h"
#include "warp.h"

#include <math.h>

namespace std {
using ::memcmp;
using ::memcpy;
using ::memmove;
using ::memset;
} // namespace std

__device__ inline __cuda_builtin_threadIdx_t::operator dim3() const { return dim3(x, y, z); }
__device__ inline __cuda_builtin_threadIdx_t::operator uint3() const { return {x, y, z}; }
__device__ inline __cuda_builtin_blockIdx_t::operator dim3() const { return dim3(x, y, z); }
__device__ inline __cuda_builtin_blockIdx_t::operator uint3() const { return {x, y, z}; }
__device__ inline __cuda_builtin_blockDim_t::operator dim3() const { return dim3(x, y, z); }
__device__ inline __cuda_builtin_blockDim_t::operator uint3() const { return {x, y, z}; }
__device__ inline __cuda_builtin_gridDim_t::operator dim3() const { return dim3(x, y, z); }
__device__ inline __cuda_builtin_gridDim_t::operator uint3() const { return {x, y, z}; }

#endif
