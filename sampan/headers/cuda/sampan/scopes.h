// What the headers of cuda:: share: scopes of synchronisation and sizes with a known alignment.
// Written from the public documentation of libcu++.
#ifndef SAMPAN_CUDA_SCOPES_H
#define SAMPAN_CUDA_SCOPES_H

#include <cstddef>

#include "../../cuda_runtime.h"
#include "../../sampan/group_copy.h"

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

} // namespace cuda

#endif
