// Kernels that never end, and what waits for them.
// all-knobs: SAMPAN_TIMEOUT=0.25 SAMPAN_THREADS=3
#include "fault.h"

static int *zeros() {
  int *memory = nullptr;
  cudaMalloc(&memory, 4096);
  cudaMemset(memory, 0, 4096);
  return memory;
}

// case: empty_loop
// expect-code: cudaErrorLaunchTimeout
// expect-text: kernel empty(), block [0,0,0]
// expect-text: did not end in 0.25 s (SAMPAN_TIMEOUT), {file}:{line:empty}
__global__ void empty() {
  while (1) // line: empty
    ;
}
static void empty_loop() { empty<<<1, 64>>>(); }

// case: busy_loop
// expect-code: cudaErrorLaunchTimeout
// expect-text: did not end in 0.25 s
__global__ void busy(float *out, float step) {
  float x = threadIdx.x;
  while (x >= 0) // never so
    out[threadIdx.x] = x = x * 0.5f + step;
}
static void busy_loop() { busy<<<4, 64>>>(reinterpret_cast<float *>(zeros()), 1); }

// case: one_thread
// expect-code: cudaErrorLaunchTimeout
// expect-text: block [1,0,0]
__global__ void one(int *out, int n) {
  int x = 0;
  while (blockIdx.x == 1 && threadIdx.x == n && x >= 0)
    x = (x * 5 + 3) & 0xff;
  out[threadIdx.x] = x;
}
static void one_thread() { one<<<3, 64>>>(zeros(), 33); }

// case: flag_that_nobody_sets
// expect-code: cudaErrorLaunchTimeout
// expect-text: {file}:{line:spin}
__global__ void spin(volatile int *flag, int *out) {
  while (!*flag) // line: spin
    ;
  out[threadIdx.x] = 1;
}
static void flag_that_nobody_sets() { spin<<<2, 64>>>(zeros(), zeros()); }

// case: lock_that_is_not_given_back
// expect-code: cudaErrorLaunchTimeout
// expect-text: kernel locked(int*, int*)
__global__ void locked(int *lock, int *out) {
  while (atomicCAS(lock, 0, 1) != 0)
    ;
  *out += 1;
}
static void lock_that_is_not_given_back() { locked<<<2, 64>>>(zeros(), zeros()); }

// case: barrier_that_one_does_not_reach
// expect-code: cudaErrorLaunchTimeout
// expect-text: kernel half(int*, int*)
__global__ void half(int *flag, int *out) {
  if (threadIdx.x == 40) {
    while (!atomicAdd(flag, 0))
      ;
  }
  __syncthreads();
  if (threadIdx.x == 0)
    *flag = 1;
  out[threadIdx.x] = 1;
}
static void barrier_that_one_does_not_reach() { half<<<1, 64>>>(zeros(), zeros()); }

// case: barriers_for_ever
// expect-code: cudaErrorLaunchTimeout
// expect-text: kernel rounds(int*)
__global__ void rounds(int *out) {
  for (unsigned round = 0;; ++round) {
    out[threadIdx.x] = round;
    __syncthreads();
  }
}
static void barriers_for_ever() { rounds<<<2, 64>>>(zeros()); }

// case: sleeper
// expect-code: cudaErrorLaunchTimeout
// expect-text: kernel sleeps(int*)
__global__ void sleeps(int *out) {
  while (atomicAdd(out, 0) == 0)
    __nanosleep(1000);
}
static void sleeper() { sleeps<<<1, 32>>>(zeros()); }

// case: many_short_blocks
// expect-code: cudaErrorLaunchTimeout
// expect-text: kernel slow(float*, int)
__global__ void slow(float *out, int n) {
  float x = threadIdx.x;
  for (int k = 0; k < n; ++k)
    x = x * 0.5f + 1;
  out[threadIdx.x] = x;
}
static void many_short_blocks() { slow<<<1 << 20, 64>>>(reinterpret_cast<float *>(zeros()), 1000); }

// case: others_wait_for_the_faulting_block
// knobs: SAMPAN_TIMEOUT=0
// expect-code: cudaErrorIllegalAddress
// expect-text: illegal memory access at address 0x10, {file}:{line:fault}
__global__ void chain(int *out, int *bad) {
  if (blockIdx.x == 0) {
    for (int k = 0; k < 1000; ++k)
      atomicAdd(out, 1);
    *bad = 1; // line: fault
  }
  float x = threadIdx.x;
  while (x >= 0) // the other blocks, on other workers
    x = x * 0.5f + 1;
  out[threadIdx.x] = x;
}
static void others_wait_for_the_faulting_block() {
  chain<<<3, 64>>>(zeros(), reinterpret_cast<int *>(0x10));
}

#define CASE(name) {#name, name}
static const Case cases[] = {
    CASE(empty_loop),
    CASE(busy_loop),
    CASE(one_thread),
    CASE(flag_that_nobody_sets),
    CASE(lock_that_is_not_given_back),
    CASE(barrier_that_one_does_not_reach),
    CASE(barriers_for_ever),
    CASE(sleeper),
    CASE(many_short_blocks),
    CASE(others_wait_for_the_faulting_block),
};
int main(int argc, char **argv) { return run_case(cases, argc, argv); }
