// Faults: the process lives, the error sticks, the message says where.
#include <atomic>
#include <csetjmp>
#include <csignal>
#include <sys/mman.h>
#include <unistd.h>

#include "device_module.h"

struct Access {
  volatile int *at;
  int thread;
};
LANE_KERNEL(store, Access) {
  if (static_cast<int>(self->tid[0]) == p.thread)
    *p.at = 1;
}
LANE_KERNEL(store_after_barrier, Access) {
  sampan_barrier(self);
  if (static_cast<int>(self->tid[0]) == p.thread)
    *p.at = 1;
  sampan_barrier(self);
}
BLOCK_KERNEL(store_in_vector, Access) {
  if (static_cast<int>(block) == p.thread)
    *p.at = 1;
}
LANE_KERNEL(fine, Access) { *p.at = 5; }
BLOCK_KERNEL(fine_vector, Access) { *p.at = 6; }

static volatile int *const nowhere = reinterpret_cast<int *>(0x1230);

// After the fault: every call says so, until a reset; then all works again.
static void expect_sticky(cudaError_t error) {
  EXPECT_EQ(cudaDeviceSynchronize(), error);
  EXPECT_EQ(cudaGetLastError(), error);
  EXPECT_EQ(cudaGetLastError(), error);
  EXPECT_EQ(cudaPeekAtLastError(), error);
  void *memory;
  EXPECT_EQ(cudaMalloc(&memory, 4), error);
  EXPECT_EQ(launch(fine, 1, 1, Access{nowhere, 0}), error);
  CUDA(cudaDeviceReset());
  CUDA(cudaGetLastError());
  int *out = managed<int>(1);
  CUDA(launch(fine, 1, 1, Access{out, 0}));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(*out, 5);
  CUDA(launch(fine_vector, 1, 1, Access{out, 0}));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(*out, 6);
}

TEST_PRINTS(a_wild_store_of_a_thread,
            "sampan: kernel store, block [0,0,0], thread [5,0,0]: illegal memory access at address "
            "0x1230") {
  CUDA(launch(store, 1, 8, Access{nowhere, 5}));
  expect_sticky(cudaErrorIllegalAddress);
}

TEST_PRINTS(a_wild_store_between_barriers,
            "sampan: kernel store_after_barrier, block [0,0,0], thread [5,0,0]: illegal memory "
            "access at address 0x1230") {
  CUDA(launch(store_after_barrier, 1, 64, Access{nowhere, 5}));
  expect_sticky(cudaErrorIllegalAddress);
  CUDA(launch(store_after_barrier, 1, 64, Access{nowhere, 5}));
  expect_sticky(cudaErrorIllegalAddress);
}

TEST_PRINTS(
    a_wild_store_of_vector_code,
    "sampan: kernel store_in_vector, block [7,0,0], a thread of [0,0,0] to [31,0,0]: illegal "
    "memory access at address 0x1230 (cudaErrorIllegalAddress)") {
  CUDA(launch(store_in_vector, 20, 64, Access{nowhere, 7}));
  expect_sticky(cudaErrorIllegalAddress);
}

TEST(memory_used_after_it_was_freed) {
  void *memory;
  CUDA(cudaMalloc(&memory, 1 << 20));
  CUDA(cudaFree(memory));
  CUDA(launch(store, 1, 1, Access{static_cast<int *>(memory), 0}));
  expect_sticky(cudaErrorIllegalAddress);
}

TEST(memory_past_the_end_of_an_allocation) {
  void *memory;
  CUDA(cudaMalloc(&memory, 4 << 20));
  CUDA(launch(store, 1, 1, Access{static_cast<int *>(memory) + (1 << 20), 0}));
  expect_sticky(cudaErrorIllegalAddress);
}

LANE_KERNEL(past_shared, Access) { *reinterpret_cast<volatile int *>(self->shared + p.thread) = 1; }

TEST(memory_past_the_end_of_shared_memory) {
  CUDA(launch(past_shared, 1, 1, Access{nullptr, 1020}, 1024));
  CUDA(cudaDeviceSynchronize());
  CUDA(launch(past_shared, 1, 1, Access{nullptr, 1024}, 1024));
  expect_sticky(cudaErrorIllegalAddress);
}

static volatile int never = 1;
static int endless(volatile char *above) {
  volatile char frame[256];
  frame[0] = above[0];
  return never ? endless(frame) + 1 : 0;
}
LANE_KERNEL(overflow, Access) {
  volatile char first[1] = {};
  if (self->tid[0] == 3)
    never = endless(first);
  sampan_barrier(self);
}
BLOCK_KERNEL(overflow_vector, Access) {
  volatile char first[1] = {};
  never = endless(first);
}

TEST_PRINTS(stack_overflow_of_a_thread,
            "sampan: kernel overflow, block [0,0,0], thread [3,0,0]: stack overflow") {
  CUDA(launch(overflow, 1, 64, Access{nullptr, 0}));
  expect_sticky(cudaErrorHardwareStackError);
}

TEST_PRINTS(stack_overflow_of_vector_code, "stack overflow") {
  CUDA(launch(overflow_vector, 1, 64, Access{nullptr, 0}));
  expect_sticky(cudaErrorHardwareStackError);
}

LANE_KERNEL(assertion, Access) {
  sampan_barrier(self);
  if (self->tid[1] == 1 && self->tid[0] == 2) {
    sampan_assert_fail(self, "i < n", "file.cu", 12, "void kernel(int)", 1);
  }
  sampan_barrier(self);
}

TEST_PRINTS(
    a_failed_assertion,
    "file.cu:12: void kernel(int): block: [0,0,0], thread: [2,1,0] Assertion `i < n` failed.") {
  CUDA(launch(assertion, 1, dim3(4, 2), Access{nullptr, 0}));
  expect_sticky(cudaErrorAssert);
}

LANE_KERNEL(trap, Access) {
  if (self->tid[0] == 1)
    sampan_trap(self);
}

TEST_PRINTS(a_trap, "sampan: kernel trap, block [0,0,0], thread [1,0,0]: trap") {
  CUDA(launch(trap, 1, 2, Access{nullptr, 0}));
  expect_sticky(cudaErrorLaunchFailure);
}

LANE_KERNEL(undefined, Access) { __builtin_trap(); }

TEST_PRINTS(an_illegal_instruction, "sampan: kernel undefined, block [0,0,0], thread [0,0,0]: ") {
  CUDA(launch(undefined, 1, 1, Access{nullptr, 0}));
#if defined(__aarch64__)
  expect_sticky(cudaErrorLaunchFailure); // a breakpoint there
#else
  expect_sticky(cudaErrorIllegalInstruction);
#endif
}

struct Spin {
  std::atomic<int> *flag;
};
LANE_KERNEL(spin_or_fault, Spin) {
  if (self->ctaid[0] == 0 && self->tid[0] == 0)
    *nowhere = 1;
  while (!p.flag->load())
    sampan_yield(self);
}

TEST(threads_that_wait_for_a_faulting_one_are_ended) {
  std::atomic<int> flag{0};
  CUDA(launch(spin_or_fault, 4, 16, Spin{&flag}));
  expect_sticky(cudaErrorIllegalAddress);
}

TEST(work_after_a_fault_does_not_run) {
  int *out = managed<int>(1);
  CUDA(launch(store, 1, 1, Access{nowhere, 0}));
  launch(fine, 1, 1, Access{out, 0});
  EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
  EXPECT_EQ(*out, 0);
}

TEST(a_fault_on_the_default_stream_shows_in_a_copy) {
  int *memory = managed<int>(1), local = 0;
  CUDA(launch(store, 1, 1, Access{nowhere, 0}));
  EXPECT_EQ(cudaMemcpy(&local, memory, 4, cudaMemcpyDeviceToHost), cudaErrorIllegalAddress);
}

static sigjmp_buf host_jump;
static void host_handler(int) { siglongjmp(host_jump, 1); }

TEST(faults_of_the_host_go_to_the_handler_of_the_host) {
  signal(SIGSEGV, host_handler);
  CUDA(launch(store, 1, 1, Access{nowhere, 0})); // installs the runtime's handler
  EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
  bool caught = sigsetjmp(host_jump, 1) != 0;
  if (!caught)
    *nowhere = 1;
  EXPECT(caught);
}

TEST(copies_from_memory_that_is_not_there_fail) {
  char *memory = managed<char>(1 << 20);
  EXPECT_EQ(cudaMemcpy(memory, const_cast<int *>(nowhere), 100, cudaMemcpyHostToDevice),
            cudaErrorInvalidValue);
  CUDA(cudaMemset(memory, 1, 4));
  EXPECT_EQ(
      cudaMemcpyAsync(memory, const_cast<int *>(nowhere), 100, cudaMemcpyHostToDevice, nullptr),
      cudaErrorInvalidValue);
  CUDA(cudaDeviceSynchronize());
}

TEST(a_faulting_kernel_does_not_leak_signal_state) {
  for (int i = 0; i < 50; ++i) {
    CUDA(launch(store_after_barrier, 2, 64, Access{nowhere, 63}));
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
    CUDA(cudaDeviceReset());
  }
  sigset_t blocked;
  sigprocmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT(!sigismember(&blocked, SIGSEGV));
}

int main(int argc, char **argv) {
  main_module();
  return run_tests(argc, argv);
}
