// Tiles of more than one warp. Their threads meet at a barrier of their own and exchange values
// through shared memory: 8 KiB of it in kernels that do.
#ifndef SAMPAN_COOPERATIVE_GROUPS_WIDE_TILES_H
#define SAMPAN_COOPERATIVE_GROUPS_WIDE_TILES_H

// Included by cooperative_groups.h.
extern "C" __device__ void __sampan_named_barrier(unsigned int number, unsigned int threads);

namespace cooperative_groups {

// What devices below compute capability 8.0 need for such tiles; here it need not be large.
template <unsigned int MaxBlockSize = 1024> struct alignas(8) block_tile_memory {
  unsigned long long unused;
};

template <unsigned int MaxBlockSize>
__device__ inline thread_block this_thread_block(block_tile_memory<MaxBlockSize> &) {
  return this_thread_block();
}

namespace sampan {

constexpr unsigned int scratch_bytes = 8192;

__device__ inline char *tile_scratch() {
  __shared__ unsigned long long words[scratch_bytes / 8];
  return reinterpret_cast<char *>(words);
}

// Numbers that PTX has no barriers for, one for each tile of each size.
template <unsigned int Size> __device__ inline void meet_tile(unsigned int first) {
  unsigned int left = block_threads() - first;
  __sampan_named_barrier(16 + Size * 1024 + first, left < Size ? left : Size);
}

} // namespace sampan

template <unsigned int Size, typename ParentT> class thread_block_tile<Size, ParentT, true> {
  static_assert((Size & (Size - 1)) == 0, "a tile's size is a power of two");
  static_assert(Size <= 1024, "a tile has at most 1024 threads");

public:
  template <typename OtherT> __device__ thread_block_tile(const thread_block_tile<Size, OtherT> &) {
    static_assert(__is_same(ParentT, void), "a tile of another group");
  }

  static __device__ unsigned int num_threads() { return Size; }
  static __device__ unsigned int size() { return Size; }
  static __device__ unsigned int thread_rank() { return thread_block::thread_rank() & (Size - 1); }
  static __device__ unsigned int meta_group_size() {
    return (sampan::threads_of<ParentT>::count() + Size - 1) / Size;
  }
  static __device__ unsigned int meta_group_rank() {
    return sampan::threads_of<ParentT>::rank() / Size;
  }
  static __device__ void sync() { sampan::meet_tile<Size>(first()); }

  template <typename T> static __device__ T shfl(T value, unsigned int rank) {
    return exchange(value, rank & (Size - 1));
  }
  template <typename T> static __device__ T shfl_up(T value, unsigned int distance) {
    unsigned int rank = thread_rank();
    return exchange(value, rank >= distance ? rank - distance : rank);
  }
  template <typename T> static __device__ T shfl_down(T value, unsigned int distance) {
    unsigned int rank = thread_rank();
    return exchange(value, distance < Size - rank ? rank + distance : rank);
  }
  template <typename T> static __device__ T shfl_xor(T value, unsigned int distance) {
    return exchange(value, (thread_rank() ^ distance) & (Size - 1));
  }
  static __device__ int any(int predicate) {
    return over_warps(__any_sync(0xffffffffu, predicate), [](int a, int b) { return a | b; });
  }
  static __device__ int all(int predicate) {
    return over_warps(__all_sync(0xffffffffu, predicate), [](int a, int b) { return a & b; });
  }

  // Sampan's own: every warp brings a value, the same in all its lanes; all threads get the values
  // of the first `warps` warps of the tile combined in their order.
  template <typename T, typename Op>
  static __device__ T over_warps(T value, Op &&op, unsigned int warps = Size / 32) {
    static_assert(sizeof(T) <= sampan::scratch_bytes / 32, "values of at most 256 bytes");
    unsigned int own = thread_block::thread_rank() / 32, lowest = first() / 32;
    char *scratch = sampan::tile_scratch();
    if (sampan::lane() == 0)
      memcpy(scratch + own * sizeof(T), &value, sizeof(T));
    sync();
    T result;
    memcpy(&result, scratch + lowest * sizeof(T), sizeof(T));
    for (unsigned int warp = 1; warp < warps; ++warp) {
      T next;
      memcpy(&next, scratch + (lowest + warp) * sizeof(T), sizeof(T));
      result = op(result, next);
    }
    sync();
    return result;
  }

private:
  template <unsigned int S, typename P>
  friend __device__ thread_block_tile<S, P> tiled_partition(const P &);

  __device__ thread_block_tile() {}
  static __device__ unsigned int first() { return thread_block::thread_rank() & ~(Size - 1); }

  // A value of any trivially copyable type goes by eight bytes.
  template <typename T> static __device__ T exchange(T value, unsigned int source) {
    static_assert(__is_trivially_copyable(T), "only trivially copyable values can be shuffled");
    constexpr unsigned int count = (sizeof(T) + 7) / 8;
    unsigned long long words[count] = {};
    memcpy(words, &value, sizeof(T));
    auto *scratch = reinterpret_cast<unsigned long long *>(sampan::tile_scratch());
    for (unsigned int i = 0; i < count; ++i) {
      scratch[thread_block::thread_rank()] = words[i];
      sync();
      words[i] = scratch[first() + source];
      sync();
    }
    memcpy(&value, words, sizeof(T));
    return value;
  }
};

namespace experimental {
using cooperative_groups::thread_block_tile;
using cooperative_groups::tiled_partition;
template <unsigned int TileBytes = 8, unsigned int MaxBlockSize = 1024>
struct block_tile_memory : cooperative_groups::block_tile_memory<MaxBlockSize> {};
template <unsigned int TileBytes, unsigned int MaxBlockSize>
__device__ inline thread_block this_thread_block(block_tile_memory<TileBytes, MaxBlockSize> &) {
  return cooperative_groups::this_thread_block();
}
} // namespace experimental

} // namespace cooperative_groups

#endif
