// Cubemaps: six square layers that a direction is looked up in, after the CUDA programming guide,
// "Cubemap Textures".
#ifndef SAMPAN_CUBEMAPS_H
#define SAMPAN_CUBEMAPS_H

#include "texture_sampling.h"

namespace __sampan_texture {

struct CubePlace {
  int face;
  float x, y; // on it, from 0 to 1
};

// Where two coordinates are equally large the guide leaves the face open: z goes before y before x.
__device__ inline CubePlace cube_place(float x, float y, float z) {
  float ax = fabsf(x), ay = fabsf(y), az = fabsf(z);
  float m, s, t;
  int face;
  if (az >= ax && az >= ay)
    face = z < 0 ? 5 : 4, m = az, s = z < 0 ? -x : x, t = -y;
  else if (ay >= ax)
    face = y < 0 ? 3 : 2, m = ay, s = x, t = y < 0 ? -z : z;
  else
    face = x < 0 ? 1 : 0, m = ax, s = x < 0 ? z : -z, t = -y;
  return {face, (s / m + 1) * 0.5f, (t / m + 1) * 0.5f};
}

__device__ inline float added(float sum, float value, float w) { return sum + value * w; }
__device__ inline float1 added(float1 sum, float1 v, float w) { return {added(sum.x, v.x, w)}; }
__device__ inline float2 added(float2 sum, float2 v, float w) {
  return {added(sum.x, v.x, w), added(sum.y, v.y, w)};
}
__device__ inline float4 added(float4 sum, float4 v, float w) {
  return {added(sum.x, v.x, w), added(sum.y, v.y, w), added(sum.z, v.z, w), added(sum.w, v.w, w)};
}

// The element at (i, j) of a face, or the one of the next face if that is just beyond an edge.
template <class T, bool Direct>
__device__ inline T cube_element(const SampanTexture &t, int cube, int face, int i, int j) {
  int size = t.extent[0];
  if (i < 0 || j < 0 || i >= size || j >= size) {
    float s = (2 * i + 1) / float(size) - 1, u = (2 * j + 1) / float(size) - 1;
    CubePlace p = face == 0   ? cube_place(1, -u, -s)
                  : face == 1 ? cube_place(-1, -u, s)
                  : face == 2 ? cube_place(s, 1, u)
                  : face == 3 ? cube_place(s, -1, -u)
                  : face == 4 ? cube_place(s, -u, 1)
                              : cube_place(-s, -u, -1);
    face = p.face, i = whole(p.x * size), j = whole(p.y * size);
  }
  return element<T, Direct>(t, cube + face, i, j, 0);
}

// A linear filter over edges. Where three faces meet, the fourth element's share is theirs.
template <class T, bool Direct>
__device__ inline T cube_filter(const SampanTexture &t, int cube, int face, float x, float y) {
  Fraction a = split(x), b = split(y);
  int last = t.extent[0] - 1;
  bool low_x = a.first < 0, high_x = a.first >= last, low_y = b.first < 0, high_y = b.first >= last;
  int corner = !(low_x || high_x) || !(low_y || high_y) ? -1 : !low_x + 2 * !low_y;
  float share[4], lost = 0;
  for (int k = 0; k < 4; ++k) {
    share[k] = (k & 1 ? a.second_share : 1 - a.second_share) *
               (k & 2 ? b.second_share : 1 - b.second_share);
    if (k == corner)
      lost = share[k] / 3, share[k] = 0;
  }
  T sum = {};
  for (int k = 0; k < 4; ++k) {
    if (k != corner)
      sum = added(sum, cube_element<T, Direct>(t, cube, face, a.first + (k & 1), b.first + k / 2),
                  share[k] + lost);
  }
  return sum;
}

template <class T, bool Direct> struct CubeSample { // as `Sample`
  __device__ static T filtered(const SampanTexture &t, int cube, int face, float x, float y) {
    return element<T, Direct>(t, cube + face, whole(x), whole(y), 0);
  }
};
#define __SAMPAN_FILTERED(type)                                                                    \
  template <bool Direct> struct CubeSample<type, Direct> {                                         \
    __device__ static type filtered(const SampanTexture &t, int cube, int face, float x,           \
                                    float y) {                                                     \
      return cube_filter<type, Direct>(t, cube, face, x, y);                                       \
    }                                                                                              \
  };
__SAMPAN_FILTERED(float)
__SAMPAN_FILTERED(float1)
__SAMPAN_FILTERED(float2)
__SAMPAN_FILTERED(float4)
#undef __SAMPAN_FILTERED

template <class T, bool Direct>
__device__ inline T sample_cube_as(const SampanTexture &t, int cube, const CubePlace &p) {
  float x = p.x * t.extent[0], y = p.y * t.extent[0];
  return t.linear && t.seamless ? CubeSample<T, Direct>::filtered(t, cube, p.face, x, y)
                                : sample_as<T, 2, Direct>(t, cube + p.face, x, y, 0);
}

// The runtime makes the address mode of cubemaps clamp: without `seamless`, faces are by
// themselves.
template <class T>
__device__ inline T sample_cube_in(const SampanTexture &t, int layer, float x, float y, float z) {
  CubePlace p = cube_place(x, y, z);
  int last = t.layers / 6 - 1;
  int cube = 6 * (layer < 0 ? 0 : layer > last ? last : layer);
  return is_direct<T>(t) ? sample_cube_as<T, true>(t, cube, p)
                         : sample_cube_as<T, false>(t, cube, p);
}

template <class T>
__device__ inline T sample_cube(unsigned long long handle, int layer, float x, float y, float z) {
  return sample_cube_in<T>(of(handle), layer, x, y, z);
}

} // namespace __sampan_texture

#endif
