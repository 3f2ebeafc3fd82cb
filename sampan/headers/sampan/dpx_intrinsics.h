// DPX: the largest or smallest of two or three integers, of a sum and a third one, of 32 bits or of
// the two halves of a word; `relu`: at least 0. Sums wrap around. CUDA Math API, "SIMD Intrinsics".
#ifndef SAMPAN_DPX_INTRINSICS_H
#define SAMPAN_DPX_INTRINSICS_H

#define __SAMPAN_BOTH static __host__ __device__ __forceinline__

template <class T> __SAMPAN_BOTH T __sampan_larger(T a, T b) { return a > b ? a : b; }
template <class T> __SAMPAN_BOTH T __sampan_smaller(T a, T b) { return a < b ? a : b; }
__SAMPAN_BOTH unsigned int __sampan_halves(unsigned short low, unsigned short high) {
  return low | (unsigned int)high << 16;
}

// `better` is __sampan_larger or __sampan_smaller.
#define __SAMPAN_OF_HALVES(name, half, expression)                                                 \
  __SAMPAN_BOTH half name##_half(half a, half b, half c) { return (half)(expression); }            \
  __SAMPAN_BOTH unsigned int name(const unsigned int a, const unsigned int b,                      \
                                  const unsigned int c) {                                          \
    return __sampan_halves(name##_half(a, b, c), name##_half(a >> 16, b >> 16, c >> 16));          \
  }
#define __SAMPAN_THREE(kind, better)                                                               \
  __SAMPAN_BOTH int __vi##kind##3_s32(const int a, const int b, const int c) {                     \
    return better(better(a, b), c);                                                                \
  }                                                                                                \
  __SAMPAN_BOTH unsigned int __vi##kind##3_u32(const unsigned int a, const unsigned int b,         \
                                               const unsigned int c) {                             \
    return better(better(a, b), c);                                                                \
  }                                                                                                \
  __SAMPAN_OF_HALVES(__vi##kind##3_s16x2, short, better(better(a, b), c))                          \
  __SAMPAN_OF_HALVES(__vi##kind##3_u16x2, unsigned short, better(better(a, b), c))                 \
  __SAMPAN_BOTH int __vi##kind##3_s32_relu(const int a, const int b, const int c) {                \
    return __sampan_larger(better(better(a, b), c), 0);                                            \
  }                                                                                                \
  __SAMPAN_OF_HALVES(__vi##kind##3_s16x2_relu, short,                                              \
                     __sampan_larger<short>(better(better(a, b), c), 0))                           \
  __SAMPAN_BOTH int __viadd##kind##_s32(const int a, const int b, const int c) {                   \
    return better((int)((unsigned int)a + (unsigned int)b), c);                                    \
  }                                                                                                \
  __SAMPAN_BOTH unsigned int __viadd##kind##_u32(const unsigned int a, const unsigned int b,       \
                                                 const unsigned int c) {                           \
    return better(a + b, c);                                                                       \
  }                                                                                                \
  __SAMPAN_OF_HALVES(__viadd##kind##_s16x2, short, better((short)(a + b), c))                      \
  __SAMPAN_OF_HALVES(__viadd##kind##_u16x2, unsigned short, better((unsigned short)(a + b), c))    \
  __SAMPAN_BOTH int __viadd##kind##_s32_relu(const int a, const int b, const int c) {              \
    return __sampan_larger(__viadd##kind##_s32(a, b, c), 0);                                       \
  }                                                                                                \
  __SAMPAN_OF_HALVES(__viadd##kind##_s16x2_relu, short,                                            \
                     __sampan_larger<short>(better((short)(a + b), c), 0))
__SAMPAN_THREE(max, __sampan_larger)
__SAMPAN_THREE(min, __sampan_smaller)
#undef __SAMPAN_THREE

// The predicates say whether it is `a`.
#define __SAMPAN_TWO(kind, better, compare)                                                        \
  __SAMPAN_BOTH int __vi##kind##_s32_relu(const int a, const int b) {                              \
    return __sampan_larger(better(a, b), 0);                                                       \
  }                                                                                                \
  __SAMPAN_BOTH unsigned int __vi##kind##_s16x2_relu(const unsigned int a, const unsigned int b) { \
    return __vi##kind##3_s16x2_relu(a, b, b);                                                      \
  }                                                                                                \
  __SAMPAN_BOTH int __vib##kind##_s32(const int a, const int b, bool *const pred) {                \
    *pred = a compare b;                                                                           \
    return better(a, b);                                                                           \
  }                                                                                                \
  __SAMPAN_BOTH unsigned int __vib##kind##_u32(const unsigned int a, const unsigned int b,         \
                                               bool *const pred) {                                 \
    *pred = a compare b;                                                                           \
    return better(a, b);                                                                           \
  }                                                                                                \
  __SAMPAN_BOTH unsigned int __vib##kind##_s16x2(const unsigned int a, const unsigned int b,       \
                                                 bool *const pred_hi, bool *const pred_lo) {       \
    *pred_hi = (short)(a >> 16) compare(short)(b >> 16);                                           \
    *pred_lo = (short)a compare(short) b;                                                          \
    return __vi##kind##3_s16x2(a, b, b);                                                           \
  }                                                                                                \
  __SAMPAN_BOTH unsigned int __vib##kind##_u16x2(const unsigned int a, const unsigned int b,       \
                                                 bool *const pred_hi, bool *const pred_lo) {       \
    *pred_hi = a >> 16 compare b >> 16;                                                            \
    *pred_lo = (a & 0xffff) compare(b & 0xffff);                                                   \
    return __vi##kind##3_u16x2(a, b, b);                                                           \
  }
__SAMPAN_TWO(max, __sampan_larger, >=)
__SAMPAN_TWO(min, __sampan_smaller, <=)
#undef __SAMPAN_TWO
#undef __SAMPAN_OF_HALVES
#undef __SAMPAN_BOTH

#endif
