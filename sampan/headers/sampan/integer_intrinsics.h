// Integer intrinsics that clang's own headers lack or write as inline assembly.
#ifndef SAMPAN_INTEGER_INTRINSICS_H
#define SAMPAN_INTEGER_INTRINSICS_H

#define __SAMPAN_DEVICE static __device__ __forceinline__

__SAMPAN_DEVICE unsigned int __funnelshift_l(unsigned int low, unsigned int high,
                                             unsigned int shift) {
  return __builtin_elementwise_fshl(high, low, shift);
}
__SAMPAN_DEVICE unsigned int __funnelshift_r(unsigned int low, unsigned int high,
                                             unsigned int shift) {
  return __builtin_elementwise_fshr(high, low, shift);
}
__SAMPAN_DEVICE unsigned int __funnelshift_lc(unsigned int low, unsigned int high,
                                              unsigned int shift) {
  return shift >= 32 ? low : __builtin_elementwise_fshl(high, low, shift);
}
__SAMPAN_DEVICE unsigned int __funnelshift_rc(unsigned int low, unsigned int high,
                                              unsigned int shift) {
  return shift >= 32 ? high : __builtin_elementwise_fshr(high, low, shift);
}

// Dot products of packed bytes: four products, or two of 16-bit by 8-bit halves. The sum wraps
// around.
__SAMPAN_DEVICE int __sampan_sum(int c, int products) {
  return (int)((unsigned int)c + (unsigned int)products);
}
__SAMPAN_DEVICE int __dp4a(char4 a, char4 b, int c) {
  return __sampan_sum(c, a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w);
}
__SAMPAN_DEVICE unsigned int __dp4a(uchar4 a, uchar4 b, unsigned int c) {
  return c + (unsigned int)(a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w);
}
__SAMPAN_DEVICE int __dp4a(int a, int b, int c) {
  return __dp4a(__builtin_bit_cast(char4, a), __builtin_bit_cast(char4, b), c);
}
__SAMPAN_DEVICE unsigned int __dp4a(unsigned int a, unsigned int b, unsigned int c) {
  return __dp4a(__builtin_bit_cast(uchar4, a), __builtin_bit_cast(uchar4, b), c);
}
__SAMPAN_DEVICE int __dp2a_lo(short2 a, char4 b, int c) {
  return __sampan_sum(c, a.x * b.x + a.y * b.y);
}
__SAMPAN_DEVICE int __dp2a_hi(short2 a, char4 b, int c) {
  return __sampan_sum(c, a.x * b.z + a.y * b.w);
}
__SAMPAN_DEVICE unsigned int __dp2a_lo(ushort2 a, uchar4 b, unsigned int c) {
  return c + (unsigned int)a.x * b.x + (unsigned int)a.y * b.y;
}
__SAMPAN_DEVICE unsigned int __dp2a_hi(ushort2 a, uchar4 b, unsigned int c) {
  return c + (unsigned int)a.x * b.z + (unsigned int)a.y * b.w;
}
__SAMPAN_DEVICE int __dp2a_lo(int a, int b, int c) {
  return __dp2a_lo(__builtin_bit_cast(short2, a), __builtin_bit_cast(char4, b), c);
}
__SAMPAN_DEVICE int __dp2a_hi(int a, int b, int c) {
  return __dp2a_hi(__builtin_bit_cast(short2, a), __builtin_bit_cast(char4, b), c);
}
__SAMPAN_DEVICE unsigned int __dp2a_lo(unsigned int a, unsigned int b, unsigned int c) {
  return __dp2a_lo(__builtin_bit_cast(ushort2, a), __builtin_bit_cast(uchar4, b), c);
}
__SAMPAN_DEVICE unsigned int __dp2a_hi(unsigned int a, unsigned int b, unsigned int c) {
  return __dp2a_hi(__builtin_bit_cast(ushort2, a), __builtin_bit_cast(uchar4, b), c);
}

#undef __SAMPAN_DEVICE

#endif
