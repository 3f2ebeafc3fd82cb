// expect-path: vector
// cooperative_groups::reduce and the scans over tiles, in full blocks and in one whose last tile is
// not full.
#include "check.h"
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
namespace cg = cooperative_groups;

template <unsigned Size> __global__ void over_tiles(int *out, double *reals) {
  auto tile = cg::tiled_partition<Size>(cg::this_thread_block());
  int t = threadIdx.x, v = t * 7 % 13 - 4, *row = out + t * 8;
  row[0] = cg::reduce(tile, v, cg::plus<int>());
  row[1] = cg::reduce(tile, v, cg::less<int>());
  row[2] = cg::reduce(tile, v, cg::greater<int>());
  row[3] = cg::reduce(tile, v & 63, cg::bit_or<int>());
  row[4] = cg::reduce(tile, v, cg::bit_xor<int>());
  row[5] = cg::reduce(tile, v, [](int a, int b) { return a + b * 1; });
  row[6] = cg::inclusive_scan(tile, v);
  row[7] = cg::exclusive_scan(tile, v, cg::plus<int>());
  reals[t] = cg::reduce(tile, v * 0.25, cg::plus<double>());
}

template <unsigned Size> static void check(int threads) {
  int *out = managed<int>(96 * 8);
  double *reals = managed<double>(96);
  over_tiles<Size><<<1, threads>>>(out, reals);
  SYNC();
  for (int first = 0; first < threads; first += Size) {
    int sum = 0, low = 99, high = -99, bits = 0, odd = 0;
    int end = first + int(Size) < threads ? first + int(Size) : threads;
    for (int t = first; t < end; ++t) {
      int v = t * 7 % 13 - 4;
      EXPECT_EQ(out[t * 8 + 7], sum);
      sum += v;
      EXPECT_EQ(out[t * 8 + 6], sum);
      low = v < low ? v : low;
      high = v > high ? v : high;
      bits |= v & 63;
      odd ^= v;
    }
    for (int t = first; t < end; ++t) {
      EXPECT_EQ(out[t * 8], sum);
      EXPECT_EQ(out[t * 8 + 1], low);
      EXPECT_EQ(out[t * 8 + 2], high);
      EXPECT_EQ(out[t * 8 + 3], bits);
      EXPECT_EQ(out[t * 8 + 4], odd);
      EXPECT_EQ(out[t * 8 + 5], sum);
      EXPECT_EQ(reals[t], sum * 0.25);
    }
  }
}

int main() {
  for (int threads : {64, 96, 75}) {
    check<4>(threads);
    check<16>(threads);
    check<32>(threads);
  }
  return verdict();
}
