// cooperative_groups::inclusive_scan and exclusive_scan.
#ifndef SAMPAN_COOPERATIVE_GROUPS_SCAN_H
#define SAMPAN_COOPERATIVE_GROUPS_SCAN_H

#include "reduce.h"

namespace cooperative_groups {

template <typename G, typename T, typename Op>
__device__ inline T inclusive_scan(const G &group, T value, Op &&op) {
  unsigned int rank = group.thread_rank(), count = group.num_threads();
  for (unsigned int distance = 1; distance < count; distance *= 2) {
    T other = group.shfl_up(value, distance);
    if (rank >= distance)
      value = op(other, value);
  }
  return value;
}

template <unsigned int Size, typename ParentT, typename T, typename Op>
__device__ inline T inclusive_scan(const thread_block_tile<Size, ParentT, true> &tile, T value,
                                   Op &&op) {
  auto warp = tiled_partition<32>(this_thread_block());
  T own = inclusive_scan(warp, value, op);
  // Every warp takes part; the first has nothing before it.
  unsigned int before = tile.thread_rank() / 32;
  T total = tile.over_warps(warp.shfl(own, 31), op, before ? before : 1);
  return before ? op(total, own) : own;
}

template <typename G, typename T> __device__ inline T inclusive_scan(const G &group, T value) {
  return inclusive_scan(group, value, plus<T>());
}

// The first thread gets T().
template <typename G, typename T, typename Op>
__device__ inline T exclusive_scan(const G &group, T value, Op &&op) {
  T before = group.shfl_up(inclusive_scan(group, value, static_cast<Op &&>(op)), 1);
  return group.thread_rank() == 0 ? T() : before;
}

template <typename G, typename T> __device__ inline T exclusive_scan(const G &group, T value) {
  return exclusive_scan(group, value, plus<T>());
}

// A scan that goes on from, and adds to, a value in memory.
template <typename G, typename A, typename T, typename Op>
__device__ inline T inclusive_scan_update(const G &group, A &total, T value, Op &&op) {
  T own = inclusive_scan(group, value, op), start = T();
  unsigned int last = group.num_threads() - 1;
  if (group.thread_rank() == last)
    start = total.fetch_add(own);
  return op(group.shfl(start, last), own);
}
template <typename G, typename A, typename T, typename Op>
__device__ inline T exclusive_scan_update(const G &group, A &total, T value, Op &&op) {
  T own = inclusive_scan(group, value, op), start = T();
  unsigned int last = group.num_threads() - 1;
  if (group.thread_rank() == last)
    start = total.fetch_add(own);
  start = group.shfl(start, last);
  T before = group.shfl_up(own, 1);
  return group.thread_rank() == 0 ? start : op(start, before);
}
template <typename G, typename A, typename T>
__device__ inline T inclusive_scan_update(const G &group, A &total, T value) {
  return inclusive_scan_update(group, total, value, plus<T>());
}
template <typename G, typename A, typename T>
__device__ inline T exclusive_scan_update(const G &group, A &total, T value) {
  return exclusive_scan_update(group, total, value, plus<T>());
}

} // namespace cooperative_groups

#endif
