// What the headers of cuda:: share: scopes of synchronisation and sizes with a known alignment.
// Written from the public documentation of libcu++.
#ifndef SAMPAN_CUDA_SCOPES_H
#define SAMPAN_CUDA_SCOPES_H

#include <cstddef>

#include "../../cuda_runtime.h"

namespace cuda {

// All threads see memory alike here, so a scope changes nothing.
enum thread_scope {
  thread_scope_system,
  thread_scope_device,
  thread_scope_block,
  thread_scope_thread = 10
};

// A number of bytes that both ends of a copy and the number itself are aligned for.
template <::std::size_t Alignment> struct aligned_size_t {
  static constexpr ::std::size_t align = Alignment;
  ::std::size_t value;
  __host__ __device__ constexpr explicit aligned_size_t(::std::size_t bytes) : value(bytes) {}
  __host__ __device__ constexpr operator ::std::size_t() const { return value; }
};

namespace sampan {

// One thread copies. Copies are done when the call returns.
__device__ inline void copy(void *to, const void *from, ::std::size_t bytes) {
  ::std::size_t places =
      reinterpret_cast<::std::size_t>(to) | reinterpret_cast<::std::size_t>(from);
  if (((places | bytes) & 3) == 0)
    for (::std::size_t i = 0; i < bytes / 4; ++i)
      static_cast<unsigned int *>(to)[i] = static_cast<const unsigned int *>(from)[i];
  else
    for (::std::size_t i = 0; i < bytes; ++i)
      static_cast<unsigned char *>(to)[i] = static_cast<const unsigned char *>(from)[i];
}

// The threads of a group copy together.
template <typename G>
__device__ inline void copy_together(const G &group, void *to, const void *from,
                                     ::std::size_t bytes) {
  ::std::size_t places =
      reinterpret_cast<::std::size_t>(to) | reinterpret_cast<::std::size_t>(from);
  ::std::size_t word = ((places | bytes) & 3) == 0 ? 4 : 1;
  for (::std::size_t i = group.thread_rank() * word; i < bytes; i += group.size() * word)
    copy(static_cast<char *>(to) + i, static_cast<const char *>(from) + i, word);
}

} // namespace sampan
} // namespace cuda

#endif
