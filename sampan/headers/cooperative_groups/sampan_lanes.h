// Lanes, ranks and shuffles of values of any size: what cooperative groups are made of.
#ifndef SAMPAN_COOPERATIVE_GROUPS_LANES_H
#define SAMPAN_COOPERATIVE_GROUPS_LANES_H

// What the compiler knows by name.
extern "C" __device__ void __sampan_grid_sync();
extern "C" __device__ bool __sampan_grid_can_meet();

namespace cooperative_groups {
namespace sampan {

__device__ inline unsigned int lane() { return __nvvm_read_ptx_sreg_laneid(); }
__device__ inline unsigned int block_threads() { return blockDim.x * blockDim.y * blockDim.z; }
// The lanes of this warp that are threads: the last warp of a block may lack some.
__device__ inline unsigned int threads_of_warp() {
  unsigned int rank = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  unsigned int left = block_threads() - rank / 32 * 32;
  return left >= 32 ? 0xffffffffu : (1u << left) - 1;
}

// How many of the members are lower lanes than this one.
__device__ inline unsigned int rank_in(unsigned int members) {
  return __popc(members & ((1u << lane()) - 1));
}

// The lane of the member of a rank.
__device__ inline unsigned int lane_of(unsigned int members, unsigned int rank) {
  return members == 0xffffffffu ? rank : __fns(members, 0, static_cast<int>(rank) + 1);
}

// Lanes of the warp as bits of the members' ranks.
__device__ inline unsigned int to_ranks(unsigned int members, unsigned int lanes) {
  if (members == 0xffffffffu)
    return lanes;
  unsigned int result = 0, rank = 0;
  for (unsigned int left = members; left; left &= left - 1, ++rank)
    result |= (lanes >> (__ffs(left) - 1) & 1) << rank;
  return result;
}

// The members whose rank divided by `size` is the own one's.
__device__ inline unsigned int ranks_of_tile(unsigned int members, unsigned int size) {
  unsigned int own = rank_in(members) / size, result = 0, rank = 0;
  for (unsigned int left = members; left; left &= left - 1, ++rank)
    if (rank / size == own)
      result |= left & (0u - left);
  return result;
}

enum mode { idx, up, down, bfly };

template <mode M>
__device__ inline unsigned int shuffle_word(unsigned int members, unsigned int word, int distance,
                                            int width) {
  if (M == idx)
    return __shfl_sync(members, word, distance, width);
  if (M == up)
    return __shfl_up_sync(members, word, distance, width);
  if (M == down)
    return __shfl_down_sync(members, word, distance, width);
  return __shfl_xor_sync(members, word, distance, width);
}

// A value of any trivially copyable type goes word by word.
template <mode M, unsigned int Width, typename T>
__device__ inline T shuffle(unsigned int members, T value, int distance) {
  static_assert(__is_trivially_copyable(T), "only trivially copyable values can be shuffled");
  constexpr unsigned int count = (sizeof(T) + 3) / 4;
  unsigned int words[count] = {};
  memcpy(words, &value, sizeof(T));
#pragma unroll
  for (unsigned int i = 0; i < count; ++i)
    words[i] = shuffle_word<M>(members, words[i], distance, Width);
  memcpy(&value, words, sizeof(T));
  return value;
}

template <typename T>
__device__ inline T read_lane(unsigned int members, T value, unsigned int source) {
  return shuffle<idx, 32>(members, value, static_cast<int>(source));
}

} // namespace sampan
} // namespace cooperative_groups

#endif
