// Numbers of fewer than 32 bits: half, bfloat16 and the two 8-bit formats, as patterns of bits.
//
// A narrow number is computed with as a float. A float has more than twice the digits, so that a
// sum, product, quotient or root of narrow numbers, rounded to float and then to the narrow format,
// is what one rounding gives (Figueroa, "When is double rounding innocuous?", 1995). Where that
// does not hold the float is rounded to odd: inexact results get an odd last bit (Boldo and
// Melquiond).
#ifndef SAMPAN_NARROW_FORMATS_H
#define SAMPAN_NARROW_FORMATS_H

#include "../host_defines.h"

#define __SAMPAN_BOTH static __host__ __device__ __forceinline__

enum __sampan_rounding { __sampan_nearest, __sampan_zero, __sampan_up, __sampan_down };

__SAMPAN_BOTH unsigned int __sampan_bits(float x) { return __builtin_bit_cast(unsigned int, x); }
__SAMPAN_BOTH float __sampan_float(unsigned int x) { return __builtin_bit_cast(float, x); }

// The float next to f with one more or one less in the last place, unless f is exact or odd.
// `above`: the exact number's magnitude is larger than that of f.
__SAMPAN_BOTH float __sampan_to_odd(float f, bool inexact, bool above) {
  const unsigned int bits = __sampan_bits(f), moved = above ? bits + 1 : bits - 1;
  return __sampan_float((inexact & ((bits & 1) == 0)) ? moved : bits);
}
// A double rounded to odd.
__SAMPAN_BOTH float __sampan_odd(double x) {
  const float f = (float)x;
  const double back = (double)f;
  return __sampan_to_odd(f, (back < x) | (back > x), __builtin_fabs(x) > __builtin_fabs(back));
}
// A 64-bit magnitude rounded to odd: the bits that a double has no room for are kept as one.
__SAMPAN_BOTH float __sampan_odd(unsigned long long int x) {
  const unsigned long long int high = x >> 12, sticky = (x & 0xfff) != 0;
  const double large = (double)(long long int)(high | sticky) * 4096.0;
  return __sampan_odd(x < (1ull << 52) ? (double)(long long int)x : large);
}
__SAMPAN_BOTH float __sampan_odd(long long int x) {
  const float size =
      __sampan_odd(x < 0 ? 0ull - (unsigned long long int)x : (unsigned long long int)x);
  return x < 0 ? -size : size;
}

// A float as a pattern of a format with infinities, of `exponent` and `digits` bits after the sign.
// A NaN becomes 0x7f…f, as on a GPU.
template <int exponent, int digits, __sampan_rounding rounding>
__SAMPAN_BOTH unsigned int __sampan_narrow(float x) {
  const int bias = (1 << (exponent - 1)) - 1, width = exponent + digits;
  const unsigned int infinity = ((1u << exponent) - 1) << digits;
  const unsigned int bits = __sampan_bits(x), size = bits & 0x7fffffffu;
  const bool minus = bits >> 31, normal = size >= 0x800000u;
  const int from = normal ? (int)(size >> 23) : 1, to = from - 127 + bias;
  const unsigned int significand = normal ? (size & 0x7fffffu) | 0x800000u : size;
  // Of a denormal result more is cut off; beyond 25 places everything.
  const int below = to < 1 ? 1 - to : 0, all = 23 - digits + below, shift = all > 25 ? 25 : all;
  const unsigned int kept = significand >> shift, rest = significand - (kept << shift);
  const unsigned int half = (1u << shift) >> 1;
  bool up;
  if (rounding == __sampan_nearest)
    up = (rest > half) | ((rest == half) & ((kept & 1) != 0));
  else
    up = (rest != 0) & (rounding == __sampan_up ? !minus : rounding == __sampan_down && minus);
  // The leading one of the significand counts as one in the exponent; carries do the right thing.
  const unsigned int base = to < 1 ? 0u : (unsigned int)(to - 1) << digits;
  const unsigned int rounded = base + kept + (up ? 1u : 0u);
  const bool to_infinity = rounding == __sampan_nearest ||
                           (rounding == __sampan_up ? !minus : rounding == __sampan_down && minus);
  const bool beyond = rounded >= infinity;
  const unsigned int most = size == 0x7f800000u || to_infinity ? infinity : infinity - 1;
  const unsigned int number = (beyond ? most : rounded) | ((minus ? 1u : 0u) << width);
  return size > 0x7f800000u ? (1u << width) - 1 : number;
}

// The float of such a pattern, sign included.
template <int exponent, int digits> __SAMPAN_BOTH float __sampan_widen(unsigned int pattern) {
  const int width = exponent + digits, bias = (1 << (exponent - 1)) - 1;
  const unsigned int size = pattern & ((1u << width) - 1);
  const unsigned int infinity = ((1u << exponent) - 1) << digits;
  const unsigned int moved = size << (23 - digits);
  // The product changes the exponent's bias, and makes normal numbers of denormals.
  const float scale = __sampan_float((unsigned int)(254 - bias) << 23);
  const unsigned int finite = __sampan_bits(__sampan_float(moved) * scale);
  const unsigned int magnitude = size >= infinity ? moved | 0x7f800000u : finite;
  return __sampan_float(magnitude | (pattern >> width) << 31);
}

// ---- half and bfloat16, the two formats with arithmetic -----------------------------------------

#if defined(__CUDA__) && defined(__clang__)
// To the processor's conversion instructions, where it has them (frontend/half_conversion.py).
extern "C" __device__ __attribute__((const)) float __sampan_half2float(unsigned short int);
extern "C" __device__ __attribute__((const)) unsigned short int __sampan_float2half(float);
#endif

struct __sampan_half_format {
  static const unsigned short int nan = 0x7fff, one = 0x3c00;
#if defined(__CUDA__) && defined(__clang__)
  static __device__ __forceinline__ float widen(unsigned short int x) {
    return __sampan_half2float(x);
  }
  static __device__ __forceinline__ unsigned short int nearest(float x) {
    return __sampan_float2half(x);
  }
  static __host__ __forceinline__ float widen(unsigned short int x) {
    return __sampan_widen<5, 10>(x);
  }
  static __host__ __forceinline__ unsigned short int nearest(float x) {
    return (unsigned short int)__sampan_narrow<5, 10, __sampan_nearest>(x);
  }
#else
  static inline float widen(unsigned short int x) { return __sampan_widen<5, 10>(x); }
  static inline unsigned short int nearest(float x) {
    return (unsigned short int)__sampan_narrow<5, 10, __sampan_nearest>(x);
  }
#endif
  template <__sampan_rounding rounding>
  static __host__ __device__ __forceinline__ unsigned short int narrow(float x) {
    return (unsigned short int)__sampan_narrow<5, 10, rounding>(x);
  }
  // x y + z for numbers of this format, rounded to odd. The product is exact.
  static __host__ __device__ __forceinline__ unsigned short int fma(float x, float y, float z) {
#ifdef __clang__
#pragma clang fp contract(off)
#endif
    const float product = x * y, sum = product + z, rest = sum - product;
    const float error = (product - (sum - rest)) + (z - rest);
    const bool low = error > 0, high = error < 0;
    return nearest(__sampan_to_odd(sum, low | high, low == (sum > 0)));
  }
};

struct __sampan_bfloat16_format {
  static const unsigned short int nan = 0x7fff, one = 0x3f80;
  static __host__ __device__ __forceinline__ float widen(unsigned short int x) {
    return __sampan_float((unsigned int)x << 16);
  }
  static __host__ __device__ __forceinline__ unsigned short int nearest(float x) {
    const unsigned int bits = __sampan_bits(x);
    const unsigned int rounded = (bits + 0x7fffu + ((bits >> 16) & 1)) >> 16;
    return (unsigned short int)(x != x ? 0x7fffu : rounded);
  }
  template <__sampan_rounding rounding>
  static __host__ __device__ __forceinline__ unsigned short int narrow(float x) {
    return (unsigned short int)__sampan_narrow<8, 7, rounding>(x);
  }
  // The float is a wrong start only if it lies in the middle of two results without being exact.
  static __host__ __device__ __forceinline__ unsigned short int fma(float x, float y, float z) {
    float sum = __builtin_fmaf(x, y, z);
    if (__builtin_expect((__sampan_bits(sum) & 0xffffu) == 0x8000u, 0))
      sum = inexact_to_odd(x, y, z, sum);
    return nearest(sum);
  }

private:
  static __host__ __device__ __forceinline__ float inexact_to_odd(float x, float y, float z,
                                                                  float sum) {
#ifdef __clang__
#pragma clang fp contract(off)
#endif
    const double product = (double)x * (double)y, other = (double)z; // exact
    const double total = product + other, rest = total - product;
    const double error = (product - (total - rest)) + (other - rest);
    const double left = (total - (double)sum) + error;
    return __sampan_to_odd(sum, (left < 0) | (left > 0), (left > 0) == (sum > 0));
  }
};

// ---- To integers --------------------------------------------------------------------------------

// `x` is integral or NaN. Out-of-range values saturate; NaN becomes 0, or the pattern 100…0 of 64
// bits.
template <class To> __SAMPAN_BOTH To __sampan_to_integer(float x) {
  const bool with_sign = (To)-1 < (To)0;
  const int digits = (int)sizeof(To) * 8 - (with_sign ? 1 : 0);
  const float limit = (float)(1ull << (digits - 1)) * 2.0f, lowest = with_sign ? -limit : 0.0f;
  const To largest = (To)(~0ull >> (64 - digits));
  const To least = with_sign ? (To)(~largest) : (To)0;
  const bool inside = (x >= lowest) & (x < limit);
  const To converted = (To)(inside ? x : 0.0f);
  const To clamped = x >= limit ? largest : x < lowest ? least : converted;
  return x != x ? (sizeof(To) == 8 ? (To)(1ull << 63) : (To)0) : clamped;
}
template <__sampan_rounding rounding> __SAMPAN_BOTH float __sampan_integral(float x) {
  return rounding == __sampan_nearest ? __builtin_rintf(x)
         : rounding == __sampan_zero  ? __builtin_truncf(x)
         : rounding == __sampan_up    ? __builtin_ceilf(x)
                                      : __builtin_floorf(x);
}

#undef __SAMPAN_BOTH

#endif
