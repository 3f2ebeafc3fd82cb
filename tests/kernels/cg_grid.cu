// not-interpreted: blocks wait for each other, and the interpreter runs one after the other
// The whole grid meets: a cooperative launch, with as many blocks as fit at once.
#include "check.h"
#include <cooperative_groups.h>
namespace cg = cooperative_groups;

// Each round every thread adds what its neighbour in the next block had in the round before.
__global__ void rounds(int *a, int *b, int count) {
  cg::grid_group grid = cg::this_grid();
  unsigned long long i = grid.thread_rank(), n = grid.size();
  for (int round = 0; round < count; ++round) {
    b[i] = a[i] + a[(i + blockDim.x) % n];
    grid.sync();
    a[i] = b[i];
    grid.sync();
  }
  if (i == 0)
    b[n] = grid.is_valid() * 1000 + int(grid.num_blocks()) * 10 + int(grid.block_rank());
}

// A reduction in one launch: blocks' sums, then the first block's.
__global__ void sum(const int *in, int *partial, int *out, int n) {
  __shared__ int total;
  auto grid = cg::this_grid();
  auto block = cg::this_thread_block();
  if (block.thread_rank() == 0)
    total = 0;
  block.sync();
  int own = 0;
  for (int i = grid.thread_rank(); i < n; i += grid.size())
    own += in[i];
  atomicAdd(&total, own);
  block.sync();
  if (block.thread_rank() == 0)
    partial[blockIdx.x] = total;
  grid.sync();
  if (grid.thread_rank() == 0) {
    *out = 0;
    for (int b = 0; b < gridDim.x; ++b)
      *out += partial[b];
  }
}

__global__ void not_cooperative(int *out) { out[threadIdx.x] = cg::this_grid().is_valid(); }

int main() {
  int threads = 64, per_processor = 0, processors = 0;
  CUDA(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&per_processor, rounds, threads, 0));
  CUDA(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, 0));
  int blocks = per_processor * processors < 6 ? per_processor * processors : 6;
  EXPECT(blocks >= 2);
  int n = blocks * threads, count = 4;
  int *a = managed<int>(n), *b = managed<int>(n + 1), *want = new int[n], *next = new int[n];
  for (int i = 0; i < n; ++i)
    a[i] = want[i] = i % 11;
  void *arguments[] = {&a, &b, &count};
  CUDA(cudaLaunchCooperativeKernel(rounds, blocks, threads, arguments));
  SYNC();
  for (int round = 0; round < count; ++round) {
    for (int i = 0; i < n; ++i)
      next[i] = want[i] + want[(i + threads) % n];
    memcpy(want, next, n * sizeof(int));
  }
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(a[i], want[i]);
  EXPECT_EQ(b[n], 1000 + blocks * 10);

  int numbers = 1000, *in = managed<int>(numbers), *out = managed<int>(64), total = 0;
  for (int i = 0; i < numbers; ++i)
    total += in[i] = i * i % 37;
  void *sum_arguments[] = {&in, &b, &out, &numbers};
  CUDA(cudaLaunchCooperativeKernel(sum, blocks, threads, sum_arguments));
  SYNC();
  EXPECT_EQ(*out, total);

  not_cooperative<<<1, 64>>>(out);
  SYNC();
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(out[i], 0);

  int too_many = per_processor * processors + 1;
  EXPECT_EQ(cudaLaunchCooperativeKernel(rounds, too_many, threads, arguments),
            cudaErrorCooperativeLaunchTooLarge);
  cudaGetLastError();
  return verdict();
}
