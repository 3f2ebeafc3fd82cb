// expect-path: vector
// Cooperative groups of the lanes that came along, and groups parted by a value.
#include "check.h"
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
namespace cg = cooperative_groups;

__global__ void came_along(int *out, int *counter) {
  int t = threadIdx.x, *row = out + t * 8;
  if (t % 3 == 1) {
    cg::coalesced_group group = cg::coalesced_threads();
    row[0] = group.size();
    row[1] = group.thread_rank();
    row[2] = group.shfl(t, 2);
    row[3] = group.shfl_up(t, 1);
    row[4] = group.shfl_down(t, 2);
    row[5] = group.ballot(t % 2);
    row[6] = cg::reduce(group, t, cg::plus<int>());
    row[7] = cg::exclusive_scan(group, t);
    int place = 0;
    if (group.thread_rank() == 0)
      place = atomicAdd(counter, group.size());
    atomicAdd(counter + 1 + group.shfl(place, 0) + group.thread_rank(), t);
    group.sync();
  }
}

__global__ void parted(int *out) {
  int t = threadIdx.x, *row = out + t * 8;
  auto warp = cg::tiled_partition<32>(cg::this_thread_block());
  auto half = cg::binary_partition(warp, t % 4 == 1);
  row[0] = half.size();
  row[1] = half.thread_rank();
  row[2] = cg::reduce(half, t, cg::greater<int>());
  auto same = cg::labeled_partition(warp, t % 5);
  row[3] = same.size();
  row[4] = same.thread_rank();
  row[5] = cg::reduce(same, t, cg::plus<int>());
  row[6] = same.meta_group_rank() * 10 + same.meta_group_size();
  auto few = cg::tiled_partition(half, 3);
  row[7] = cg::reduce(few, t, cg::less<int>()) * 10 + few.size();
}

// A tile at the end of a block lacks lanes: they are on neither side.
__global__ void few(int *out) {
  int t = threadIdx.x;
  auto half = cg::binary_partition(cg::tiled_partition<32>(cg::this_thread_block()), t % 4 == 1);
  out[t] = half.size() * 100 + half.thread_rank();
}

int main() {
  int *out = managed<int>(64 * 8), *counter = managed<int>(65);
  came_along<<<1, 64>>>(out, counter);
  SYNC();
  for (int warp = 0; warp < 2; ++warp) {
    int lanes[32], count = 0, sum = 0;
    for (int t = warp * 32; t < warp * 32 + 32; ++t)
      if (t % 3 == 1)
        lanes[count++] = t;
    unsigned odd = 0;
    for (int rank = 0; rank < count; ++rank)
      odd |= unsigned(lanes[rank] % 2) << rank;
    for (int rank = 0; rank < count; ++rank) {
      const int *row = out + lanes[rank] * 8;
      EXPECT_EQ(row[0], count);
      EXPECT_EQ(row[1], rank);
      EXPECT_EQ(row[2], lanes[2]);
      EXPECT_EQ(row[3], lanes[rank ? rank - 1 : rank]);
      EXPECT_EQ(row[4], lanes[rank + 2 < count ? rank + 2 : rank]);
      EXPECT_EQ(unsigned(row[5]), odd);
      EXPECT_EQ(row[7], sum);
      sum += lanes[rank];
    }
    for (int rank = 0; rank < count; ++rank)
      EXPECT_EQ(out[lanes[rank] * 8 + 6], sum);
  }
  EXPECT_EQ(counter[0], 21);
  int total = 0;
  for (int i = 1; i <= 21; ++i)
    total += counter[i];
  EXPECT_EQ(total, 21 * 31); // 1 + 4 + … + 61

  parted<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t) {
    const int *row = out + t * 8;
    bool side = t % 4 == 1;
    int rank = 0, size = 0, most = 0, label_rank = 0, label_size = 0, label_sum = 0;
    for (int u = 0; u < 32; ++u) {
      if ((u % 4 == 1) == side) {
        rank += u < t;
        ++size;
        most = u;
      }
      if (u % 5 == t % 5) {
        label_rank += u < t;
        ++label_size;
        label_sum += u;
      }
    }
    EXPECT_EQ(row[0], size);
    EXPECT_EQ(row[1], rank);
    EXPECT_EQ(row[2], most);
    EXPECT_EQ(row[3], label_size);
    EXPECT_EQ(row[4], label_rank);
    EXPECT_EQ(row[5], label_sum);
    EXPECT_EQ(row[6], t % 5 * 10 + 5);
    int first = 0, place = -1;
    for (int u = 0; u < 32; ++u)
      if ((u % 4 == 1) == side && ++place == rank / 3 * 3)
        first = u;
    EXPECT_EQ(row[7], first * 10 + (size - rank / 3 * 3 < 3 ? size - rank / 3 * 3 : 3));
  }
  few<<<1, 21>>>(out);
  SYNC();
  for (int t = 0; t < 21; ++t)
    EXPECT_EQ(out[t], t % 4 == 1 ? 500 + t / 4 : 1600 + t - (t + 2) / 4);
  return verdict();
}
