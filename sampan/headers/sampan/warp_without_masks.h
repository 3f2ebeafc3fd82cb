// Declared before clang's headers define them, so that their use is remarked on, and that they are
// inlined in unoptimised code, too: who comes along is told by the place in the code.
#ifndef SAMPAN_WARP_WITHOUT_MASKS_H
#define SAMPAN_WARP_WITHOUT_MASKS_H

// Forms without a member mask: from before Volta, and gone from nvcc for newer GPUs. They act on
// the lanes that come along, as they did.
#define __SAMPAN_OLD(name)                                                                         \
  __attribute__((                                                                                  \
      always_inline,                                                                               \
      diagnose_if(1, "the lanes that take part are not named: use " #name "_sync", "warning")))
#define __SAMPAN_OLD_SHUFFLE(name, type, offset)                                                   \
  inline __device__ type name(type, offset, int) __SAMPAN_OLD(name);
#define __SAMPAN_OLD_SHUFFLES(name, offset)                                                        \
  __SAMPAN_OLD_SHUFFLE(name, int, offset)                                                          \
  __SAMPAN_OLD_SHUFFLE(name, unsigned int, offset)                                                 \
  __SAMPAN_OLD_SHUFFLE(name, long, offset)                                                         \
  __SAMPAN_OLD_SHUFFLE(name, unsigned long, offset)                                                \
  __SAMPAN_OLD_SHUFFLE(name, long long, offset)                                                    \
  __SAMPAN_OLD_SHUFFLE(name, unsigned long long, offset)                                           \
  __SAMPAN_OLD_SHUFFLE(name, float, offset)                                                        \
  __SAMPAN_OLD_SHUFFLE(name, double, offset)
__SAMPAN_OLD_SHUFFLES(__shfl, int)
__SAMPAN_OLD_SHUFFLES(__shfl_up, unsigned int)
__SAMPAN_OLD_SHUFFLES(__shfl_down, unsigned int)
__SAMPAN_OLD_SHUFFLES(__shfl_xor, int)
#undef __SAMPAN_OLD_SHUFFLES
#undef __SAMPAN_OLD_SHUFFLE
static __device__ unsigned int __ballot(int) __SAMPAN_OLD(__ballot);
static __device__ int __any(int) __SAMPAN_OLD(__any);
static __device__ int __all(int) __SAMPAN_OLD(__all);
#undef __SAMPAN_OLD

inline __device__ unsigned int __activemask() __attribute__((always_inline));

#endif
