// Function and variable qualifiers. Written from the CUDA C++ Programming Guide.
#ifndef SAMPAN_HOST_DEFINES_H
#define SAMPAN_HOST_DEFINES_H
#define __HOST_DEFINES_H__

#if defined(__CUDA__)

#define __host__ __attribute__((host))
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
// Clang ignores its own spelling of __managed__ outside HIP. The annotation marks the variable on
// both sides; device and host code are then made to name one object (docs/frontend.md).
#define __managed__ __attribute__((device)) __attribute__((annotate("sampan.managed")))
#define __grid_constant__ __attribute__((grid_constant))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __maxnreg__(count)
// Clang's attribute of this name has no effect for these targets (frontend/annotations.py).
#define __cluster_dims__(...) __attribute__((annotate("sampan.cluster", __VA_ARGS__)))
#define __block_size__(...)
#define __nv_pure__ __attribute__((pure))

#else

#define __host__
#define __device__
#define __global__
#define __shared__
#define __constant__
#define __managed__
#define __grid_constant__
#define __launch_bounds__(...)
#define __cluster_dims__(...)
// libstdc++ spells attributes with underscores, so __noinline__ must not be a macro there; clang
// knows it as a keyword in CUDA code.

#endif

#define __forceinline__ __inline__ __attribute__((always_inline))
#define __inline_hint__
#define __align__(n) __attribute__((aligned(n)))
#define __builtin_align__(n) __attribute__((aligned(n)))
#define __location__(side) __attribute__((side))
#define __specialization_static static
#define __device_builtin__
#define __device_builtin_texture_type__
#define __device_builtin_surface_type__
#define __cudart_builtin__
#define __CUDA_HOSTDEVICE__ __host__ __device__

#define CUDARTAPI
#define CUDARTAPI_CDECL
#define CUDART_CB

#endif
