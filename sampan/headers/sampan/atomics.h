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

#undef __SAMPAN_ATOMIC_RMW
#undef __SAMPAN_ATOMIC_WRAP
#undef __SAMPAN_ATOMIC_CAS
#undef __SAMPAN_ATOMIC

#endif
