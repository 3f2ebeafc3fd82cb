// Warp operations that clang's intrinsics header keeps behind newer architectures.
#ifndef SAMPAN_WARP_H
#define SAMPAN_WARP_H

#define __SAMPAN_DEVICE static __device__ __forceinline__

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 700

#define __SAMPAN_MATCH(type, bits, width)                                                          \
  __SAMPAN_DEVICE unsigned int __match_any_sync(unsigned int mask, type value) {                   \
    return __nvvm_match_any_sync_i##width(mask, __builtin_bit_cast(bits, value));                  \
  }                                                                                                \
  __SAMPAN_DEVICE unsigned int __match_all_sync(unsigned int mask, type value, int *predicate) {   \
    return __nvvm_match_all_sync_i##width##p(mask, __builtin_bit_cast(bits, value), predicate);    \
  }

__SAMPAN_MATCH(int, unsigned int, 32)
__SAMPAN_MATCH(unsigned int, unsigned int, 32)
__SAMPAN_MATCH(float, unsigned int, 32)
__SAMPAN_MATCH(long int, unsigned long long int, 64)
__SAMPAN_MATCH(unsigned long int, unsigned long long int, 64)
__SAMPAN_MATCH(long long int, unsigned long long int, 64)
__SAMPAN_MATCH(unsigned long long int, unsigned long long int, 64)
__SAMPAN_MATCH(double, unsigned long long int, 64)
#undef __SAMPAN_MATCH

__SAMPAN_DEVICE void __nanosleep(unsigned int nanoseconds) { __nvvm_nanosleep(nanoseconds); }

#endif

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
__SAMPAN_DEVICE unsigned int __reduce_add_sync(unsigned int mask, unsigned int value) {
  return __nvvm_redux_sync_add(value, mask);
}
__SAMPAN_DEVICE int __reduce_add_sync(unsigned int mask, int value) {
  return __nvvm_redux_sync_add(value, mask);
}
__SAMPAN_DEVICE unsigned int __reduce_min_sync(unsigned int mask, unsigned int value) {
  return __nvvm_redux_sync_umin(value, mask);
}
__SAMPAN_DEVICE int __reduce_min_sync(unsigned int mask, int value) {
  return __nvvm_redux_sync_min(value, mask);
}
__SAMPAN_DEVICE unsigned int __reduce_max_sync(unsigned int mask, unsigned int value) {
  return __nvvm_redux_sync_umax(value, mask);
}
__SAMPAN_DEVICE int __reduce_max_sync(unsigned int mask, int value) {
  return __nvvm_redux_sync_max(value, mask);
}
__SAMPAN_DEVICE unsigned int __reduce_and_sync(unsigned int mask, unsigned int value) {
  return __nvvm_redux_sync_and(value, mask);
}
__SAMPAN_DEVICE unsigned int __reduce_or_sync(unsigned int mask, unsigned int value) {
  return __nvvm_redux_sync_or(value, mask);
}
__SAMPAN_DEVICE unsigned int __reduce_xor_sync(unsigned int mask, unsigned int value) {
  return __nvvm_redux_sync_xor(value, mask);
}
#endif

// The position of the offset-th set bit of `mask`, counted from bit `base` (itself included)
// upwards or, for a negative offset, downwards; offset 0 asks for bit `base` itself. ~0 if there is
// none.
__SAMPAN_DEVICE unsigned int __fns(unsigned int mask, unsigned int base, int offset) {
  if (base > 31)
    return ~0u;
  if (offset == 0)
    return mask >> base & 1 ? base : ~0u;
  bool down = offset < 0;
  unsigned int bits = down ? __brev(mask) : mask;
  bits &= ~0u << (down ? 31 - base : base);
  for (unsigned int n = down ? 0u - offset : offset; n > 1 && bits; --n)
    bits &= bits - 1;
  if (!bits)
    return ~0u;
  unsigned int found = __ffs(bits) - 1;
  return down ? 31 - found : found;
}

#undef __SAMPAN_DEVICE

#endif
