// Texture and surface references, as CUDA had them up to version 11: variables of a file that the
// host binds to memory. Clang makes such a variable 64 bits in device code, in which the runtime
// puts the handle of an object (runtime/texture_references.cpp).
#ifndef SAMPAN_TEXTURE_REFERENCES_H
#define SAMPAN_TEXTURE_REFERENCES_H

#if defined(__CUDA__) && defined(__clang__)
#define __SAMPAN_TEXTURE_TYPE __attribute__((device_builtin_texture_type))
#define __SAMPAN_SURFACE_TYPE __attribute__((device_builtin_surface_type))
#else
#define __SAMPAN_TEXTURE_TYPE
#define __SAMPAN_SURFACE_TYPE
#endif

template <class T, int texType = cudaTextureType1D,
          enum cudaTextureReadMode mode = cudaReadModeElementType>
struct __SAMPAN_TEXTURE_TYPE texture : textureReference {
  texture(int norm = 0, enum cudaTextureFilterMode filter = cudaFilterModePoint,
          enum cudaTextureAddressMode address = cudaAddressModeClamp)
      : texture(norm, filter, address, cudaCreateChannelDesc<T>()) {}
  texture(int norm, enum cudaTextureFilterMode filter, enum cudaTextureAddressMode address,
          struct cudaChannelFormatDesc format)
      : textureReference() {
    normalized = norm;
    filterMode = filter;
    addressMode[0] = addressMode[1] = addressMode[2] = address;
    channelDesc = format;
  }
};

template <class T, int dim = cudaSurfaceType1D>
struct __SAMPAN_SURFACE_TYPE surface : surfaceReference {
  surface() : surfaceReference() { channelDesc = cudaCreateChannelDesc<T>(); }
};
template <int dim> struct __SAMPAN_SURFACE_TYPE surface<void, dim> : surfaceReference {
  surface() : surfaceReference() {}
};

#undef __SAMPAN_TEXTURE_TYPE
#undef __SAMPAN_SURFACE_TYPE

// ---- Binding ------------------------------------------------------------------------------------

template <class T, int dim, enum cudaTextureReadMode mode>
static inline cudaError_t cudaBindTexture(size_t *offset, const texture<T, dim, mode> &reference,
                                          const void *memory, const cudaChannelFormatDesc &format,
                                          size_t size = 0xffffffffu) {
  return ::cudaBindTexture(offset, (const textureReference *)&reference, memory, &format, size);
}
template <class T, int dim, enum cudaTextureReadMode mode>
static inline cudaError_t cudaBindTexture(size_t *offset, const texture<T, dim, mode> &reference,
                                          const void *memory, size_t size = 0xffffffffu) {
  return cudaBindTexture(offset, reference, memory, reference.channelDesc, size);
}
template <class T, int dim, enum cudaTextureReadMode mode>
static inline cudaError_t cudaBindTexture2D(size_t *offset, const texture<T, dim, mode> &reference,
                                            const void *memory, const cudaChannelFormatDesc &format,
                                            size_t width, size_t height, size_t pitch) {
  return ::cudaBindTexture2D(offset, (const textureReference *)&reference, memory, &format, width,
                             height, pitch);
}
template <class T, int dim, enum cudaTextureReadMode mode>
static inline cudaError_t cudaBindTexture2D(size_t *offset, const texture<T, dim, mode> &reference,
                                            const void *memory, size_t width, size_t height,
                                            size_t pitch) {
  return cudaBindTexture2D(offset, reference, memory, reference.channelDesc, width, height, pitch);
}
template <class T, int dim, enum cudaTextureReadMode mode>
static inline cudaError_t cudaBindTextureToArray(const texture<T, dim, mode> &reference,
                                                 cudaArray_const_t array,
                                                 const cudaChannelFormatDesc &format) {
  return ::cudaBindTextureToArray((const textureReference *)&reference, array, &format);
}
template <class T, int dim, enum cudaTextureReadMode mode>
static inline cudaError_t cudaBindTextureToArray(const texture<T, dim, mode> &reference,
                                                 cudaArray_const_t array) {
  cudaChannelFormatDesc format;
  cudaError_t error = cudaGetChannelDesc(&format, array);
  return error == cudaSuccess ? cudaBindTextureToArray(reference, array, format) : error;
}
template <class T, int dim, enum cudaTextureReadMode mode>
static inline cudaError_t cudaUnbindTexture(const texture<T, dim, mode> &reference) {
  return ::cudaUnbindTexture((const textureReference *)&reference);
}
template <class T, int dim, enum cudaTextureReadMode mode>
static inline cudaError_t cudaGetTextureAlignmentOffset(size_t *offset,
                                                        const texture<T, dim, mode> &reference) {
  return ::cudaGetTextureAlignmentOffset(offset, (const textureReference *)&reference);
}
template <class T, int dim>
static inline cudaError_t cudaBindSurfaceToArray(const surface<T, dim> &reference,
                                                 cudaArray_const_t array,
                                                 const cudaChannelFormatDesc &format) {
  return ::cudaBindSurfaceToArray((const surfaceReference *)&reference, array, &format);
}
template <class T, int dim>
static inline cudaError_t cudaBindSurfaceToArray(const surface<T, dim> &reference,
                                                 cudaArray_const_t array) {
  cudaChannelFormatDesc format;
  cudaError_t error = cudaGetChannelDesc(&format, array);
  return error == cudaSuccess ? cudaBindSurfaceToArray(reference, array, format) : error;
}

// ---- Reading and writing ------------------------------------------------------------------------

#if defined(__CUDA__) && defined(__clang__)
namespace __sampan_texture {

// What a texture of `T` gives: its elements, or floats from 0 or -1 to 1.
template <class T, enum cudaTextureReadMode mode, bool scalar = __is_arithmetic(T)> struct Given {
  typedef T type;
};
template <class T> struct Given<T, cudaReadModeNormalizedFloat, true> {
  typedef float type;
};
template <int count> struct Floats;
template <> struct Floats<1> {
  typedef float1 type;
};
template <> struct Floats<2> {
  typedef float2 type;
};
template <> struct Floats<4> {
  typedef float4 type;
};
template <class T> struct Given<T, cudaReadModeNormalizedFloat, false> : Floats<Texel<T>::count> {};

// Four of its components, as tex2Dgather gives them.
template <class Base> struct Four;
template <> struct Four<char> {
  typedef char4 type;
};
template <> struct Four<signed char> {
  typedef char4 type;
};
template <> struct Four<unsigned char> {
  typedef uchar4 type;
};
template <> struct Four<short> {
  typedef short4 type;
};
template <> struct Four<unsigned short> {
  typedef ushort4 type;
};
template <> struct Four<int> {
  typedef int4 type;
};
template <> struct Four<unsigned int> {
  typedef uint4 type;
};
template <> struct Four<float> {
  typedef float4 type;
};
template <class T, enum cudaTextureReadMode mode>
struct Gathered : Four<typename Texel<typename Given<T, mode>::type>::Base> {};

// As an argument, a reference is nothing but its 64 bits.
template <class Reference> __device__ inline unsigned long long bound(Reference reference) {
  return *(const unsigned long long *)&reference;
}

} // namespace __sampan_texture

#define __SAMPAN_LIST(...) __VA_ARGS__
#define __SAMPAN_TEXTURE(name, dimension, parameters, arguments)                                   \
  template <class T, enum cudaTextureReadMode mode>                                                \
  __device__ inline typename __sampan_texture::Given<T, mode>::type name(                          \
      texture<T, dimension, mode> reference, __SAMPAN_LIST parameters) {                           \
    return name<typename __sampan_texture::Given<T, mode>::type>(                                  \
        (cudaTextureObject_t)__sampan_texture::bound(reference), __SAMPAN_LIST arguments);         \
  }
__SAMPAN_TEXTURE(tex1Dfetch, cudaTextureType1D, (int x), (x))
__SAMPAN_TEXTURE(tex1D, cudaTextureType1D, (float x), (x))
__SAMPAN_TEXTURE(tex1DLod, cudaTextureType1D, (float x, float level), (x, level))
__SAMPAN_TEXTURE(tex1DGrad, cudaTextureType1D, (float x, float dx, float dy), (x, dx, dy))
__SAMPAN_TEXTURE(tex2D, cudaTextureType2D, (float x, float y), (x, y))
__SAMPAN_TEXTURE(tex2DLod, cudaTextureType2D, (float x, float y, float level), (x, y, level))
__SAMPAN_TEXTURE(tex2DGrad, cudaTextureType2D, (float x, float y, float2 dx, float2 dy),
                 (x, y, dx, dy))
__SAMPAN_TEXTURE(tex3D, cudaTextureType3D, (float x, float y, float z), (x, y, z))
__SAMPAN_TEXTURE(tex3DLod, cudaTextureType3D, (float x, float y, float z, float level),
                 (x, y, z, level))
__SAMPAN_TEXTURE(tex3DGrad, cudaTextureType3D, (float x, float y, float z, float4 dx, float4 dy),
                 (x, y, z, dx, dy))
__SAMPAN_TEXTURE(tex1DLayered, cudaTextureType1DLayered, (float x, int layer), (x, layer))
__SAMPAN_TEXTURE(tex1DLayeredLod, cudaTextureType1DLayered, (float x, int layer, float level),
                 (x, layer, level))
__SAMPAN_TEXTURE(tex2DLayered, cudaTextureType2DLayered, (float x, float y, int layer),
                 (x, y, layer))
__SAMPAN_TEXTURE(tex2DLayeredLod, cudaTextureType2DLayered,
                 (float x, float y, int layer, float level), (x, y, layer, level))
__SAMPAN_TEXTURE(texCubemap, cudaTextureTypeCubemap, (float x, float y, float z), (x, y, z))
__SAMPAN_TEXTURE(texCubemapLod, cudaTextureTypeCubemap, (float x, float y, float z, float level),
                 (x, y, z, level))
__SAMPAN_TEXTURE(texCubemapLayered, cudaTextureTypeCubemapLayered,
                 (float x, float y, float z, int layer), (x, y, z, layer))
__SAMPAN_TEXTURE(texCubemapLayeredLod, cudaTextureTypeCubemapLayered,
                 (float x, float y, float z, int layer, float level), (x, y, z, layer, level))
#undef __SAMPAN_TEXTURE
template <class T, enum cudaTextureReadMode mode>
__device__ inline typename __sampan_texture::Gathered<T, mode>::type
tex2Dgather(texture<T, cudaTextureType2D, mode> reference, float x, float y, int component = 0) {
  return tex2Dgather<typename __sampan_texture::Gathered<T, mode>::type>(
      (cudaTextureObject_t)__sampan_texture::bound(reference), x, y, component);
}

#define __SAMPAN_SURFACE(name, dimension, parameters, arguments)                                   \
  template <class T>                                                                               \
  __device__ inline T name##read(surface<void, dimension> reference, __SAMPAN_LIST parameters,     \
                                 cudaSurfaceBoundaryMode mode = cudaBoundaryModeTrap) {            \
    return name##read<T>((cudaSurfaceObject_t)__sampan_texture::bound(reference),                  \
                         __SAMPAN_LIST arguments, mode);                                           \
  }                                                                                                \
  template <class T>                                                                               \
  __device__ inline void name##read(T *to, surface<void, dimension> reference,                     \
                                    __SAMPAN_LIST parameters,                                      \
                                    cudaSurfaceBoundaryMode mode = cudaBoundaryModeTrap) {         \
    *to = name##read<T>((cudaSurfaceObject_t)__sampan_texture::bound(reference),                   \
                        __SAMPAN_LIST arguments, mode);                                            \
  }                                                                                                \
  template <class T>                                                                               \
  __device__ inline void name##write(T value, surface<void, dimension> reference,                  \
                                     __SAMPAN_LIST parameters,                                     \
                                     cudaSurfaceBoundaryMode mode = cudaBoundaryModeTrap) {        \
    name##write(value, (cudaSurfaceObject_t)__sampan_texture::bound(reference),                    \
                __SAMPAN_LIST arguments, mode);                                                    \
  }
__SAMPAN_SURFACE(surf1D, cudaSurfaceType1D, (int x), (x))
__SAMPAN_SURFACE(surf2D, cudaSurfaceType2D, (int x, int y), (x, y))
__SAMPAN_SURFACE(surf3D, cudaSurfaceType3D, (int x, int y, int z), (x, y, z))
__SAMPAN_SURFACE(surf1DLayered, cudaSurfaceType1DLayered, (int x, int layer), (x, layer))
__SAMPAN_SURFACE(surf2DLayered, cudaSurfaceType2DLayered, (int x, int y, int layer), (x, y, layer))
__SAMPAN_SURFACE(surfCubemap, cudaSurfaceTypeCubemap, (int x, int y, int face), (x, y, face))
__SAMPAN_SURFACE(surfCubemapLayered, cudaSurfaceTypeCubemapLayered, (int x, int y, int layerFace),
                 (x, y, layerFace))
#undef __SAMPAN_SURFACE
#undef __SAMPAN_LIST
#endif

#endif
