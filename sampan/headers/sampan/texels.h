// Elements of textures and surfaces: what a type consists of, and how one is read.
#ifndef SAMPAN_TEXELS_H
#define SAMPAN_TEXELS_H

#include "../vector_types.h"

#include "sampan_cuda_types.h"
#include "sampan_texture.h"

namespace __sampan_texture {

// Component `Base`, how many of them, and access by number.
template <class T> struct Texel;

#define __SAMPAN_SCALAR(type)                                                                      \
  template <> struct Texel<type> {                                                                 \
    typedef type Base;                                                                             \
    static constexpr int count = 1;                                                                \
    __device__ static void set(type &to, int, type value) { to = value; }                          \
  };
#define __SAMPAN_VECTORS(name, base)                                                               \
  template <> struct Texel<name##1> {                                                              \
    typedef base Base;                                                                             \
    static constexpr int count = 1;                                                                \
    __device__ static void set(name##1 & to, int, base value) { to.x = value; }                    \
  };                                                                                               \
  template <> struct Texel<name##2> {                                                              \
    typedef base Base;                                                                             \
    static constexpr int count = 2;                                                                \
    __device__ static void set(name##2 & to, int c, base value) { (c ? to.y : to.x) = value; }     \
  };                                                                                               \
  template <> struct Texel<name##4> {                                                              \
    typedef base Base;                                                                             \
    static constexpr int count = 4;                                                                \
    __device__ static void set(name##4 & to, int c, base value) {                                  \
      (c == 0 ? to.x : c == 1 ? to.y : c == 2 ? to.z : to.w) = value;                              \
    }                                                                                              \
  };
__SAMPAN_SCALAR(char)
__SAMPAN_SCALAR(signed char)
__SAMPAN_SCALAR(unsigned char)
__SAMPAN_SCALAR(short)
__SAMPAN_SCALAR(unsigned short)
__SAMPAN_SCALAR(int)
__SAMPAN_SCALAR(unsigned int)
__SAMPAN_SCALAR(long)
__SAMPAN_SCALAR(unsigned long)
__SAMPAN_SCALAR(long long)
__SAMPAN_SCALAR(unsigned long long)
__SAMPAN_SCALAR(float)
__SAMPAN_VECTORS(char, signed char)
__SAMPAN_VECTORS(uchar, unsigned char)
__SAMPAN_VECTORS(short, short)
__SAMPAN_VECTORS(ushort, unsigned short)
__SAMPAN_VECTORS(int, int)
__SAMPAN_VECTORS(uint, unsigned int)
__SAMPAN_VECTORS(long, long)
__SAMPAN_VECTORS(ulong, unsigned long)
__SAMPAN_VECTORS(longlong, long long)
__SAMPAN_VECTORS(ulonglong, unsigned long long)
__SAMPAN_VECTORS(float, float)
#undef __SAMPAN_SCALAR
#undef __SAMPAN_VECTORS

// IEEE 754 binary16 by hand: this header comes before those that know it.
__device__ inline float half_to_float(unsigned bits) {
  unsigned sign = (bits & 0x8000u) << 16, rest = bits & 0x7fffu;
  if (rest >= 0x7c00u)
    return __builtin_bit_cast(float, sign | 0x7f800000u | (rest & 0x3ffu) << 13);
  // As a number too small by 2^112, denormals included, which the product makes right.
  float scaled = __builtin_bit_cast(float, rest << 13) * 0x1p112f;
  return __builtin_bit_cast(float, __builtin_bit_cast(unsigned, scaled) | sign);
}

__device__ inline long long load_integer(const SampanTexture &t, const char *at) {
  bool is_signed = t.kind == cudaChannelFormatKindSigned;
  switch (t.channel_bytes) {
  case 1:
    return is_signed ? (long long)*(const signed char *)at : *(const unsigned char *)at;
  case 2:
    return is_signed ? (long long)*(const short *)at : *(const unsigned short *)at;
  default:
    return is_signed ? (long long)*(const int *)at : *(const unsigned int *)at;
  }
}

__device__ inline float from_srgb(float x) { // IEC 61966-2-1
  return x <= 0.04045f ? x / 12.92f : powf((x + 0.055f) / 1.055f, 2.4f);
}

// Component `c` of the element at `at`; what the element does not have is 0.
template <class Base>
__device__ inline Base component(const SampanTexture &t, const char *at, unsigned c) {
  if (c >= t.channels)
    return Base(0);
  at += c * t.channel_bytes;
  if (__is_same(Base, float)) {
    if (t.read_normalised) {
      float value = float(load_integer(t, at));
      if (t.kind != cudaChannelFormatKindSigned) {
        value /= t.channel_bytes == 1 ? 255.0f : 65535.0f;
        return Base(t.srgb && c < 3 ? from_srgb(value) : value);
      }
      value /= t.channel_bytes == 1 ? 127.0f : 32767.0f;
      return Base(value < -1 ? -1.0f : value);
    }
    if (t.channel_bytes == 2 && t.kind == cudaChannelFormatKindFloat)
      return Base(half_to_float(*(const unsigned short *)at));
  }
  if (t.channel_bytes == sizeof(Base))
    return *(const Base *)at;
  return Base(load_integer(t, at));
}

// Whether elements are a `T` as they lie in memory.
template <class T> __device__ inline bool is_direct(const SampanTexture &t) {
  return t.channel_bytes == sizeof(typename Texel<T>::Base) && t.channels >= Texel<T>::count &&
         !t.read_normalised;
}

template <class T, bool Direct> __device__ inline T load(const SampanTexture &t, const char *at) {
  typedef typename Texel<T>::Base Base;
  T result;
  if (Direct) {
    for (int c = 0; c < Texel<T>::count; ++c)
      Texel<T>::set(result, c, ((const Base *)at)[c]);
    return result;
  }
  for (int c = 0; c < Texel<T>::count; ++c)
    Texel<T>::set(result, c, component<Base>(t, at, c));
  return result;
}

} // namespace __sampan_texture

#endif
