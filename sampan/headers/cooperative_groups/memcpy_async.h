// cooperative_groups::memcpy_async: the threads of a group copy together. The copy is done when the
// call returns; wait() makes it visible to the group.
#ifndef SAMPAN_COOPERATIVE_GROUPS_MEMCPY_ASYNC_H
#define SAMPAN_COOPERATIVE_GROUPS_MEMCPY_ASYNC_H

#include "../cooperative_groups.h"
#include "../sampan/group_copy.h"

namespace cooperative_groups {
namespace sampan {

template <typename G>
__device__ inline void copy_bytes(const G &group, void *to, const void *from, size_t bytes) {
  __sampan::copy_bytes(group.thread_rank(), group.num_threads(), to, from, bytes);
}

} // namespace sampan

// A shape is a number of bytes, or a cuda::aligned_size_t of them.
template <typename G, typename T, typename Shape>
__device__ inline void memcpy_async(const G &group, T *to, const T *from, const Shape &bytes) {
  sampan::copy_bytes(group, to, from, static_cast<size_t>(bytes));
}
template <typename G, typename T, typename Shape>
__device__ inline void memcpy_async(const G &group, void *to, const T *from, const Shape &bytes) {
  sampan::copy_bytes(group, to, from, static_cast<size_t>(bytes));
}
// Numbers of elements; the smaller of the two is copied.
template <typename G, typename T, typename To, typename From>
__device__ inline void memcpy_async(const G &group, T *to, const To &room, const T *from,
                                    const From &count) {
  size_t a = static_cast<size_t>(room), b = static_cast<size_t>(count);
  sampan::copy_bytes(group, to, from, (a < b ? a : b) * sizeof(T));
}

template <typename G> __device__ inline void wait(const G &group) { group.sync(); }
template <unsigned int Stages, typename G> __device__ inline void wait_prior(const G &group) {
  group.sync();
}

} // namespace cooperative_groups

#endif
