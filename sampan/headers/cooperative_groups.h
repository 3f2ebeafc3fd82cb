// Cooperative groups: sets of threads that synchronise, exchange values and compute together.
// Written from the public documentation (CUDA C++ Programming Guide, "Cooperative Groups").
#ifndef SAMPAN_COOPERATIVE_GROUPS_H
#define SAMPAN_COOPERATIVE_GROUPS_H

#include "cuda_runtime.h"

#include "cooperative_groups/sampan_lanes.h"

namespace cooperative_groups {

template <unsigned int Size, typename ParentT = void, bool Wide = (Size > 32)>
class thread_block_tile; // Wide: of more than one warp
class coalesced_group;

// Any group whose size is known at run time only: a block, a tile, or lanes that came along.
class thread_group {
public:
  __device__ unsigned long long size() const { return num_threads(); }
  __device__ unsigned long long num_threads() const;
  __device__ unsigned long long thread_rank() const;
  __device__ void sync() const;

protected:
  friend class thread_block;
  friend class coalesced_group;
  template <unsigned int Size, typename ParentT, bool Wide> friend class thread_block_tile;
  friend __device__ thread_group tiled_partition(const thread_group &parent, unsigned int size);

  // `members`: lanes of this warp; 0 for a whole block.
  __device__ explicit thread_group(unsigned int members) : members_(members) {}
  unsigned int members_;
};

// ---- The block ----------------------------------------------------------------------------------

class thread_block : public thread_group {
public:
  struct arrival_token {};
  static __device__ void sync() { __syncthreads(); }
  static __device__ arrival_token barrier_arrive() { return {}; }
  // All threads of the block both arrive and wait, so meeting once, at the wait, is enough.
  static __device__ void barrier_wait(arrival_token &&) { __syncthreads(); }
  static __device__ unsigned int thread_rank() {
    return (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  }
  static __device__ unsigned int num_threads() { return blockDim.x * blockDim.y * blockDim.z; }
  static __device__ unsigned int size() { return num_threads(); }
  static __device__ dim3 group_index() { return dim3(blockIdx.x, blockIdx.y, blockIdx.z); }
  static __device__ dim3 thread_index() { return dim3(threadIdx.x, threadIdx.y, threadIdx.z); }
  static __device__ dim3 group_dim() { return dim3(blockDim.x, blockDim.y, blockDim.z); }
  static __device__ dim3 dim_threads() { return group_dim(); }

private:
  friend __device__ thread_block this_thread_block();
  __device__ thread_block() : thread_group(0) {}
};

__device__ inline thread_block this_thread_block() { return thread_block(); }

// ---- The grid -----------------------------------------------------------------------------------

class grid_group {
public:
  struct arrival_token {};
  // Whether the kernel was launched cooperatively, so that its blocks can meet.
  static __device__ bool is_valid() { return __sampan_grid_can_meet(); }
  static __device__ void sync() { __sampan_grid_sync(); }
  static __device__ arrival_token barrier_arrive() { return {}; }
  static __device__ void barrier_wait(arrival_token &&) { sync(); }
  static __device__ unsigned long long block_rank() {
    return (static_cast<unsigned long long>(blockIdx.z) * gridDim.y + blockIdx.y) * gridDim.x +
           blockIdx.x;
  }
  static __device__ unsigned long long thread_rank() {
    return block_rank() * thread_block::num_threads() + thread_block::thread_rank();
  }
  static __device__ unsigned long long num_blocks() {
    return static_cast<unsigned long long>(gridDim.x) * gridDim.y * gridDim.z;
  }
  static __device__ unsigned long long num_threads() {
    return num_blocks() * thread_block::num_threads();
  }
  static __device__ unsigned long long size() { return num_threads(); }
  static __device__ dim3 dim_blocks() { return dim3(gridDim.x, gridDim.y, gridDim.z); }
  static __device__ dim3 group_dim() { return dim_blocks(); }
  static __device__ dim3 block_index() { return dim3(blockIdx.x, blockIdx.y, blockIdx.z); }
  // Without clusters each block is its own.
  static __device__ dim3 dim_clusters() { return __clusterGridDimInClusters(); }
  static __device__ dim3 cluster_index() { return __clusterIdx(); }
  static __device__ unsigned long long cluster_rank() {
    dim3 index = cluster_index(), clusters = dim_clusters();
    return (static_cast<unsigned long long>(index.z) * clusters.y + index.y) * clusters.x + index.x;
  }
  static __device__ unsigned long long num_clusters() {
    dim3 clusters = dim_clusters();
    return static_cast<unsigned long long>(clusters.x) * clusters.y * clusters.z;
  }

private:
  friend __device__ grid_group this_grid();
  __device__ grid_group() {}
};

__device__ inline grid_group this_grid() { return grid_group(); }

// ---- The cluster --------------------------------------------------------------------------------

#define _CG_HAS_CLUSTER_GROUP

class cluster_group {
public:
  struct arrival_token {};
  static __device__ void sync() {
    __cluster_barrier_arrive();
    __cluster_barrier_wait();
  }
  static __device__ arrival_token barrier_arrive() {
    __cluster_barrier_arrive();
    return {};
  }
  static __device__ void barrier_wait() { __cluster_barrier_wait(); }
  static __device__ void barrier_wait(arrival_token &&) { __cluster_barrier_wait(); }
  // Whose shared memory it is in, and the same place in another block's.
  static __device__ unsigned int query_shared_rank(const void *address) {
    return __cluster_query_shared_rank(address);
  }
  template <typename T> static __device__ T *map_shared_rank(T *address, int rank) {
    return static_cast<T *>(__cluster_map_shared_rank(
        const_cast<const void *>(static_cast<const volatile void *>(address)),
        static_cast<unsigned int>(rank)));
  }
  static __device__ dim3 block_index() { return __clusterRelativeBlockIdx(); }
  static __device__ unsigned int block_rank() { return __clusterRelativeBlockRank(); }
  static __device__ unsigned int thread_rank() {
    return block_rank() * thread_block::num_threads() + thread_block::thread_rank();
  }
  static __device__ dim3 dim_blocks() { return __clusterDim(); }
  static __device__ unsigned int num_blocks() { return __clusterSizeInBlocks(); }
  static __device__ dim3 dim_threads() {
    dim3 blocks = dim_blocks();
    return dim3(blocks.x * blockDim.x, blocks.y * blockDim.y, blocks.z * blockDim.z);
  }
  static __device__ unsigned int num_threads() {
    return num_blocks() * thread_block::num_threads();
  }
  static __device__ unsigned int size() { return num_threads(); }

private:
  friend __device__ cluster_group this_cluster();
  __device__ cluster_group() {}
};

__device__ inline cluster_group this_cluster() { return cluster_group(); }

// ---- Lanes that came along ----------------------------------------------------------------------

class coalesced_group : public thread_group {
public:
  __device__ unsigned int num_threads() const { return __popc(members_); }
  __device__ unsigned int size() const { return num_threads(); }
  __device__ unsigned int thread_rank() const { return sampan::rank_in(members_); }
  __device__ unsigned int meta_group_size() const { return groups_; }
  __device__ unsigned int meta_group_rank() const { return number_; }
  __device__ void sync() const { __syncwarp(members_); }

  template <typename T> __device__ T shfl(T value, int rank) const {
    return sampan::read_lane(members_, value, sampan::lane_of(members_, rank));
  }
  template <typename T> __device__ T shfl_up(T value, unsigned int distance) const {
    unsigned int rank = thread_rank();
    unsigned int source = rank >= distance ? rank - distance : rank;
    return sampan::read_lane(members_, value, sampan::lane_of(members_, source));
  }
  template <typename T> __device__ T shfl_down(T value, unsigned int distance) const {
    unsigned int rank = thread_rank();
    unsigned int source = distance < num_threads() - rank ? rank + distance : rank;
    return sampan::read_lane(members_, value, sampan::lane_of(members_, source));
  }
  __device__ int any(int predicate) const { return __any_sync(members_, predicate); }
  __device__ int all(int predicate) const { return __all_sync(members_, predicate); }
  __device__ unsigned int ballot(int predicate) const {
    return sampan::to_ranks(members_, __ballot_sync(members_, predicate));
  }
  template <typename T> __device__ unsigned int match_any(T value) const {
    return sampan::to_ranks(members_, __match_any_sync(members_, value));
  }
  template <typename T> __device__ unsigned int match_all(T value, int &predicate) const {
    return sampan::to_ranks(members_, __match_all_sync(members_, value, &predicate));
  }

  // Sampan's own: the lanes of the group.
  __device__ unsigned int sampan_members() const { return members_; }

private:
  friend __device__ coalesced_group coalesced_threads();
  friend class thread_group;
  template <typename G> friend __device__ coalesced_group binary_partition(const G &, bool);
  template <typename G, typename L>
  friend __device__ coalesced_group labeled_partition(const G &, L);
  friend __device__ coalesced_group tiled_partition(const coalesced_group &, unsigned int);

  __device__ coalesced_group(unsigned int members, unsigned int number, unsigned int groups)
      : thread_group(members), number_(number), groups_(groups) {}
  unsigned int number_, groups_; // of the groups that the parent was parted into
};

// Inlined everywhere: who comes along is told by the place in the code.
__device__ __forceinline__ coalesced_group coalesced_threads() {
  return coalesced_group(__activemask(), 0, 1);
}

// ---- Tiles --------------------------------------------------------------------------------------

namespace sampan {

// How many threads the group that a tile is a part of has, and the rank of this one.
template <typename ParentT> struct threads_of {
  static __device__ unsigned int count() { return block_threads(); }
  static __device__ unsigned int rank() { return thread_block::thread_rank(); }
};
template <unsigned int Size, typename ParentT, bool Wide>
struct threads_of<thread_block_tile<Size, ParentT, Wide>> {
  static __device__ unsigned int count() { return Size; }
  static __device__ unsigned int rank() { return thread_block::thread_rank() & (Size - 1); }
};

} // namespace sampan

template <unsigned int Size, typename ParentT>
class thread_block_tile<Size, ParentT, false> : public thread_group {
  static_assert(Size && (Size & (Size - 1)) == 0, "a tile's size is a power of two");

public:
  // A tile forgets what it is a tile of where a function takes thread_block_tile<Size>.
  template <typename OtherT>
  __device__ thread_block_tile(const thread_block_tile<Size, OtherT> &) : thread_group(members()) {
    static_assert(__is_same(ParentT, void), "a tile of another group");
  }

  static __device__ unsigned int num_threads() { return Size; }
  static __device__ unsigned int size() { return Size; }
  static __device__ unsigned int thread_rank() { return sampan::lane() & (Size - 1); }
  __device__ unsigned int meta_group_size() const {
    return (sampan::threads_of<ParentT>::count() + Size - 1) / Size;
  }
  __device__ unsigned int meta_group_rank() const {
    return sampan::threads_of<ParentT>::rank() / Size;
  }
  static __device__ void sync() { __syncwarp(members()); }

  template <typename T> static __device__ T shfl(T value, int rank) {
    return sampan::shuffle<sampan::idx, Size>(members(), value, rank);
  }
  template <typename T> static __device__ T shfl_up(T value, unsigned int distance) {
    return sampan::shuffle<sampan::up, Size>(members(), value, distance);
  }
  template <typename T> static __device__ T shfl_down(T value, unsigned int distance) {
    return sampan::shuffle<sampan::down, Size>(members(), value, distance);
  }
  template <typename T> static __device__ T shfl_xor(T value, unsigned int distance) {
    return sampan::shuffle<sampan::bfly, Size>(members(), value, distance);
  }
  static __device__ int any(int predicate) { return __any_sync(members(), predicate); }
  static __device__ int all(int predicate) { return __all_sync(members(), predicate); }
  static __device__ unsigned int ballot(int predicate) {
    return in_tile(__ballot_sync(members(), predicate));
  }
  template <typename T> static __device__ unsigned int match_any(T value) {
    return in_tile(__match_any_sync(members(), value));
  }
  template <typename T> static __device__ unsigned int match_all(T value, int &predicate) {
    return in_tile(__match_all_sync(members(), value, &predicate));
  }

  // Sampan's own: the lanes of the tile.
  static __device__ unsigned int sampan_members() { return members(); }

private:
  template <unsigned int S, typename P>
  friend __device__ thread_block_tile<S, P> tiled_partition(const P &);

  __device__ thread_block_tile() : thread_group(members()) {}
  static __device__ unsigned int first() { return sampan::lane() & ~(Size - 1); }
  static __device__ unsigned int members() {
    return Size == 32 ? 0xffffffffu : ((1u << (Size & 31)) - 1) << first();
  }
  // Lanes of the warp as bits of the tile's ranks.
  static __device__ unsigned int in_tile(unsigned int lanes) {
    return Size == 32 ? lanes : lanes >> first() & ((1u << (Size & 31)) - 1);
  }
};

template <unsigned int Size, typename ParentT>
__device__ inline thread_block_tile<Size, ParentT> tiled_partition(const ParentT &) {
  static_assert(!__is_same(ParentT, coalesced_group),
                "tiles of a coalesced_group are made at run time: tiled_partition(group, size)");
  return thread_block_tile<Size, ParentT>();
}

__device__ inline thread_group tiled_partition(const thread_group &parent, unsigned int size) {
  if (parent.members_ == 0 && size <= 32) {
    unsigned int first = sampan::lane() & ~(size - 1);
    return thread_group(size == 32 ? 0xffffffffu : ((1u << size) - 1) << first);
  }
  if (parent.members_ == 0)
    __trap(); // a tile of more than one warp
  return thread_group(sampan::ranks_of_tile(parent.members_, size));
}

__device__ inline coalesced_group tiled_partition(const coalesced_group &parent,
                                                  unsigned int size) {
  unsigned int members = parent.sampan_members();
  return coalesced_group(sampan::ranks_of_tile(members, size), parent.thread_rank() / size,
                         (parent.num_threads() + size - 1) / size);
}

// ---- Parting by value ---------------------------------------------------------------------------

template <typename G>
__device__ inline coalesced_group binary_partition(const G &parent, bool side) {
  unsigned int members = parent.sampan_members();
  unsigned int chosen = __ballot_sync(members, side);
  // Of a tile at the end of a block, not all members are there.
  unsigned int own = (side ? chosen : members & ~chosen) & sampan::threads_of_warp();
  return coalesced_group(own, side, 2);
}

template <typename G, typename L>
__device__ inline coalesced_group labeled_partition(const G &parent, L label) {
  unsigned int members = parent.sampan_members();
  unsigned int same = __match_any_sync(members, label);
  // The groups in the order of their first lanes.
  unsigned int firsts = __ballot_sync(members, sampan::rank_in(same) == 0);
  unsigned int own_first = __ffs(same) - 1;
  return coalesced_group(same, __popc(firsts & ((1u << own_first) - 1)), __popc(firsts));
}

} // namespace cooperative_groups

#include "cooperative_groups/sampan_wide_tiles.h"

namespace cooperative_groups {

// ---- thread_group, for any kind -----------------------------------------------------------------

__device__ inline unsigned long long thread_group::num_threads() const {
  return members_ ? __popc(members_) : sampan::block_threads();
}
__device__ inline unsigned long long thread_group::thread_rank() const {
  return members_ ? sampan::rank_in(members_) : thread_block::thread_rank();
}
__device__ inline void thread_group::sync() const {
  if (members_)
    __syncwarp(members_);
  else
    __syncthreads();
}

// ---- Free functions -----------------------------------------------------------------------------

template <typename G> __device__ inline void sync(const G &group) { group.sync(); }
template <typename G> __device__ inline unsigned long long thread_rank(const G &group) {
  return group.thread_rank();
}
template <typename G> __device__ inline unsigned long long group_size(const G &group) {
  return group.num_threads();
}

// One thread of the group calls `function`.
template <typename G, typename F, typename... Args>
__device__ inline void invoke_one(const G &group, F &&function, Args &&...arguments) {
  if (group.thread_rank() == 0)
    function(static_cast<Args &&>(arguments)...);
}

// … and all get what it returns.
template <typename G, typename F, typename... Args>
__device__ inline auto invoke_one_broadcast(const G &group, F &&function, Args &&...arguments)
    -> decltype(function(static_cast<Args &&>(arguments)...)) {
  decltype(function(static_cast<Args &&>(arguments)...)) result{};
  if (group.thread_rank() == 0)
    result = function(static_cast<Args &&>(arguments)...);
  return group.shfl(result, 0);
}

} // namespace cooperative_groups

#endif
