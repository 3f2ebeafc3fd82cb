// cooperative_groups::reduce and the function objects it is called with.
#ifndef SAMPAN_COOPERATIVE_GROUPS_REDUCE_H
#define SAMPAN_COOPERATIVE_GROUPS_REDUCE_H

#include "../cooperative_groups.h"

namespace cooperative_groups {

template <typename T> struct plus {
  __host__ __device__ T operator()(const T &a, const T &b) const { return a + b; }
};
template <typename T> struct less {
  __host__ __device__ T operator()(const T &a, const T &b) const { return b < a ? b : a; }
};
template <typename T> struct greater {
  __host__ __device__ T operator()(const T &a, const T &b) const { return a < b ? b : a; }
};
template <typename T> struct bit_and {
  __host__ __device__ T operator()(const T &a, const T &b) const { return a & b; }
};
template <typename T> struct bit_or {
  __host__ __device__ T operator()(const T &a, const T &b) const { return a | b; }
};
template <typename T> struct bit_xor {
  __host__ __device__ T operator()(const T &a, const T &b) const { return a ^ b; }
};

namespace sampan {

// A tree over ranks; rank 0 has the result and gives it to all. `count` threads take part. No
// branch decides on a shuffle, so that all tiles of a warp go the same way.
template <typename G, typename T, typename Op>
__device__ inline T reduce_tree(const G &group, unsigned int count, T value, Op &&op) {
  unsigned int rank = group.thread_rank();
#pragma unroll
  for (unsigned int distance = 1; distance < 32; distance *= 2) {
    if (distance >= group.num_threads())
      break;
    T other = group.shfl_down(value, distance);
    if (rank + distance < count)
      value = op(value, other);
  }
  return group.shfl(value, 0);
}

} // namespace sampan

template <unsigned int Size, typename ParentT, typename T, typename Op>
__device__ inline T reduce(const thread_block_tile<Size, ParentT, false> &tile, T value, Op &&op) {
  // The block's last tile may not be full.
  unsigned int present = __ballot_sync(tile.sampan_members(), 1);
  return sampan::reduce_tree(tile, __popc(present), value, static_cast<Op &&>(op));
}

template <unsigned int Size, typename ParentT, typename T, typename Op>
__device__ inline T reduce(const thread_block_tile<Size, ParentT, true> &tile, T value, Op &&op) {
  return tile.over_warps(reduce(tiled_partition<32>(this_thread_block()), value, op), op);
}

template <typename T, typename Op>
__device__ inline T reduce(const coalesced_group &group, T value, Op &&op) {
  return sampan::reduce_tree(group, group.num_threads(), value, static_cast<Op &&>(op));
}

// One thread of the group adds its result to memory.
template <typename G, typename T, typename V, typename Op>
__device__ inline void reduce_store_async(const G &group, T *to, V value, Op &&op) {
  T result = reduce(group, static_cast<T>(value), static_cast<Op &&>(op));
  if (group.thread_rank() == 0)
    *to = result;
}

} // namespace cooperative_groups

#endif
