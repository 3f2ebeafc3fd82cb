// How textures are read. The rules are those of the CUDA programming guide, "Texture Fetching": the
// fraction of a coordinate has eight bits where the filter is linear.
#ifndef SAMPAN_TEXTURE_SAMPLING_H
#define SAMPAN_TEXTURE_SAMPLING_H

#include "texels.h"

namespace __sampan_texture {

__device__ inline const SampanTexture &of(unsigned long long handle) {
  return *(const SampanTexture *)handle;
}

// A coordinate in elements, brought into the texture where it repeats.
__device__ inline float place(const SampanTexture &t, int axis, float x) {
  if (!t.normalised)
    return x;
  int mode = t.address[axis];
  float whole = floorf(x);
  if (mode == cudaAddressModeWrap)
    x -= whole;
  else if (mode == cudaAddressModeMirror)
    x = (int(whole) & 1) ? 1 - (x - whole) : x - whole;
  return x * t.extent[axis];
}

// An element's index, brought into the texture; negative where the border begins.
__device__ inline int index(const SampanTexture &t, int axis, int i) {
  int last = t.extent[axis] - 1, mode = t.address[axis];
  if (mode == cudaAddressModeBorder)
    return i < 0 || i > last ? -1 : i;
  if (mode == cudaAddressModeWrap && t.normalised)
    return i < 0 ? i + last + 1 : i > last ? i - last - 1 : i;
  return i < 0 ? 0 : i > last ? last : i;
}

__device__ inline int whole(float x) { // of a coordinate; what is no number is 0
  return x >= -2147483648.0f && x < 2147483648.0f ? int(floorf(x)) : x > 0 ? 2147483647 : 0;
}

template <class T, bool Direct>
__device__ inline T element(const SampanTexture &t, int layer, int x, int y, int z) {
  x = index(t, 0, x), y = index(t, 1, y), z = index(t, 2, z);
  if ((x | y | z) < 0) {
    T border;
    for (int c = 0; c < Texel<T>::count; ++c)
      Texel<T>::set(border, c, typename Texel<T>::Base(t.border[c]));
    return border;
  }
  return load<T, Direct>(t, t.data + (z + layer) * t.slice + y * t.pitch +
                                (unsigned long long)x * t.element);
}

struct Fraction { // between two neighbours
  int first;
  float second_share;
};

__device__ inline Fraction split(float x) {
  x -= 0.5f;
  int first = whole(x);
  return {first, floorf((x - floorf(x)) * 256 + 0.5f) * (1.0f / 256)};
}

template <class T, int Axes, bool Direct> struct Sample {
  __device__ static T nearest(const SampanTexture &t, int layer, float x, float y, float z) {
    return element<T, Direct>(t, layer, whole(x), Axes > 1 ? whole(y) : 0, Axes > 2 ? whole(z) : 0);
  }
  __device__ static T filtered(const SampanTexture &t, int layer, float x, float y, float z) {
    return nearest(t, layer, x, y, z);
  }
};

// Only numbers with a point can be filtered.
__device__ inline float blend(float a, float b, float share) { return a * (1 - share) + b * share; }
__device__ inline float1 blend(float1 a, float1 b, float s) { return {blend(a.x, b.x, s)}; }
__device__ inline float2 blend(float2 a, float2 b, float s) {
  return {blend(a.x, b.x, s), blend(a.y, b.y, s)};
}
__device__ inline float4 blend(float4 a, float4 b, float s) {
  return {blend(a.x, b.x, s), blend(a.y, b.y, s), blend(a.z, b.z, s), blend(a.w, b.w, s)};
}

template <class T, int Axes, bool Direct>
__device__ inline T filter(const SampanTexture &t, int layer, float x, float y, float z) {
  Fraction a = split(x), b{0, 0}, c{0, 0};
  if (Axes > 1)
    b = split(y);
  if (Axes > 2)
    c = split(z);
  auto row = [&](int i, int j) {
    return blend(element<T, Direct>(t, layer, a.first, i, j),
                 element<T, Direct>(t, layer, a.first + 1, i, j), a.second_share);
  };
  auto plane = [&](int j) {
    return Axes > 1 ? blend(row(b.first, j), row(b.first + 1, j), b.second_share) : row(0, j);
  };
  return Axes > 2 ? blend(plane(c.first), plane(c.first + 1), c.second_share) : plane(0);
}

#define __SAMPAN_FILTERED(type)                                                                    \
  template <int Axes, bool Direct> struct Sample<type, Axes, Direct> {                             \
    __device__ static type filtered(const SampanTexture &t, int l, float x, float y, float z) {    \
      return filter<type, Axes, Direct>(t, l, x, y, z);                                            \
    }                                                                                              \
    __device__ static type nearest(const SampanTexture &t, int l, float x, float y, float z) {     \
      return element<type, Direct>(t, l, whole(x), Axes > 1 ? whole(y) : 0,                        \
                                   Axes > 2 ? whole(z) : 0);                                       \
    }                                                                                              \
  };
__SAMPAN_FILTERED(float)
__SAMPAN_FILTERED(float1)
__SAMPAN_FILTERED(float2)
__SAMPAN_FILTERED(float4)
#undef __SAMPAN_FILTERED

template <class T, int Axes, bool Direct>
__device__ inline T sample_as(const SampanTexture &t, int layer, float x, float y, float z) {
  return t.linear ? Sample<T, Axes, Direct>::filtered(t, layer, x, y, z)
                  : Sample<T, Axes, Direct>::nearest(t, layer, x, y, z);
}

template <class T, int Axes>
__device__ inline T sample_in(const SampanTexture &t, int layer, float x, float y, float z) {
  x = place(t, 0, x);
  if (Axes > 1)
    y = place(t, 1, y);
  if (Axes > 2)
    z = place(t, 2, z);
  layer = layer < 0 ? 0 : layer >= t.layers ? t.layers - 1 : layer;
  return is_direct<T>(t) ? sample_as<T, Axes, true>(t, layer, x, y, z)
                         : sample_as<T, Axes, false>(t, layer, x, y, z);
}

template <class T, int Axes>
__device__ inline T sample(unsigned long long handle, int layer, float x, float y, float z) {
  return sample_in<T, Axes>(of(handle), layer, x, y, z);
}

// Linear memory by element number; beyond its end all is 0.
template <class T> __device__ inline T fetch(unsigned long long handle, int x) {
  const SampanTexture &t = of(handle);
  if (x < 0 || x >= t.extent[0]) {
    T zero;
    for (int c = 0; c < Texel<T>::count; ++c)
      Texel<T>::set(zero, c, typename Texel<T>::Base(0));
    return zero;
  }
  const char *at = t.data + (unsigned long long)x * t.element;
  return is_direct<T>(t) ? load<T, true>(t, at) : load<T, false>(t, at);
}

// One component of the four elements that a linear filter would read, in the order of the guide.
template <class T> __device__ inline T gather(unsigned long long handle, float x, float y, int c) {
  typedef typename Texel<T>::Base Base;
  const SampanTexture &t = of(handle);
  int i = whole(place(t, 0, x) - 0.5f), j = whole(place(t, 1, y) - 0.5f);
  auto one = [&](int x, int y) {
    x = index(t, 0, x), y = index(t, 1, y);
    if ((x | y) < 0)
      return Base(t.border[c]);
    return component<Base>(t, t.data + y * t.pitch + (unsigned long long)x * t.element, c);
  };
  T result;
  result.x = one(i, j + 1), result.y = one(i + 1, j + 1);
  result.z = one(i + 1, j), result.w = one(i, j);
  return result;
}

} // namespace __sampan_texture

#endif
