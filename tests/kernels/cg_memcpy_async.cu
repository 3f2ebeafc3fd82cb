// expect-path: vector
// cooperative_groups::memcpy_async with sizes in bytes and in elements, by a block and by tiles.
#include "check.h"
#include <cooperative_groups.h>
#include <cooperative_groups/memcpy_async.h>
namespace cg = cooperative_groups;

__global__ void by_block(const int *in, int *out, int n) {
  extern __shared__ int staged[];
  auto block = cg::this_thread_block();
  cg::memcpy_async(block, staged, in + blockIdx.x * n, sizeof(int) * n);
  cg::wait(block);
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    out[blockIdx.x * n + i] = staged[n - 1 - i];
}

__global__ void by_tile(const char *in, char *out) {
  __shared__ char staged[4][40];
  auto tile = cg::tiled_partition<16>(cg::this_thread_block());
  int which = tile.meta_group_rank();
  cg::memcpy_async(tile, staged[which], 33, in + which * 40 + 1, 39);
  cg::wait_prior<0>(tile);
  for (int i = tile.thread_rank(); i < 33; i += tile.size())
    out[which * 40 + i] = staged[which][i] + 1;
}

int main() {
  const int n = 100;
  int *in = managed<int>(3 * n), *out = managed<int>(3 * n);
  for (int i = 0; i < 3 * n; ++i)
    in[i] = i * i;
  by_block<<<3, 64, n * sizeof(int)>>>(in, out, n);
  SYNC();
  for (int i = 0; i < 3 * n; ++i)
    EXPECT_EQ(out[i], in[i / n * n + n - 1 - i % n]);
  char *bytes = managed<char>(160), *copied = managed<char>(160);
  for (int i = 0; i < 160; ++i)
    bytes[i] = i % 100;
  by_tile<<<1, 64>>>(bytes, copied);
  SYNC();
  for (int i = 0; i < 160; ++i)
    EXPECT_EQ(copied[i], i % 40 < 33 ? bytes[i + 1] + 1 : 0);
  return verdict();
}
