// expect-path: vector
// Cooperative groups: the block and its tiles of every size, their ranks, shuffles and votes.
#include "check.h"
#include <cooperative_groups.h>
namespace cg = cooperative_groups;

struct Pair {
  double first;
  int second;
};

template <unsigned Size> __global__ void use_tile(int *out) {
  cg::thread_block block = cg::this_thread_block();
  auto tile = cg::tiled_partition<Size>(block);
  int t = block.thread_rank(), *row = out + t * 16;
  row[0] = tile.thread_rank();
  row[1] = tile.meta_group_rank();
  row[2] = tile.meta_group_size();
  row[3] = tile.size();
  row[4] = tile.shfl(t, 1 % Size);
  row[5] = tile.shfl_up(t, 1);
  row[6] = tile.shfl_down(t, 1);
  row[7] = tile.shfl_xor(t, Size / 2);
  row[8] = tile.any(t == 9);
  row[9] = tile.all(t < 50);
  row[10] = tile.ballot(t % 3 == 0);
  row[11] = tile.match_any(t / 3);
  Pair pair = tile.shfl(Pair{t * 0.5, -t}, 0);
  row[12] = int(pair.first * 2) + pair.second;
  row[13] = pair.second;
  tile.sync();
  row[14] = block.num_threads() * 1000 + block.group_index().x * 100 + block.thread_index().y;
  row[15] = block.dim_threads().x + int(cg::group_size(block)) + int(cg::thread_rank(tile));
  cg::sync(block);
}

template <unsigned Size> static void check_tile() {
  int *out = managed<int>(64 * 16);
  use_tile<Size><<<1, dim3(16, 4)>>>(out);
  SYNC();
  for (int t = 0; t < 64; ++t) {
    int first = t / int(Size) * int(Size), rank = t - first;
    unsigned thirds = 0, same = 0;
    bool any = false, all = true;
    for (int u = first; u < first + int(Size); ++u) {
      thirds |= u % 3 == 0 ? 1u << (u - first) : 0;
      same |= u / 3 == t / 3 ? 1u << (u - first) : 0;
      any |= u == 9;
      all &= u < 50;
    }
    const int *row = out + t * 16;
    EXPECT_EQ(row[0], rank);
    EXPECT_EQ(row[1], t / int(Size));
    EXPECT_EQ(row[2], 64 / int(Size));
    EXPECT_EQ(row[3], int(Size));
    EXPECT_EQ(row[4], first + 1 % int(Size));
    EXPECT_EQ(row[5], rank ? t - 1 : t);
    EXPECT_EQ(row[6], rank + 1 < int(Size) ? t + 1 : t);
    EXPECT_EQ(row[7], t ^ int(Size / 2));
    EXPECT_EQ(row[8], any);
    EXPECT_EQ(row[9], all);
    EXPECT_EQ(unsigned(row[10]), thirds);
    EXPECT_EQ(unsigned(row[11]), same);
    EXPECT_EQ(row[12], 0);
    EXPECT_EQ(row[13], -first);
    EXPECT_EQ(row[14], 64000 + t / 16);
    EXPECT_EQ(row[15], 16 + 64 + rank);
  }
}

// A group whose size is an argument.
__global__ void use_any_size(int *out, int size) {
  cg::thread_group tile = cg::tiled_partition(cg::this_thread_block(), size);
  __shared__ int box[64];
  int t = threadIdx.x;
  box[t] = t;
  tile.sync();
  out[t] = box[t / size * size] * 100 + int(tile.thread_rank()) * 10 + int(tile.size() == size);
}

// A tile of the block, and a tile of that one, as tiles of no matter what.
__device__ int sum_ranks(cg::thread_block_tile<8> tile) {
  int sum = tile.thread_rank();
  for (int step = 4; step; step /= 2)
    sum += tile.shfl_xor(sum, step);
  return sum;
}
__global__ void pass_tiles(int *out) {
  auto warp = cg::tiled_partition<32>(cg::this_thread_block());
  cg::thread_block_tile<8> kept = cg::tiled_partition<8>(cg::this_thread_block());
  out[threadIdx.x] = sum_ranks(cg::tiled_partition<8>(warp)) * 10 + int(kept.size());
}

int main() {
  int *sums = managed<int>(64);
  pass_tiles<<<1, 64>>>(sums);
  SYNC();
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(sums[t], 288);
  check_tile<1>();
  check_tile<2>();
  check_tile<4>();
  check_tile<8>();
  check_tile<16>();
  check_tile<32>();
  int *out = managed<int>(64);
  for (int size : {1, 4, 32}) {
    use_any_size<<<1, 64>>>(out, size);
    SYNC();
    for (int t = 0; t < 64; ++t)
      EXPECT_EQ(out[t], t / size * size * 100 + t % size * 10 + 1);
  }
  return verdict();
}
