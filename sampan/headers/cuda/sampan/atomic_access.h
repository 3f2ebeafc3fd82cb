// Atomic access to a value of any type that is copied as its bytes are and has 1, 2, 4 or 8 of
// them.
#ifndef SAMPAN_CUDA_ATOMIC_ACCESS_H
#define SAMPAN_CUDA_ATOMIC_ACCESS_H

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "../../cuda_runtime.h"

namespace cuda {
namespace sampan {

template <::std::size_t Size> struct word_of;
template <> struct word_of<1> {
  typedef unsigned char type;
};
template <> struct word_of<2> {
  typedef unsigned short type;
};
template <> struct word_of<4> {
  typedef unsigned int type;
};
template <> struct word_of<8> {
  typedef unsigned long long type;
};

template <class T, bool Pointer = ::std::is_pointer<T>::value> struct difference_of {
  typedef T type;
};
template <class T> struct difference_of<T, true> {
  typedef ::std::ptrdiff_t type;
};

template <class T> struct atomic_access {
  static_assert(::std::is_trivially_copyable<T>::value,
                "an atomic's type must be trivially copyable");
  static_assert(sizeof(T) == 1 || sizeof(T) == 2 || sizeof(T) == 4 || sizeof(T) == 8,
                "Sampan has atomics of 1, 2, 4 and 8 bytes");
  typedef typename word_of<sizeof(T)>::type word;
  typedef typename difference_of<T>::type difference;
  static constexpr ::std::size_t alignment = sizeof(T);

  __host__ __device__ static word *words(T *address) { return reinterpret_cast<word *>(address); }
  __host__ __device__ static word bits(const T &value) {
    word result;
    memcpy(&result, &value, sizeof(T));
    return result;
  }
  __host__ __device__ static T value(word bits) {
    T result;
    memcpy(&result, &bits, sizeof(T));
    return result;
  }
  __host__ __device__ static bool same(const T &a, const T &b) { return bits(a) == bits(b); }

  __host__ __device__ static T load(T *address, int order) {
    return value(__atomic_load_n(words(address), order));
  }
  __host__ __device__ static void store(T *address, const T &what, int order) {
    __atomic_store_n(words(address), bits(what), order);
  }
  __host__ __device__ static T exchange(T *address, const T &what, int order) {
    return value(__atomic_exchange_n(words(address), bits(what), order));
  }
  __host__ __device__ static bool compare_exchange(T *address, T &expected, const T &desired,
                                                   int success, int failure) {
    word seen = bits(expected);
    bool done =
        __atomic_compare_exchange_n(words(address), &seen, bits(desired), false, success, failure);
    if (!done)
      expected = value(seen);
    return done;
  }

  __host__ __device__ static T fetch_add(T *address, difference by, int order) {
    if constexpr (::std::is_pointer<T>::value) {
      return value(
          __atomic_fetch_add(words(address), word(by * ::std::ptrdiff_t(sizeof(*T()))), order));
    } else if constexpr (::std::is_integral<T>::value) {
      return __atomic_fetch_add(address, by, order);
    } else {
#ifdef __CUDA_ARCH__
      return __atomic_fetch_add(address, by, order);
#else
      return change(address, order, [by](T old) { return old + by; });
#endif
    }
  }
  __host__ __device__ static T fetch_min(T *address, T with, int order) {
    return change(address, order, [with](T old) { return with < old ? with : old; });
  }
  __host__ __device__ static T fetch_max(T *address, T with, int order) {
    return change(address, order, [with](T old) { return old < with ? with : old; });
  }

private:
  template <class F> __host__ __device__ static T change(T *address, int order, F how) {
    word seen = __atomic_load_n(words(address), __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(words(address), &seen, bits(how(value(seen))), false, order,
                                        __ATOMIC_RELAXED)) {
    }
    return value(seen);
  }
};

} // namespace sampan
} // namespace cuda

#endif
