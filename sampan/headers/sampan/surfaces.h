// Surface objects: arrays that kernels read and write. x counts bytes, the other coordinates count
// elements, as the CUDA programming guide has it.
#ifndef SAMPAN_SURFACES_H
#define SAMPAN_SURFACES_H

#include "texels.h"

namespace __sampan_texture {

// Where `size` bytes from x on lie. Null: outside, where the mode says to leave it alone.
__device__ inline char *surface_place(unsigned long long handle, int size, int x, int y, int z,
                                      int layer, cudaSurfaceBoundaryMode mode) {
  const SampanTexture &t = *(const SampanTexture *)handle;
  int width = t.extent[0] * int(t.element);
  bool inside = x >= 0 && x <= width - size && y >= 0 && y < t.extent[1] && z >= 0 &&
                z < t.extent[2] && layer >= 0 && layer < t.layers;
  if (!inside) {
    if (mode == cudaBoundaryModeTrap)
      __builtin_trap();
    if (mode == cudaBoundaryModeZero)
      return nullptr;
    x = x < 0 ? 0 : x > width - size ? width - size : x;
    y = y < 0 ? 0 : y >= t.extent[1] ? t.extent[1] - 1 : y;
    z = z < 0 ? 0 : z >= t.extent[2] ? t.extent[2] - 1 : z;
    layer = layer < 0 ? 0 : layer >= t.layers ? t.layers - 1 : layer;
  }
  return const_cast<char *>(t.data) + (z + layer) * t.slice + y * t.pitch + x;
}

template <class T>
__device__ inline T surface_read(unsigned long long handle, int x, int y, int z, int layer,
                                 cudaSurfaceBoundaryMode mode) {
  const char *at = surface_place(handle, sizeof(T), x, y, z, layer, mode);
  return at ? *(const T *)at : T();
}

template <class T>
__device__ inline void surface_write(T value, unsigned long long handle, int x, int y, int z,
                                     int layer, cudaSurfaceBoundaryMode mode) {
  char *at = surface_place(handle, sizeof(T), x, y, z, layer, mode);
  if (at)
    *(T *)at = value;
}

} // namespace __sampan_texture

#define __SAMPAN_SURFACE(name, parameters, places)                                                 \
  template <class T>                                                                               \
  __device__ inline T name##read(cudaSurfaceObject_t surface, __SAMPAN_LIST parameters,            \
                                 cudaSurfaceBoundaryMode mode = cudaBoundaryModeTrap) {            \
    return __sampan_texture::surface_read<T>(surface, __SAMPAN_LIST places, mode);                 \
  }                                                                                                \
  template <class T>                                                                               \
  __device__ inline void name##read(T *to, cudaSurfaceObject_t surface, __SAMPAN_LIST parameters,  \
                                    cudaSurfaceBoundaryMode mode = cudaBoundaryModeTrap) {         \
    *to = __sampan_texture::surface_read<T>(surface, __SAMPAN_LIST places, mode);                  \
  }                                                                                                \
  template <class T>                                                                               \
  __device__ inline void name##write(T value, cudaSurfaceObject_t surface,                         \
                                     __SAMPAN_LIST parameters,                                     \
                                     cudaSurfaceBoundaryMode mode = cudaBoundaryModeTrap) {        \
    __sampan_texture::surface_write(value, surface, __SAMPAN_LIST places, mode);                   \
  }
#define __SAMPAN_LIST(...) __VA_ARGS__
__SAMPAN_SURFACE(surf1D, (int x), (x, 0, 0, 0))
__SAMPAN_SURFACE(surf2D, (int x, int y), (x, y, 0, 0))
__SAMPAN_SURFACE(surf3D, (int x, int y, int z), (x, y, z, 0))
__SAMPAN_SURFACE(surf1DLayered, (int x, int layer), (x, 0, 0, layer))
__SAMPAN_SURFACE(surf2DLayered, (int x, int y, int layer), (x, y, 0, layer))
// Faces of cubemaps are layers, six of each.
__SAMPAN_SURFACE(surfCubemap, (int x, int y, int face), (x, y, 0, face))
__SAMPAN_SURFACE(surfCubemapLayered, (int x, int y, int layerFace), (x, y, 0, layerFace))
#undef __SAMPAN_SURFACE
#undef __SAMPAN_LIST

#endif
