// Threads of a block as fibres: barriers in divergent flow, payloads, returned threads, spinning.
#include <algorithm>
#include <atomic>
#include <cfenv>
#include <cmath>

#include "device_module.h"

struct Out {
  int *out;
  int n;
};

// A tree reduction in shared memory, as every CUDA course has it.
LANE_KERNEL(reduce, Out) {
  auto *shared = reinterpret_cast<int *>(self->shared);
  uint32_t t = self->tid[0];
  shared[t] = static_cast<int>(t) + 1;
  sampan_barrier(self);
  for (uint32_t stride = self->launch->block[0] / 2; stride; stride /= 2) {
    if (t < stride)
      shared[t] += shared[t + stride];
    sampan_barrier(self);
  }
  if (t == 0)
    p.out[self->ctaid[0]] = shared[0];
}

TEST(threads_meet_at_barriers) {
  int *out = managed<int>(200);
  CUDA(launch(reduce, 200, 1024, Out{out, 0}, 4096));
  CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 200; ++i)
    EXPECT_EQ(out[i], 1024 * 1025 / 2);
}

TEST(shared_memory_is_aligned_and_ends_at_a_guard) {
  int *out = managed<int>(1);
  CUDA(launch(reduce, 1, 2, Out{out, 0}, 100));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(*out, 3);
}

LANE_KERNEL(return_early, Out) {
  uint32_t t = self->tid[0];
  if (t % 3 == 0)
    return;
  sampan_barrier(self);
  if (t % 3 == 1)
    return;
  sampan_barrier(self);
  p.out[t] = 1;
}

TEST(returned_threads_leave_the_barrier) {
  int *out = managed<int>(300);
  CUDA(launch(return_early, 1, 300, Out{out, 0}));
  CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 300; ++i)
    EXPECT_EQ(out[i], i % 3 == 2);
}

// Different barriers on different paths, and varying trip counts with as many arrivals.
LANE_KERNEL(divergent_barriers, Out) {
  auto *shared = reinterpret_cast<int *>(self->shared);
  uint32_t t = self->tid[0];
  if (t < 16) {
    shared[t] = static_cast<int>(t);
    sampan_barrier(self);
    sampan_barrier(self);
    p.out[t] = shared[16 + t];
  } else {
    shared[t] = 100;
    sampan_barrier(self);
    shared[t] += shared[t - 16];
    sampan_barrier(self);
    p.out[t] = -1;
  }
}

TEST(barriers_on_different_paths_are_one_barrier) {
  int *out = managed<int>(32);
  CUDA(launch(divergent_barriers, 1, 32, Out{out, 0}, 128));
  CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 16; ++i)
    EXPECT_EQ(out[i], 100 + i);
}

LANE_KERNEL(payloads, Out) {
  int t = static_cast<int>(self->tid[0]);
  int errors = 0;
  for (int round = 0; round < 50; ++round) {
    errors += sampan_barrier_reduce(self, t < round, 0) != std::min(round, 40);
    errors += sampan_barrier_reduce(self, t < round, 1) != (round >= 40);
    errors += sampan_barrier_reduce(self, (t < round) << 5, 2) != (round > 0);
  }
  p.out[t] = errors;
}

TEST(barrier_payloads_are_not_mixed_up) {
  int *out = managed<int>(40);
  CUDA(launch(payloads, 1, 40, Out{out, 0}));
  CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(out[i], 0);
}

WARP_KERNEL(warp_payloads, Out) {
  // Each warp counts its lanes.
  int total = sampan_barrier_reduce(self, 32, 0);
  p.out[self->linear_tid / 32] = total;
}

TEST(warps_count_their_lanes) {
  int *out = managed<int>(8);
  CUDA(launch(warp_payloads, 1, 256, Out{out, 0}));
  CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(out[i], 256);
}

LANE_KERNEL(spin, Out) {
  // Thread t waits for thread t + 1.
  auto *flags = reinterpret_cast<std::atomic<int> *>(self->shared);
  int t = static_cast<int>(self->tid[0]);
  flags[t] = 0;
  sampan_barrier(self);
  if (t + 1 < p.n) {
    while (!flags[t + 1].load())
      sampan_yield(self);
  }
  p.out[t] = t + 1 == p.n ? 1 : p.out[t + 1] + 1;
  flags[t].store(1);
}

TEST(spinning_threads_let_others_run) {
  int *out = managed<int>(500);
  CUDA(launch(spin, 1, 500, Out{out, 500}, 2000));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(out[0], 500);
}

LANE_KERNEL(without_barrier, Out) {
  volatile char array[3000];
  array[self->linear_tid] = 1;
  p.out[self->ctaid[0] * self->launch->block_threads + self->linear_tid] = array[self->linear_tid];
}

TEST(threads_without_barriers_run_through) {
  int *out = managed<int>(1000 * 128);
  CUDA(launch(without_barrier, 1000, 128, Out{out, 0}));
  CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 128000; ++i) {
    if (!out[i])
      EXPECT_EQ(out[i], 1);
  }
}

static int depth_of(int n, volatile char *above) {
  volatile char frame[512];
  frame[0] = above[0];
  return n ? depth_of(n - 1, frame) + 1 : 0;
}
LANE_KERNEL(recurse, Out) {
  volatile char first[1] = {};
  p.out[self->tid[0]] = depth_of(p.n, first);
}

TEST(a_larger_stack_can_be_asked_for) {
  int *out = managed<int>(4);
  CUDA(launch(recurse, 1, 4, Out{out, 50}, 64));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(out[3], 50);
  CUDA(cudaDeviceSetLimit(cudaLimitStackSize, 500 << 10));
  CUDA(launch(recurse, 1, 4, Out{out, 600}, 64));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(out[3], 600);
}

LANE_KERNEL(rounding, Out) {
  // Each thread keeps its own floating-point control state across switches.
  std::fesetround(self->tid[0] % 2 ? FE_UPWARD : FE_DOWNWARD);
  sampan_barrier(self);
  p.out[self->tid[0]] = static_cast<int>(std::nearbyint(0.5 + self->tid[0]));
  std::fesetround(FE_TONEAREST);
}
LANE_KERNEL(default_rounding, Out) { p.out[0] = std::fegetround(); }

TEST(floating_point_state_belongs_to_the_fibre) {
  int *out = managed<int>(8);
  CUDA(launch(rounding, 1, 8, Out{out, 0}));
  CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(out[i], i + i % 2);
  std::fesetround(FE_UPWARD);
  CUDA(launch(default_rounding, 1, 1, Out{out, 0}));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  EXPECT_EQ(out[0], FE_TONEAREST);
  std::fesetround(FE_TONEAREST);
}

int main(int argc, char **argv) {
  main_module();
  return run_tests(argc, argv);
}
