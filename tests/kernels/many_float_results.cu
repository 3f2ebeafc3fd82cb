// Functions that return three or more floats by value. C's convention has a place on the x87 stack
// for the last of four, and LLVM does not take it from there where a function ends with such a call
// and returns another part of the result: after eight rounds of a loop results were no numbers.
#include "check.h"

struct Three {
  double a, b, c;
};

__device__ __noinline__ float4 scaled(const float *p, int i, float by) {
  float x = p[i] * by;
  return make_float4(x, x + 1, x + 2, x + 3);
}
__device__ __noinline__ float4 shifted(const float *p, int i, float by) {
  float x = p[i] + by;
  return make_float4(x, x * 2, x * 3, x * 4);
}
__device__ __noinline__ float first(const float *p, int i) { return shifted(p, i, 2).x; }
__device__ __noinline__ Three three(const float *p, int i) {
  return {p[i] + 0.5, p[i] - 0.5, p[i] * 0.25};
}
__device__ __noinline__ float4 by_pointer_0(const float *p, int i, float by) {
  return scaled(p, i, by);
}
__device__ __noinline__ float4 by_pointer_1(const float *p, int i, float by) {
  return shifted(p, i, by);
}
__device__ float4 (*const by_pointer[])(const float *, int, float) = { by_pointer_0, by_pointer_1 };

__global__ void combine(const float *p, const int *kinds, float *out) {
  int i = threadIdx.x;
  float4 q = kinds[0] ? scaled(p, i, 3) : shifted(p, i, 3);
  out[i] = q.x + 10 * q.y + 100 * q.z + 1000 * q.w;
  out[64 + i] = kinds[1] ? first(p, i) : scaled(p, i, 2).w;
  float4 r = by_pointer[kinds[i] & 1](p, i, 5);
  out[128 + i] = r.z;
  Three t = three(p, i);
  out[192 + i] = float(t.c);
  out[256 + i] = kinds[0] ? float(t.a * t.b) : float(t.b + t.c);
}

int main() {
  float *p = managed<float>(64), *out = managed<float>(320);
  int *kinds = managed<int>(64);
  for (int kind = 0; kind < 2; ++kind) {
    for (int i = 0; i < 64; ++i)
      p[i] = float(i), kinds[i] = (i + kind) % 2;
    combine<<<1, 64>>>(p, kinds, out);
    SYNC();
    for (int i = 0; i < 64; ++i) {
      float s = 3.0f * i, h = i + 3.0f;
      float4 q = kind ? make_float4(s, s + 1, s + 2, s + 3) : make_float4(h, h * 2, h * 3, h * 4);
      EXPECT_EQ(out[i], q.x + 10 * q.y + 100 * q.z + 1000 * q.w);
      EXPECT_EQ(out[64 + i], kinds[1] ? i + 2 : 2 * i + 3);
      EXPECT_EQ(out[128 + i], kinds[i] ? (i + 5) * 3 : i * 5 + 2);
      EXPECT_EQ(out[192 + i], i * 0.25f);
      EXPECT_EQ(out[256 + i], kind ? float((i + 0.5) * (i - 0.5)) : i - 0.5f + i * 0.25f);
    }
  }
  return verdict();
}
