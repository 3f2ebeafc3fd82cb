// Levels of detail of mipmapped textures. A function that names no level reads the first one.
#ifndef SAMPAN_MIPMAPS_H
#define SAMPAN_MIPMAPS_H

#include "cubemaps.h"

namespace __sampan_texture {

// Only numbers with a point can be filtered: the others are the first of the two.
template <class T> __device__ inline T between(T first, T, float) { return first; }
__device__ inline float between(float a, float b, float share) { return blend(a, b, share); }
__device__ inline float1 between(float1 a, float1 b, float share) { return blend(a, b, share); }
__device__ inline float2 between(float2 a, float2 b, float share) { return blend(a, b, share); }
__device__ inline float4 between(float4 a, float4 b, float share) { return blend(a, b, share); }

// `read` reads from one level. The share of the second level has eight bits, as those of elements.
template <class T, class Read>
__device__ inline T at_level(const SampanTexture &t, float level, Read read) {
  if (!t.levels)
    return read(t);
  level += t.level_bias;
  level = level > t.least_level ? level : t.least_level; // what is no number is the least
  level = level < t.greatest_level ? level : t.greatest_level;
  float last = float(t.last_level);
  level = level < 0 ? 0 : level > last ? last : level;
  if (!t.mip_linear)
    return read(t.levels[int(level + 0.5f)]);
  int first = int(level);
  float share = floorf((level - float(first)) * 256 + 0.5f) * (1.0f / 256);
  T result = read(t.levels[first]);
  return share > 0 ? between(result, read(t.levels[first + 1]), share) : result;
}

template <class T, int Axes>
__device__ inline T sample_level(unsigned long long handle, int layer, float x, float y, float z,
                                 float level) {
  return at_level<T>(of(handle), level,
                     [=](const SampanTexture &t) { return sample_in<T, Axes>(t, layer, x, y, z); });
}

template <class T>
__device__ inline T sample_cube_level(unsigned long long handle, int layer, float x, float y,
                                      float z, float level) {
  return at_level<T>(of(handle), level,
                     [=](const SampanTexture &t) { return sample_cube_in<T>(t, layer, x, y, z); });
}

// The level at which a step to the next pixel is one element, for the longer of both steps.
__device__ inline float level_of_steps(float a, float b) {
  float longer = a > b ? a : b;
  return longer > 0 ? 0.5f * log2f(longer) : -__builtin_inff();
}
__device__ inline float square(const SampanTexture &t, int axis, float step) {
  step *= t.normalised ? t.extent[axis] : 1;
  return step * step;
}
__device__ inline float level_of(unsigned long long handle, float dx, float dy) {
  const SampanTexture &t = of(handle);
  return level_of_steps(square(t, 0, dx), square(t, 0, dy));
}
__device__ inline float level_of(unsigned long long handle, float2 dx, float2 dy) {
  const SampanTexture &t = of(handle);
  return level_of_steps(square(t, 0, dx.x) + square(t, 1, dx.y),
                        square(t, 0, dy.x) + square(t, 1, dy.y));
}
__device__ inline float level_of(unsigned long long handle, float4 dx, float4 dy) {
  const SampanTexture &t = of(handle);
  return level_of_steps(square(t, 0, dx.x) + square(t, 1, dx.y) + square(t, 2, dx.z),
                        square(t, 0, dy.x) + square(t, 1, dy.y) + square(t, 2, dy.z));
}

} // namespace __sampan_texture

#endif
