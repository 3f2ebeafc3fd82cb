// What lives across meetings of the whole grid: shared memory of many blocks, private arrays,
// values, barriers and votes between them, threads that have left, loops that decide together.
// expect-path: vector
#include "check.h"
#include <cooperative_groups.h>
namespace cg = cooperative_groups;

constexpr int kThreads = 96;

__device__ void meet(int *counter) {
  atomicAdd(counter, 1);
  cg::this_grid().sync();
}

__global__ void phases(int *out, int *counters, int *exchange, int rounds) {
  __shared__ int kept[kThreads];
  __shared__ int total;
  cg::grid_group grid = cg::this_grid();
  int t = threadIdx.x, block = blockIdx.x + gridDim.x * blockIdx.y;
  int blocks = gridDim.x * gridDim.y;
  int own[5];
  for (int i = 0; i < 5; ++i)
    own[i] = block * 1000 + t * 10 + i;
  kept[t] = block * 7 + t;
  if (t == 0)
    total = 0;
  __syncthreads();
  float sum = 0.25f * t;
  for (int round = 0; round < rounds; ++round) {
    exchange[block * kThreads + t] = kept[t] + round;
    meet(counters + round);
    // All have counted, whatever worker they are on.
    if (counters[round] != blocks * kThreads)
      atomicAdd(out, 1);
    int other = exchange[(block + 1) % blocks * kThreads + (t + 1) % kThreads];
    grid.sync();
    int odd = __syncthreads_count(other & 1);
    own[round % 5] += other + odd;
    sum = sum * 0.5f + own[(round + 2) % 5];
    if (t % 32 == round % 32)
      atomicAdd(&total, other);
    __syncthreads();
    kept[t] += total % 13 + __shfl_xor_sync(0xffffffffu, other, 1) % 3;
    __syncthreads();
  }
  int *line = out + 16 + (block * kThreads + t) * 8;
  for (int i = 0; i < 5; ++i)
    line[i] = own[i];
  line[5] = kept[t];
  line[6] = total;
  line[7] = static_cast<int>(sum * 16);
}

// Whole blocks, and some warps of the others, return before the grid meets again.
__global__ void leave(int *out, int *flag) {
  cg::grid_group grid = cg::this_grid();
  grid.sync();
  if (threadIdx.x >= 64)
    return;
  atomicAdd(out, 1);
  grid.sync();
  if (threadIdx.x == 0 && blockIdx.x == 0)
    out[1] = out[0];
  // The grid agrees on when to stop.
  int steps = 0;
  do {
    grid.sync();
    if (grid.thread_rank() == 0)
      *flag += 1;
    grid.sync();
    ++steps;
  } while (*flag < 7);
  if (threadIdx.x == 63)
    atomicAdd(out + 2, steps);
}

// May be launched in either way.
__global__ void either(int *out) {
  cg::grid_group grid = cg::this_grid();
  __shared__ int word;
  if (threadIdx.x == 0)
    word = blockIdx.x;
  __syncthreads();
  if (grid.is_valid())
    grid.sync();
  atomicAdd(out + (grid.is_valid() ? 1 : 0), word);
}

static void expected(int *want, int blocks, int rounds) {
  static int own[64][kThreads][5], kept[64][kThreads], other[64][kThreads], exchange[64][kThreads];
  static int total[64];
  static float sum[64][kThreads];
  for (int b = 0; b < blocks; ++b) {
    total[b] = 0;
    for (int t = 0; t < kThreads; ++t) {
      for (int i = 0; i < 5; ++i)
        own[b][t][i] = b * 1000 + t * 10 + i;
      kept[b][t] = b * 7 + t;
      sum[b][t] = 0.25f * t;
    }
  }
  for (int round = 0; round < rounds; ++round) {
    for (int b = 0; b < blocks; ++b)
      for (int t = 0; t < kThreads; ++t)
        exchange[b][t] = kept[b][t] + round;
    for (int b = 0; b < blocks; ++b) {
      int odd = 0;
      for (int t = 0; t < kThreads; ++t) {
        other[b][t] = exchange[(b + 1) % blocks][(t + 1) % kThreads];
        odd += other[b][t] & 1;
      }
      for (int t = 0; t < kThreads; ++t) {
        own[b][t][round % 5] += other[b][t] + odd;
        sum[b][t] = sum[b][t] * 0.5f + own[b][t][(round + 2) % 5];
        if (t % 32 == round % 32)
          total[b] += other[b][t];
      }
      for (int t = 0; t < kThreads; ++t)
        kept[b][t] += total[b] % 13 + other[b][t ^ 1] % 3;
    }
  }
  for (int b = 0; b < blocks; ++b) {
    for (int t = 0; t < kThreads; ++t, want += 8) {
      for (int i = 0; i < 5; ++i)
        want[i] = own[b][t][i];
      want[5] = kept[b][t];
      want[6] = total[b];
      want[7] = static_cast<int>(sum[b][t] * 16);
    }
  }
}

static void check_phases(dim3 grid, int rounds) {
  int blocks = grid.x * grid.y;
  int *out = managed<int>(16 + blocks * kThreads * 8), *counters = managed<int>(rounds);
  int *exchange = managed<int>(blocks * kThreads);
  void *arguments[] = {&out, &counters, &exchange, &rounds};
  CUDA(cudaLaunchCooperativeKernel((void *)phases, grid, kThreads, arguments, 0, nullptr));
  SYNC();
  EXPECT_EQ(out[0], 0);
  static int want[64 * kThreads * 8];
  expected(want, blocks, rounds);
  for (int i = 0; i < blocks * kThreads * 8; ++i)
    EXPECT_EQ(out[16 + i], want[i]);
  cudaFree(out);
  cudaFree(counters);
  cudaFree(exchange);
}

int main() {
  check_phases(dim3(1), 6);
  check_phases(dim3(5), 4);
  check_phases(dim3(3, 2), 6);

  int *out = managed<int>(8), *flag = managed<int>(1);
  void *arguments[] = {&out, &flag};
  CUDA(cudaLaunchCooperativeKernel((void *)leave, 6, 100, arguments, 0, nullptr));
  SYNC();
  EXPECT_EQ(out[1], 6 * 64);
  EXPECT_EQ(out[2], 6 * 7);

  int *sums = managed<int>(2);
  either<<<40, 64>>>(sums);
  void *both[] = {&sums};
  CUDA(cudaLaunchCooperativeKernel((void *)either, 4, 64, both, 0, nullptr));
  SYNC();
  EXPECT_EQ(sums[0], 64 * 39 * 20);
  EXPECT_EQ(sums[1], 64 * 6);
  return verdict();
}
