// Launches: shapes, order of blocks, checks, attributes, modules.
#include <atomic>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "device_module.h"

struct Counters {
  int *out;
  std::atomic<int> *total;
};

LANE_KERNEL(fill_ids, Counters) {
  const uint32_t *b = self->launch->block;
  uint64_t block = self->ctaid[0] + uint64_t{self->launch->grid[0]} *
                                        (self->ctaid[1] + self->launch->grid[1] * self->ctaid[2]);
  uint32_t linear = self->tid[0] + b[0] * (self->tid[1] + b[1] * self->tid[2]);
  if (linear != self->linear_tid)
    std::abort();
  p.out[block * self->launch->block_threads + linear] =
      static_cast<int>(block * 10000 + self->linear_tid);
}

WARP_KERNEL(fill_warps, Counters) {
  for (uint32_t lane = 0; lane < 32; ++lane) {
    uint32_t thread = self->linear_tid + lane;
    if (thread < self->launch->block_threads)
      p.out[thread] = static_cast<int>(self->tid[1]);
  }
}

BLOCK_KERNEL(count_blocks, Counters) {
  p.out[block] += 1;
  p.total->fetch_add(1, std::memory_order_relaxed);
}

struct Nothing {
  int unused;
};
BLOCK_KERNEL(empty, Nothing) {}

TEST(every_thread_of_a_3d_grid_runs_once_with_its_indices) {
  dim3 grid(3, 2, 2), block(5, 3, 2);
  int *out = managed<int>(12 * 30);
  CUDA(launch(fill_ids, grid, block, Counters{out, nullptr}));
  CUDA(cudaDeviceSynchronize());
  for (int b = 0; b < 12; ++b) {
    for (int t = 0; t < 30; ++t)
      EXPECT_EQ(out[b * 30 + t], b * 10000 + t);
  }
}

TEST(a_warp_fibre_gets_the_index_of_its_first_lane) {
  int *out = managed<int>(100);
  CUDA(launch(fill_warps, 1, dim3(10, 10), Counters{out, nullptr}));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(out[31], 0);
  EXPECT_EQ(out[32], 3);
  EXPECT_EQ(out[99], 9);
}

TEST(every_block_of_a_large_grid_runs_once) {
  constexpr int blocks = 300000;
  int *out = managed<int>(blocks);
  std::atomic<int> total{0};
  for (int round = 1; round <= 3; ++round) {
    CUDA(launch(count_blocks, blocks, 32, Counters{out, &total}));
    CUDA(cudaDeviceSynchronize());
    EXPECT_EQ(total.load(), blocks * round);
  }
  for (int i = 0; i < blocks; ++i) {
    if (out[i] != 3)
      EXPECT_EQ(out[i], 3);
  }
}

TEST_PRINTS(
    bad_shapes_are_refused_with_the_documented_codes,
    "sampan: cannot launch empty: a block of 64 x 32 x 1 = 2048 threads; the limit is 1024\n"
    "sampan: cannot launch a kernel: ") {
  auto code = [](dim3 grid, dim3 block, size_t shared = 0) {
    cudaError_t error = launch(empty, grid, block, Nothing{}, shared);
    EXPECT_EQ(cudaGetLastError(), error);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
    return error;
  };
  EXPECT_EQ(code(1, dim3(64, 32)), cudaErrorInvalidConfiguration);
  EXPECT_EQ(code(1, 1025), cudaErrorInvalidConfiguration);
  EXPECT_EQ(code(1, dim3(1, 1, 65)), cudaErrorInvalidConfiguration);
  EXPECT_EQ(code(1, 0), cudaErrorInvalidConfiguration);
  EXPECT_EQ(code(0, 1), cudaErrorInvalidConfiguration);
  EXPECT_EQ(code(dim3(1, 65536), 1), cudaErrorInvalidConfiguration);
  EXPECT_EQ(code(1, 1, 48 * 1024), cudaSuccess);
  EXPECT_EQ(code(1, 1, 48 * 1024 + 1), cudaErrorInvalidValue);
  int not_a_kernel;
  EXPECT_EQ(cudaLaunchKernel(&not_a_kernel, 1, 1, nullptr, 0, nullptr),
            cudaErrorInvalidDeviceFunction);
  EXPECT_EQ(cudaPeekAtLastError(), cudaErrorInvalidDeviceFunction);
  CUDA(cudaDeviceSynchronize());
}

TEST(more_shared_memory_must_be_asked_for) {
  auto set = [](int bytes) {
    return cudaFuncSetAttribute(&empty.stub, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
  };
  EXPECT_EQ(set(163 * 1024 + 1), cudaErrorInvalidValue);
  CUDA(set(163 * 1024));
  CUDA(launch(empty, 1, 1, Nothing{}, 163 * 1024));
  CUDA(cudaDeviceSynchronize());
  cudaFuncAttributes attributes;
  CUDA(cudaFuncGetAttributes(&attributes, &empty.stub));
  EXPECT_EQ(attributes.maxDynamicSharedSizeBytes, 163 * 1024);
  EXPECT_EQ(attributes.maxThreadsPerBlock, 1024);
  int blocks = 0;
  CUDA(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, &empty.stub, 256, 0));
  EXPECT_EQ(blocks, 8);
}

TEST(configurations_nest) {
  dim3 grid, block;
  size_t shared;
  void *stream;
  __cudaPushCallConfiguration(dim3(1), dim3(2), 3, nullptr);
  __cudaPushCallConfiguration(dim3(4), dim3(5), 6, nullptr);
  CUDA(__cudaPopCallConfiguration(&grid, &block, &shared, &stream));
  EXPECT_EQ(grid.x, 4);
  CUDA(__cudaPopCallConfiguration(&grid, &block, &shared, &stream));
  EXPECT_EQ(block.x, 2);
  EXPECT_EQ(shared, 3);
  EXPECT_EQ(__cudaPopCallConfiguration(&grid, &block, &shared, &stream),
            cudaErrorMissingConfiguration);
}

TEST(modules_with_kernels_of_one_name_stay_apart) {
  static auto one = [](SampanThread *self) { *params<Counters>(self).out = 1; };
  static auto two = [](SampanThread *self) { *params<Counters>(self).out = 2; };
  KernelDefinition first("same", SAMPAN_LANE_FIBRE, 1,
                         reinterpret_cast<void *>(+[](SampanThread *self) { one(self); }),
                         sizeof(Counters));
  KernelDefinition second("same", SAMPAN_LANE_FIBRE, 1,
                          reinterpret_cast<void *>(+[](SampanThread *self) { two(self); }),
                          sizeof(Counters));
  ModuleDefinition a("aaaa", {&first}), b("bbbb", {&second});
  int *out = managed<int>(1);
  CUDA(launch(first, 1, 1, Counters{out, nullptr}));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(*out, 1);
  cudaFunction_t function;
  CUDA(cudaGetFuncBySymbol(&function, &second.stub));
  Counters counters{out, nullptr};
  void *arguments[] = {&counters};
  CUDA(cudaLaunchKernel(function, 1, 1, arguments, 0, nullptr));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(*out, 2);
}

TEST(a_removed_module_has_no_kernels) {
  KernelDefinition kernel("gone", SAMPAN_LANE_FIBRE, 1,
                          reinterpret_cast<void *>(+[](SampanThread *) {}), sizeof(Nothing));
  {
    ModuleDefinition module("cccc", {&kernel});
    CUDA(launch(kernel, 1, 1, Nothing{}));
    CUDA(cudaDeviceSynchronize());
  }
  EXPECT_EQ(launch(kernel, 1, 1, Nothing{}), cudaErrorInvalidDeviceFunction);
}

struct Large {
  int *out;
  char padding[4000];
  int last;
};
LANE_KERNEL(read_large, Large) { *p.out = p.last; }

TEST(parameters_are_copied_at_the_launch) {
  int *out = managed<int>(1);
  Large large{};
  large.out = out;
  large.last = 77;
  CUDA(launch(read_large, 1, 1, large));
  large.last = 78;
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(*out, 77);
}

struct Relay {
  std::atomic<int> *turn;
};
// Each block waits for the one before it, as chained scans do.
LANE_KERNEL(wait_for_earlier_block, Relay) {
  while (p.turn->load() != static_cast<int>(self->ctaid[0]))
    sampan_yield(self);
  p.turn->store(static_cast<int>(self->ctaid[0]) + 1);
}

TEST(a_block_may_wait_for_an_earlier_one) {
  std::atomic<int> turn{0};
  CUDA(launch(wait_for_earlier_block, 5000, 1, Relay{&turn}));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(turn.load(), 5000);
}

struct Together {
  std::atomic<int> *arrived;
  std::atomic<int> *met;
};
LANE_KERNEL(meet_all, Together) {
  int all = static_cast<int>(self->launch->grid_blocks * self->launch->block_threads);
  p.arrived->fetch_add(1);
  while (p.arrived->load() < all)
    sampan_yield(self);
  p.met->fetch_add(1);
}

TEST(all_blocks_of_a_cooperative_grid_are_resident) {
  cudaDeviceProp properties;
  CUDA(cudaGetDeviceProperties(&properties, 0));
  int blocks = 0;
  CUDA(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, &meet_all.stub, 128, 0));
  blocks *= properties.multiProcessorCount;
  std::atomic<int> arrived{0}, met{0};
  Together together{&arrived, &met};
  void *arguments[] = {&together};
  EXPECT_EQ(cudaLaunchCooperativeKernel(&meet_all.stub, blocks + 1, 128, arguments, 0, nullptr),
            cudaErrorCooperativeLaunchTooLarge);
  for (int round = 0; round < 2; ++round) {
    arrived = met = 0;
    CUDA(cudaLaunchCooperativeKernel(&meet_all.stub, blocks, 128, arguments, 0, nullptr));
    CUDA(cudaDeviceSynchronize());
    EXPECT_EQ(met.load(), blocks * 128);
  }
}

TEST(two_host_threads_launch_at_once) {
  constexpr int launches = 2000;
  std::atomic<int> total{0};
  auto body = [&] {
    int *out = managed<int>(8);
    for (int i = 0; i < launches; ++i) {
      CUDA(launch(count_blocks, 8, 64, Counters{out, &total}, 0, cudaStreamPerThread));
    }
    CUDA(cudaStreamSynchronize(cudaStreamPerThread));
    for (int i = 0; i < 8; ++i)
      EXPECT_EQ(out[i], launches);
  };
  std::thread a(body), b(body);
  a.join();
  b.join();
  EXPECT_EQ(total.load(), 2 * 8 * launches);
}

static int status_of_child(int (*body)()) {
  pid_t child = fork();
  if (child == 0)
    _exit(body());
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

TEST(a_child_forked_before_the_first_call_can_launch) {
  auto body = [] {
    CUDA(launch(empty, 1, 1, Nothing{}));
    return static_cast<int>(cudaDeviceSynchronize());
  };
  EXPECT_EQ(status_of_child(body), 0);
}

TEST(calls_in_a_child_forked_later_fail_and_return) {
  CUDA(launch(empty, 1, 1, Nothing{}));
  CUDA(cudaDeviceSynchronize());
  auto body = [] { return cudaDeviceSynchronize() == cudaErrorInitializationError ? 0 : 1; };
  EXPECT_EQ(status_of_child(body), 0);
}

int main(int argc, char **argv) {
  main_module();
  return run_tests(argc, argv);
}
