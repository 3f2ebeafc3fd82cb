// Atomic functions. Each becomes one `atomicrmw` or `cmpxchg`.
//
// CUDA's atomics are relaxed, yet locks built from atomicCAS and atomicExch without fences are
// common; acq_rel keeps the compiler from moving other accesses across them.
// The _block and _system forms are as strong as the plain ones: all threads share one memory.
#ifndef SAMPAN_ATOMICS_H
#define SAMPAN_ATOMICS_H

#define __SAMPAN_ATOMIC static __device__ __forceinline__

#define __SAMPAN_ATOMIC_RMW(name, type, builtin)                                                   \
  __SAMPAN_ATOMIC type name(type *address, type value) {                                           \
    return builtin(address, value, __ATOMIC_ACQ_REL);                                              \
  }                                                                                                \
  __SAMPAN_ATOMIC type name##_block(type *address, type value) { return name(address, value); }    \
  __SAMPAN_ATOMIC type name##_system(type *address, type value) { return name(address, value); }

__SAMPAN_ATOMIC_RMW(atomicAdd, int, __atomic_fetch_add)
__SAMPAN_ATOMIC_RMW(atomicAdd, unsigned int, __atomic_fetch_add)
__SAMPAN_ATOMIC_RMW(atomicAdd, unsigned long long int, __atomic_fetch_add)
__SAMPAN_ATOMIC_RMW(atomicAdd, float, __atomic_fetch_add)
// Programs bring their own for older architectures.
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 600
__SAMPAN_ATOMIC_RMW(atomicAdd, double, __atomic_fetch_add)
#endif
__SAMPAN_ATOMIC_RMW(atomicSub, int, __atomic_fetch_sub)
__SAMPAN_ATOMIC_RMW(atomicSub, unsigned int, __atomic_fetch_sub)
__SAMPAN_ATOMIC_RMW(atomicMin, int, __atomic_fetch_min)
__SAMPAN_ATOMIC_RMW(atomicMin, unsigned int, __atomic_fetch_min)
__SAMPAN_ATOMIC_RMW(atomicMin, long long int, __atomic_fetch_min)
__SAMPAN_ATOMIC_RMW(atomicMin, unsigned long long int, __atomic_fetch_min)
__SAMPAN_ATOMIC_RMW(atomicMax, int, __atomic_fetch_max)
__SAMPAN_ATOMIC_RMW(atomicMax, unsigned int, __atomic_fetch_max)
__SAMPAN_ATOMIC_RMW(atomicMax, long long int, __atomic_fetch_max)
__SAMPAN_ATOMIC_RMW(atomicMax, unsigned long long int, __atomic_fetch_max)
__SAMPAN_ATOMIC_RMW(atomicAnd, int, __atomic_fetch_and)
__SAMPAN_ATOMIC_RMW(atomicAnd, unsigned int, __atomic_fetch_and)
__SAMPAN_ATOMIC_RMW(atomicAnd, unsigned long long int, __atomic_fetch_and)
__SAMPAN_ATOMIC_RMW(atomicOr, int, __atomic_fetch_or)
__SAMPAN_ATOMIC_RMW(atomicOr, unsigned int, __atomic_fetch_or)
__SAMPAN_ATOMIC_RMW(atomicOr, unsigned long long int, __atomic_fetch_or)
__SAMPAN_ATOMIC_RMW(atomicXor, int, __atomic_fetch_xor)
__SAMPAN_ATOMIC_RMW(atomicXor, unsigned int, __atomic_fetch_xor)
__SAMPAN_ATOMIC_RMW(atomicXor, unsigned long long int, __atomic_fetch_xor)
__SAMPAN_ATOMIC_RMW(atomicExch, int, __atomic_exchange_n)
__SAMPAN_ATOMIC_RMW(atomicExch, unsigned int, __atomic_exchange_n)
__SAMPAN_ATOMIC_RMW(atomicExch, unsigned long long int, __atomic_exchange_n)

#define __SAMPAN_ATOMIC_WRAP(name, builtin)                                                        \
  __SAMPAN_ATOMIC unsigned int name(unsigned int *address, unsigned int limit) {                   \
    return builtin(address, limit);                                                                \
  }                                                                                                \
  __SAMPAN_ATOMIC unsigned int name##_block(unsigned int *address, unsigned int limit) {           \
    return name(address, limit);                                                                   \
  }                                                                                                \
  __SAMPAN_ATOMIC unsigned int name##_system(unsigned int *address, unsigned int limit) {          \
    return name(address, limit);                                                                   \
  }

__SAMPAN_ATOMIC_WRAP(atomicInc, __nvvm_atom_inc_gen_ui)
__SAMPAN_ATOMIC_WRAP(atomicDec, __nvvm_atom_dec_gen_ui)

__SAMPAN_ATOMIC float atomicExch(float *address, float value) {
  float old;
  __atomic_exchange(address, &value, &old, __ATOMIC_ACQ_REL);
  return old;
}
__SAMPAN_ATOMIC float atomicExch_block(float *address, float value) {
  return atomicExch(address, value);
}
__SAMPAN_ATOMIC float atomicExch_system(float *address, float value) {
  return atomicExch(address, value);
}

#define __SAMPAN_ATOMIC_CAS(type)                                                                  \
  __SAMPAN_ATOMIC type atomicCAS(type *address, type compare, type value) {                        \
    __atomic_compare_exchange_n(address, &compare, value, false, __ATOMIC_ACQ_REL,                 \
                                __ATOMIC_ACQUIRE);                                                 \
    return compare;                                                                                \
  }                                                                                                \
  __SAMPAN_ATOMIC type atomicCAS_block(type *address, type compare, type value) {                  \
    return atomicCAS(address, compare, value);                                                     \
  }                                                                                                \
  __SAMPAN_ATOMIC type atomicCAS_system(type *address, type compare, type value) {                 \
    return atomicCAS(address, compare, value);                                                     \
  }

__SAMPAN_ATOMIC_CAS(int)
__SAMPAN_ATOMIC_CAS(unsigned int)
__SAMPAN_ATOMIC_CAS(unsigned long long int)
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 700
__SAMPAN_ATOMIC_CAS(unsigned short int)
#endif

// As on a GPU, a vector is added element by element; the whole is not one atomic operation.
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900
__SAMPAN_ATOMIC float2 atomicAdd(float2 *address, float2 value) {
  return float2{atomicAdd(&address->x, value.x), atomicAdd(&address->y, value.y)};
}
__SAMPAN_ATOMIC float4 atomicAdd(float4 *address, float4 value) {
  return float4{atomicAdd(&address->x, value.x), atomicAdd(&address->y, value.y),
                atomicAdd(&address->z, value.z), atomicAdd(&address->w, value.w)};
}
#endif

// ---- The built-in atomic functions of CUDA 12.8: order and scope are arguments
// -------------------

enum {
  __NV_ATOMIC_RELAXED = __ATOMIC_RELAXED,
  __NV_ATOMIC_CONSUME = __ATOMIC_CONSUME,
  __NV_ATOMIC_ACQUIRE = __ATOMIC_ACQUIRE,
  __NV_ATOMIC_RELEASE = __ATOMIC_RELEASE,
  __NV_ATOMIC_ACQ_REL = __ATOMIC_ACQ_REL,
  __NV_ATOMIC_SEQ_CST = __ATOMIC_SEQ_CST
};
enum {
  __NV_THREAD_SCOPE_THREAD,
  __NV_THREAD_SCOPE_BLOCK,
  __NV_THREAD_SCOPE_CLUSTER,
  __NV_THREAD_SCOPE_DEVICE,
  __NV_THREAD_SCOPE_SYSTEM
};

template <class T> struct __sampan_atomic_value {
  typedef T type;
};

template <class T>
__SAMPAN_ATOMIC T __nv_atomic_load_n(T *address, int order, int = __NV_THREAD_SCOPE_SYSTEM) {
  return __atomic_load_n(address, order);
}
template <class T>
__SAMPAN_ATOMIC void __nv_atomic_load(T *address, T *result, int order,
                                      int = __NV_THREAD_SCOPE_SYSTEM) {
  __atomic_load(address, result, order);
}
template <class T>
__SAMPAN_ATOMIC void __nv_atomic_store_n(T *address, typename __sampan_atomic_value<T>::type value,
                                         int order, int = __NV_THREAD_SCOPE_SYSTEM) {
  __atomic_store_n(address, value, order);
}
template <class T>
__SAMPAN_ATOMIC void __nv_atomic_store(T *address, T *value, int order,
                                       int = __NV_THREAD_SCOPE_SYSTEM) {
  __atomic_store(address, value, order);
}
template <class T>
__SAMPAN_ATOMIC T __nv_atomic_exchange_n(T *address, typename __sampan_atomic_value<T>::type value,
                                         int order, int = __NV_THREAD_SCOPE_SYSTEM) {
  return __atomic_exchange_n(address, value, order);
}
template <class T>
__SAMPAN_ATOMIC void __nv_atomic_exchange(T *address, T *value, T *result, int order,
                                          int = __NV_THREAD_SCOPE_SYSTEM) {
  __atomic_exchange(address, value, result, order);
}
template <class T>
__SAMPAN_ATOMIC bool __nv_atomic_compare_exchange_n(T *address, T *expected,
                                                    typename __sampan_atomic_value<T>::type desired,
                                                    bool weak, int success, int failure,
                                                    int = __NV_THREAD_SCOPE_SYSTEM) {
  return __atomic_compare_exchange_n(address, expected, desired, weak, success, failure);
}
template <class T>
__SAMPAN_ATOMIC bool __nv_atomic_compare_exchange(T *address, T *expected, T *desired, bool weak,
                                                  int success, int failure,
                                                  int = __NV_THREAD_SCOPE_SYSTEM) {
  return __atomic_compare_exchange(address, expected, desired, weak, success, failure);
}

#define __SAMPAN_ATOMIC_FETCH(operation)                                                           \
  template <class T>                                                                               \
  __SAMPAN_ATOMIC T __nv_atomic_fetch_##operation(T *address,                                      \
                                                  typename __sampan_atomic_value<T>::type value,   \
                                                  int order, int = __NV_THREAD_SCOPE_SYSTEM) {     \
    return __atomic_fetch_##operation(address, value, order);                                      \
  }                                                                                                \
  template <class T>                                                                               \
  __SAMPAN_ATOMIC void __nv_atomic_##operation(T *address,                                         \
                                               typename __sampan_atomic_value<T>::type value,      \
                                               int order, int = __NV_THREAD_SCOPE_SYSTEM) {        \
    __atomic_fetch_##operation(address, value, order);                                             \
  }
__SAMPAN_ATOMIC_FETCH(add)
__SAMPAN_ATOMIC_FETCH(sub)
__SAMPAN_ATOMIC_FETCH(and)
__SAMPAN_ATOMIC_FETCH(or)
__SAMPAN_ATOMIC_FETCH(xor)
__SAMPAN_ATOMIC_FETCH(min)
__SAMPAN_ATOMIC_FETCH(max)

__SAMPAN_ATOMIC void __nv_atomic_thread_fence(int order, int = __NV_THREAD_SCOPE_SYSTEM) {
  __atomic_thread_fence(order);
}

#undef __SAMPAN_ATOMIC_RMW
#undef __SAMPAN_ATOMIC_WRAP
#undef __SAMPAN_ATOMIC_CAS
#undef __SAMPAN_ATOMIC_FETCH
#undef __SAMPAN_ATOMIC

#endif
