// SIMD-in-a-word intrinsics, element by element. Clang's header gives them their public names and
// calls the __nv_v… functions defined here.
#ifndef SAMPAN_SIMD_INTRINSICS_H
#define SAMPAN_SIMD_INTRINSICS_H

#define __SAMPAN_DEVICE static __device__ __forceinline__

__SAMPAN_DEVICE int __sampan_clamp(int value, int low, int high) {
  return value < low ? low : value > high ? high : value;
}
__SAMPAN_DEVICE int __sampan_distance(int a, int b) { return a > b ? a - b : b - a; }

// One function on the 2 or 4 elements of two words; `expression` sees them as `a` and `b`.
#define __SAMPAN_PAIR(name, element, bits, expression)                                             \
  __SAMPAN_DEVICE unsigned int __nv_##name(unsigned int x, unsigned int y) {                       \
    const unsigned int mask = (1u << bits) - 1;                                                    \
    unsigned int result = 0;                                                                       \
    _Pragma("unroll") for (int shift = 0; shift < 32; shift += bits) {                             \
      int a = (element)(x >> shift), b = (element)(y >> shift);                                    \
      result |= ((unsigned int)(expression) & mask) << shift;                                      \
    }                                                                                              \
    return result;                                                                                 \
  }
#define __SAMPAN_SINGLE(name, element, bits, expression)                                           \
  __SAMPAN_DEVICE unsigned int __nv_##name(unsigned int x) {                                       \
    const unsigned int mask = (1u << bits) - 1;                                                    \
    unsigned int result = 0;                                                                       \
    _Pragma("unroll") for (int shift = 0; shift < 32; shift += bits) {                             \
      int a = (element)(x >> shift);                                                               \
      result |= ((unsigned int)(expression) & mask) << shift;                                      \
    }                                                                                              \
    return result;                                                                                 \
  }
#define __SAMPAN_SUM(name, element, bits, expression)                                              \
  __SAMPAN_DEVICE unsigned int __nv_##name(unsigned int x, unsigned int y) {                       \
    unsigned int result = 0;                                                                       \
    _Pragma("unroll") for (int shift = 0; shift < 32; shift += bits) {                             \
      int a = (element)(x >> shift), b = (element)(y >> shift);                                    \
      result += (unsigned int)(expression);                                                        \
    }                                                                                              \
    return result;                                                                                 \
  }
#define __SAMPAN_SIGNED(name, expression2, expression4)                                            \
  __SAMPAN_PAIR(name##2, short, 16, expression2)                                                   \
  __SAMPAN_PAIR(name##4, signed char, 8, expression4)
#define __SAMPAN_UNSIGNED(name, expression2, expression4)                                          \
  __SAMPAN_PAIR(name##2, unsigned short, 16, expression2)                                          \
  __SAMPAN_PAIR(name##4, unsigned char, 8, expression4)
#define __SAMPAN_COMPARE(name, operation)                                                          \
  __SAMPAN_SIGNED(vcmp##name##s, a operation b ? -1 : 0, a operation b ? -1 : 0)                   \
  __SAMPAN_UNSIGNED(vcmp##name##u, a operation b ? -1 : 0, a operation b ? -1 : 0)                 \
  __SAMPAN_SIGNED(vset##name##s, a operation b, a operation b)                                     \
  __SAMPAN_UNSIGNED(vset##name##u, a operation b, a operation b)

__SAMPAN_SINGLE(vabs2, short, 16, a < 0 ? -a : a)
__SAMPAN_SINGLE(vabs4, signed char, 8, a < 0 ? -a : a)
__SAMPAN_SINGLE(vabsss2, short, 16, a < 0 ? __sampan_clamp(-a, 0, 32767) : a)
__SAMPAN_SINGLE(vabsss4, signed char, 8, a < 0 ? __sampan_clamp(-a, 0, 127) : a)
__SAMPAN_SINGLE(vneg2, short, 16, -a)
__SAMPAN_SINGLE(vneg4, signed char, 8, -a)
__SAMPAN_SINGLE(vnegss2, short, 16, __sampan_clamp(-a, -32768, 32767))
__SAMPAN_SINGLE(vnegss4, signed char, 8, __sampan_clamp(-a, -128, 127))
__SAMPAN_SIGNED(vabsdiffs, __sampan_distance(a, b), __sampan_distance(a, b))
__SAMPAN_UNSIGNED(vabsdiffu, __sampan_distance(a, b), __sampan_distance(a, b))
__SAMPAN_UNSIGNED(vadd, a + b, a + b)
__SAMPAN_UNSIGNED(vsub, a - b, a - b)
__SAMPAN_SIGNED(vaddss, __sampan_clamp(a + b, -32768, 32767), __sampan_clamp(a + b, -128, 127))
__SAMPAN_SIGNED(vsubss, __sampan_clamp(a - b, -32768, 32767), __sampan_clamp(a - b, -128, 127))
__SAMPAN_UNSIGNED(vaddus, __sampan_clamp(a + b, 0, 65535), __sampan_clamp(a + b, 0, 255))
__SAMPAN_UNSIGNED(vsubus, __sampan_clamp(a - b, 0, 65535), __sampan_clamp(a - b, 0, 255))
// Averages round half away from zero (signed) or up (unsigned); vhaddu rounds down.
__SAMPAN_SIGNED(vavgs, (a + b + (a + b >= 0)) >> 1, (a + b + (a + b >= 0)) >> 1)
__SAMPAN_UNSIGNED(vavgu, (a + b + 1) >> 1, (a + b + 1) >> 1)
__SAMPAN_UNSIGNED(vhaddu, (a + b) >> 1, (a + b) >> 1)
__SAMPAN_SIGNED(vmaxs, a > b ? a : b, a > b ? a : b)
__SAMPAN_SIGNED(vmins, a < b ? a : b, a < b ? a : b)
__SAMPAN_UNSIGNED(vmaxu, a > b ? a : b, a > b ? a : b)
__SAMPAN_UNSIGNED(vminu, a < b ? a : b, a < b ? a : b)
__SAMPAN_COMPARE(ge, >=)
__SAMPAN_COMPARE(gt, >)
__SAMPAN_COMPARE(le, <=)
__SAMPAN_COMPARE(lt, <)
__SAMPAN_UNSIGNED(vcmpeq, a == b ? -1 : 0, a == b ? -1 : 0)
__SAMPAN_UNSIGNED(vcmpne, a != b ? -1 : 0, a != b ? -1 : 0)
__SAMPAN_UNSIGNED(vseteq, a == b, a == b)
__SAMPAN_UNSIGNED(vsetne, a != b, a != b)
__SAMPAN_SUM(vsads2, short, 16, __sampan_distance(a, b))
__SAMPAN_SUM(vsads4, signed char, 8, __sampan_distance(a, b))
__SAMPAN_SUM(vsadu2, unsigned short, 16, __sampan_distance(a, b))
__SAMPAN_SUM(vsadu4, unsigned char, 8, __sampan_distance(a, b))

#undef __SAMPAN_PAIR
#undef __SAMPAN_SINGLE
#undef __SAMPAN_SUM
#undef __SAMPAN_SIGNED
#undef __SAMPAN_UNSIGNED
#undef __SAMPAN_COMPARE
#undef __SAMPAN_DEVICE

#endif
