// Tiles of more than one warp, barriers with numbers, tiles of tiles.
// sampan-flags: -arch=sm_80
#include "check.h"
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
namespace cg = cooperative_groups;

struct Triple {
  int a, b, c;
};

template <unsigned Size> __global__ void tiles(int *out) {
  __shared__ cg::block_tile_memory<256> memory;
  cg::thread_block block = cg::this_thread_block(memory);
  auto tile = cg::tiled_partition<Size>(block);
  int own = block.thread_rank(), rank = tile.thread_rank();
  int *line = out + own * 16;
  line[0] = rank * 10000 + tile.meta_group_rank() * 100 + tile.meta_group_size();
  line[1] = tile.shfl(own, 5);
  line[2] = tile.shfl_up(own, 3);
  line[3] = tile.shfl_down(own, 40);
  Triple triple = tile.shfl_xor(Triple{own, own + 1, own + 2}, 33);
  line[4] = triple.a + triple.b * 2 + triple.c * 3;
  line[5] = tile.any(own == 70) + 10 * tile.all(own < 128) + 100 * tile.any(own < 0);
  line[6] = cg::reduce(tile, own, cg::plus<int>());
  line[7] = cg::reduce(tile, own * 37 % 101, cg::greater<int>());
  line[8] = cg::inclusive_scan(tile, own);
  line[9] = cg::exclusive_scan(tile, own);
  line[10] = int(tile.num_threads());
  // Tiles of the tile.
  auto half = cg::tiled_partition<Size / 2>(tile);
  line[11] = half.meta_group_size() * 100 + half.meta_group_rank();
  line[12] = cg::reduce(half, own, cg::plus<int>());
  // Only some tiles go this way.
  line[13] = 0;
  if (tile.meta_group_rank() % 2 == 0) {
    for (int round = 0; round < 3; ++round)
      line[13] += tile.shfl(own + round, 1);
  }
  if (rank == 0)
    line[14] = 1;
  tile.sync();
  line[15] = out[(own - rank) * 16 + 14];
}

template <unsigned Size> static void check_tiles(int *out) {
  const int threads = 256, size = Size;
  cudaMemset(out, 0, threads * 16 * sizeof(int));
  tiles<Size><<<1, threads>>>(out);
  SYNC();
  for (int t = 0; t < threads; ++t) {
    const int *line = out + t * 16;
    int rank = t % size, first = t - rank;
    EXPECT_EQ(line[0], rank * 10000 + t / size * 100 + threads / size);
    EXPECT_EQ(line[1], first + 5);
    EXPECT_EQ(line[2], rank >= 3 ? t - 3 : t);
    EXPECT_EQ(line[3], rank + 40 < size ? t + 40 : t);
    EXPECT_EQ(line[4], 6 * (first + (rank ^ 33)) + 8);
    bool has = first <= 70 && 70 < first + size;
    EXPECT_EQ(line[5], has + 10 * (first + size <= 128));
    int sum = 0, most = 0, before = 0, half = 0;
    for (int i = first; i < first + size; ++i) {
      sum += i;
      most = i * 37 % 101 > most ? i * 37 % 101 : most;
      before += i < t ? i : 0;
      half += i / (size / 2) == t / (size / 2) ? i : 0;
    }
    EXPECT_EQ(line[6], sum);
    EXPECT_EQ(line[7], most);
    EXPECT_EQ(line[8], before + t);
    EXPECT_EQ(line[9], before);
    EXPECT_EQ(line[10], size);
    EXPECT_EQ(line[11], 200 + rank / (size / 2));
    EXPECT_EQ(line[12], half);
    EXPECT_EQ(line[13], t / size % 2 ? 0 : 3 * (first + 1) + 3);
    EXPECT_EQ(line[15], 1);
  }
}

// Producers arrive and go on, consumers wait for them.
__global__ void numbered(int *out) {
  __shared__ int box[64];
  int t = threadIdx.x;
  if (t < 64) {
    for (int round = 0; round < 4; ++round) {
      asm volatile("barrier.sync 2, 128;" ::: "memory"); // the box is free
      box[t] = round * 1000 + t;
      asm volatile("bar.arrive 1, 128;" ::: "memory");
    }
  } else if (t < 128) {
    int sum = 0;
    for (int round = 0; round < 4; ++round) {
      asm volatile("bar.arrive 2, 128;" ::: "memory");
      asm volatile("bar.sync 1, 128;" ::: "memory");
      sum = sum * 3 + box[127 - t];
    }
    out[t] = sum;
  } else {
    asm volatile("bar.sync 3, 32;" ::: "memory");
    out[t] = -t;
  }
}

// Names of CUDA 11.
__global__ void older(int *out) {
  __shared__ cg::experimental::block_tile_memory<4, 128> memory;
  auto block = cg::experimental::this_thread_block(memory);
  auto tile = cg::experimental::tiled_partition<64>(block);
  out[threadIdx.x] = cg::reduce(tile, 1, cg::plus<int>());
}

int main() {
  int *out = managed<int>(256 * 16);
  check_tiles<64>(out);
  check_tiles<128>(out);
  check_tiles<256>(out);
  numbered<<<1, 160>>>(out);
  SYNC();
  for (int t = 64; t < 160; ++t) {
    int sum = 0;
    for (int round = 0; round < 4; ++round)
      sum = sum * 3 + round * 1000 + 127 - t;
    EXPECT_EQ(out[t], t < 128 ? sum : -t);
  }
  older<<<1, 128>>>(out);
  SYNC();
  EXPECT_EQ(out[100], 64);
  return verdict();
}
