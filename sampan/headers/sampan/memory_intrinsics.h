// Loads and stores with cache hints: the hints say nothing to a CPU, so these are plain accesses.
#ifndef SAMPAN_MEMORY_INTRINSICS_H
#define SAMPAN_MEMORY_INTRINSICS_H

template <class T> struct __sampan_same {
  typedef T type;
};

#define __SAMPAN_LOAD(name)                                                                        \
  template <class T> static __device__ __forceinline__ T name(const T *address) { return *address; }
#define __SAMPAN_STORE(name)                                                                       \
  template <class T>                                                                               \
  static __device__ __forceinline__ void name(T *address, typename __sampan_same<T>::type value) { \
    *address = value;                                                                              \
  }

__SAMPAN_LOAD(__ldg)
__SAMPAN_LOAD(__ldca)
__SAMPAN_LOAD(__ldcg)
__SAMPAN_LOAD(__ldcs)
__SAMPAN_LOAD(__ldlu)
__SAMPAN_STORE(__stwb)
__SAMPAN_STORE(__stcg)
__SAMPAN_STORE(__stcs)

// "Fetch again": such a load may be the condition of a loop that waits for another thread.
template <class T, bool scalar = __is_scalar(T)> struct __sampan_volatile {
  static __device__ __forceinline__ T load(const T *address) {
    return *(const volatile T *)address;
  }
  static __device__ __forceinline__ void store(T *address, T value) {
    *(volatile T *)address = value;
  }
};
template <class T> struct __sampan_volatile<T, false> {
  static __device__ __forceinline__ T load(const T *address) { return *address; }
  static __device__ __forceinline__ void store(T *address, T value) { *address = value; }
};
template <class T> static __device__ __forceinline__ T __ldcv(const T *address) {
  return __sampan_volatile<T>::load(address);
}
template <class T>
static __device__ __forceinline__ void __stwt(T *address, typename __sampan_same<T>::type value) {
  __sampan_volatile<T>::store(address, value);
}

#undef __SAMPAN_LOAD
#undef __SAMPAN_STORE

// State spaces. Generic and specific addresses are the same numbers here, except that a shared one
// counts from the start of the block's shared memory: programs keep it in 32 bits for inline PTX.
extern "C" __device__ __SIZE_TYPE__ __sampan_shared_offset(const void *pointer);
extern "C" __device__ void *__sampan_shared_address(__SIZE_TYPE__ offset);
static __device__ __forceinline__ __SIZE_TYPE__ __cvta_generic_to_global(const void *pointer) {
  return (__SIZE_TYPE__)(const void __attribute__((address_space(1))) *)pointer;
}
static __device__ __forceinline__ __SIZE_TYPE__ __cvta_generic_to_shared(const void *pointer) {
  return __sampan_shared_offset(pointer);
}
static __device__ __forceinline__ __SIZE_TYPE__ __cvta_generic_to_constant(const void *pointer) {
  return (__SIZE_TYPE__)(const void __attribute__((address_space(4))) *)pointer;
}
static __device__ __forceinline__ __SIZE_TYPE__ __cvta_generic_to_local(const void *pointer) {
  return (__SIZE_TYPE__)(const void __attribute__((address_space(5))) *)pointer;
}
static __device__ __forceinline__ void *__cvta_global_to_generic(__SIZE_TYPE__ address) {
  return (void *)(void __attribute__((address_space(1))) *)address;
}
static __device__ __forceinline__ void *__cvta_shared_to_generic(__SIZE_TYPE__ address) {
  return __sampan_shared_address(address);
}
static __device__ __forceinline__ void *__cvta_constant_to_generic(__SIZE_TYPE__ address) {
  return (void *)(void __attribute__((address_space(4))) *)address;
}
static __device__ __forceinline__ void *__cvta_local_to_generic(__SIZE_TYPE__ address) {
  return (void *)(void __attribute__((address_space(5))) *)address;
}
static __device__ __forceinline__ unsigned int __isGlobal(const void *pointer) {
  return __nvvm_isspacep_global(pointer);
}
static __device__ __forceinline__ unsigned int __isShared(const void *pointer) {
  return __nvvm_isspacep_shared(pointer);
}
static __device__ __forceinline__ unsigned int __isConstant(const void *pointer) {
  return __nvvm_isspacep_const(pointer);
}
static __device__ __forceinline__ unsigned int __isLocal(const void *pointer) {
  return __nvvm_isspacep_local(pointer);
}

#endif
