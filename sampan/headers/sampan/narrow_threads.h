// Shuffles and atomic additions (see narrow_api.h). Loads with cache hints are the templates of
// memory_intrinsics.h.

#define __SAMPAN_THREADS static __device__ __forceinline__

#define __SAMPAN_SHUFFLE(name, last)                                                               \
  __SAMPAN_THREADS __SAMPAN_SCALAR name(unsigned int mask, __SAMPAN_SCALAR value, last with,       \
                                        int width = warpSize) {                                    \
    return __SAMPAN_RAW{(unsigned short int)name(mask, (unsigned int)value.__x, with, width)};     \
  }                                                                                                \
  __SAMPAN_THREADS __SAMPAN_PACKED name(unsigned int mask, __SAMPAN_PACKED value, last with,       \
                                        int width = warpSize) {                                    \
    return __builtin_bit_cast(__SAMPAN_PACKED,                                                     \
                              name(mask, __builtin_bit_cast(unsigned int, value), with, width));   \
  }
__SAMPAN_SHUFFLE(__shfl_sync, int)
__SAMPAN_SHUFFLE(__shfl_up_sync, unsigned int)
__SAMPAN_SHUFFLE(__shfl_down_sync, unsigned int)
__SAMPAN_SHUFFLE(__shfl_xor_sync, int)
#undef __SAMPAN_SHUFFLE

__SAMPAN_THREADS __SAMPAN_SCALAR atomicAdd(__SAMPAN_SCALAR *address, __SAMPAN_SCALAR value) {
  unsigned short int *bits = &address->__x;
  unsigned short int old = *(volatile unsigned short int *)bits, seen;
  do {
    seen = old;
    const __SAMPAN_SCALAR sum = __hadd(__SAMPAN_RAW{seen}, value);
    __atomic_compare_exchange_n(bits, &old, sum.__x, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  } while (old != seen);
  return __SAMPAN_RAW{old};
}
__SAMPAN_THREADS __SAMPAN_PACKED atomicAdd(__SAMPAN_PACKED *address, __SAMPAN_PACKED value) {
  unsigned int *bits = (unsigned int *)address, old = *(volatile unsigned int *)bits, seen;
  do {
    seen = old;
    const __SAMPAN_PACKED sum = __hadd2(__builtin_bit_cast(__SAMPAN_PACKED, seen), value);
    __atomic_compare_exchange_n(bits, &old, __builtin_bit_cast(unsigned int, sum), false,
                                __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  } while (old != seen);
  return __builtin_bit_cast(__SAMPAN_PACKED, old);
}
#undef __SAMPAN_THREADS
