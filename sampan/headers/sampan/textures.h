// The functions that read texture objects.
#ifndef SAMPAN_TEXTURES_H
#define SAMPAN_TEXTURES_H

#include "cubemaps.h"
#include "mipmaps.h"
#include "texture_sampling.h"

// Every function in two forms: one returns the value, one takes where to put it.
#define __SAMPAN_TEXTURE(name, parameters, ...)                                                    \
  template <class T>                                                                               \
  __device__ inline T name(cudaTextureObject_t texture, __SAMPAN_LIST parameters) {                \
    return __sampan_texture::__VA_ARGS__;                                                          \
  }                                                                                                \
  template <class T>                                                                               \
  __device__ inline void name(T *to, cudaTextureObject_t texture, __SAMPAN_LIST parameters) {      \
    *to = __sampan_texture::__VA_ARGS__;                                                           \
  }
#define __SAMPAN_LIST(...) __VA_ARGS__
__SAMPAN_TEXTURE(tex1Dfetch, (int x), fetch<T>(texture, x))
__SAMPAN_TEXTURE(tex1D, (float x), sample<T, 1>(texture, 0, x, 0, 0))
__SAMPAN_TEXTURE(tex1DLod, (float x, float level), sample_level<T, 1>(texture, 0, x, 0, 0, level))
__SAMPAN_TEXTURE(tex1DGrad, (float x, float dx, float dy),
                 sample_level<T, 1>(texture, 0, x, 0, 0,
                                    __sampan_texture::level_of(texture, dx, dy)))
__SAMPAN_TEXTURE(tex2D, (float x, float y), sample<T, 2>(texture, 0, x, y, 0))
__SAMPAN_TEXTURE(tex2DLod, (float x, float y, float level),
                 sample_level<T, 2>(texture, 0, x, y, 0, level))
__SAMPAN_TEXTURE(tex2DGrad, (float x, float y, float2 dx, float2 dy),
                 sample_level<T, 2>(texture, 0, x, y, 0,
                                    __sampan_texture::level_of(texture, dx, dy)))
__SAMPAN_TEXTURE(tex3D, (float x, float y, float z), sample<T, 3>(texture, 0, x, y, z))
__SAMPAN_TEXTURE(tex3DLod, (float x, float y, float z, float level),
                 sample_level<T, 3>(texture, 0, x, y, z, level))
__SAMPAN_TEXTURE(tex3DGrad, (float x, float y, float z, float4 dx, float4 dy),
                 sample_level<T, 3>(texture, 0, x, y, z,
                                    __sampan_texture::level_of(texture, dx, dy)))
__SAMPAN_TEXTURE(tex1DLayered, (float x, int layer), sample<T, 1>(texture, layer, x, 0, 0))
__SAMPAN_TEXTURE(tex1DLayeredLod, (float x, int layer, float level),
                 sample_level<T, 1>(texture, layer, x, 0, 0, level))
__SAMPAN_TEXTURE(tex1DLayeredGrad, (float x, int layer, float dx, float dy),
                 sample_level<T, 1>(texture, layer, x, 0, 0,
                                    __sampan_texture::level_of(texture, dx, dy)))
__SAMPAN_TEXTURE(tex2DLayered, (float x, float y, int layer), sample<T, 2>(texture, layer, x, y, 0))
__SAMPAN_TEXTURE(tex2DLayeredLod, (float x, float y, int layer, float level),
                 sample_level<T, 2>(texture, layer, x, y, 0, level))
__SAMPAN_TEXTURE(tex2DLayeredGrad, (float x, float y, int layer, float2 dx, float2 dy),
                 sample_level<T, 2>(texture, layer, x, y, 0,
                                    __sampan_texture::level_of(texture, dx, dy)))
__SAMPAN_TEXTURE(texCubemap, (float x, float y, float z), sample_cube<T>(texture, 0, x, y, z))
__SAMPAN_TEXTURE(texCubemapLod, (float x, float y, float z, float level),
                 sample_cube_level<T>(texture, 0, x, y, z, level))
__SAMPAN_TEXTURE(texCubemapLayered, (float x, float y, float z, int layer),
                 sample_cube<T>(texture, layer, x, y, z))
__SAMPAN_TEXTURE(texCubemapLayeredLod, (float x, float y, float z, int layer, float level),
                 sample_cube_level<T>(texture, layer, x, y, z, level))
#undef __SAMPAN_TEXTURE
#undef __SAMPAN_LIST

template <class T>
__device__ inline T tex2Dgather(cudaTextureObject_t texture, float x, float y, int component = 0) {
  return __sampan_texture::gather<T>(texture, x, y, component);
}
template <class T>
__device__ inline void tex2Dgather(T *to, cudaTextureObject_t texture, float x, float y,
                                   int component = 0) {
  *to = __sampan_texture::gather<T>(texture, x, y, component);
}

#endif
