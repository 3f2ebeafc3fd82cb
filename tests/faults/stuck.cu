// Kernels of which nothing can go on, noticed without SAMPAN_TIMEOUT.
// all-knobs: SAMPAN_TIMEOUT=0 SAMPAN_THREADS=2
// all-flags: -arch=sm_90 -rdc=true
#include "fault.h"
#include <cooperative_groups.h>
namespace cg = cooperative_groups;

static int *zeros() {
  int *memory = nullptr;
  cudaMalloc(&memory, 4096);
  cudaMemset(memory, 0, 4096);
  return memory;
}

// case: flag_that_nobody_sets
// expect-code: cudaErrorLaunchFailure
// expect-text: kernel spin(int volatile*, int*), block [
// expect-text: deadlock: all its threads wait, and nobody is left
// expect-text: {file}:{line:spin}
__global__ void spin(volatile int *flag, int *out) {
  while (!*flag) // line: spin
    ;
  out[threadIdx.x] = 1;
}
static void flag_that_nobody_sets() { spin<<<2, 64>>>(zeros(), zeros()); }

// case: lock_that_is_not_given_back
// expect-code: cudaErrorLaunchFailure
// expect-text: kernel locked(int*, int*)
// expect-text: deadlock
__global__ void locked(int *lock, int *out) {
  while (atomicCAS(lock, 0, 1) != 0)
    __nanosleep(100);
  *out += 1;
}
static void lock_that_is_not_given_back() { locked<<<2, 64>>>(zeros(), zeros()); }

// case: later_block
// expect-code: cudaErrorLaunchFailure
// expect-text: kernel for_later(int*)
__global__ void for_later(int *flags) { // the last of more blocks than can be resident
  if (threadIdx.x == 0 && blockIdx.x + 1 < gridDim.x) {
    while (atomicAdd(flags + gridDim.x - 1, 0) == 0)
      ;
  }
  __syncthreads();
  if (threadIdx.x == 0)
    atomicAdd(flags + blockIdx.x, 1);
}
static void later_block() { for_later<<<200, 64>>>(zeros()); }

// case: barrier_and_flag
// expect-code: cudaErrorLaunchFailure
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
static void barrier_and_flag() { half<<<1, 64>>>(zeros(), zeros()); }

// case: cluster_barrier
// expect-code: cudaErrorLaunchFailure
// expect-text: deadlock: its threads wait for each other, {file}:{line:cluster}
__global__ void __cluster_dims__(2) unequal(int *out) {
  if (blockIdx.x == 0)
    cg::this_cluster().sync(); // line: cluster
  else
    __cluster_barrier_wait();
  if (blockIdx.x == 1 && threadIdx.x == 3)
    asm volatile("bar.sync 1, 64;");
  *out = 1;
}
static void cluster_barrier() { unequal<<<2, 32>>>(zeros()); }

// case: barrier_of_too_few
// expect-code: cudaErrorLaunchFailure
// expect-text: deadlock: its threads wait for each other, {file}:{line:named}
__global__ void too_few(int *out) {
  asm volatile("bar.sync 3, 128;" ::: "memory"); // line: named
  *out = 1;
}
static void barrier_of_too_few() { too_few<<<1, 64>>>(zeros()); }

// case: child_that_faults
// expect-code: cudaErrorIllegalAddress
// expect-text: kernel child(int*), block [0,0,0]
// expect-text: {file}:{line:child}
__global__ void child(int *bad) {
  *bad = 1; // line: child
}
__global__ void parent(int *bad) { child<<<1, 1>>>(bad); }
static void child_that_faults() { parent<<<1, 32>>>(reinterpret_cast<int *>(0x10)); }

// case: waits_for_a_child_that_faults
// expect-code: cudaErrorIllegalAddress
// expect-text: kernel child(int*)
__global__ void waiting_parent(int *bad, int *out) {
  if (threadIdx.x == 0) {
    child<<<1, 1>>>(bad);
    cudaDeviceSynchronize();
    *out = 1;
  }
}
static void waits_for_a_child_that_faults() {
  waiting_parent<<<1, 32>>>(reinterpret_cast<int *>(0x10), zeros());
}

#define CASE(name) {#name, name}
static const Case cases[] = {
    CASE(flag_that_nobody_sets), CASE(lock_that_is_not_given_back),
    CASE(later_block),           CASE(barrier_and_flag),
    CASE(cluster_barrier),       CASE(barrier_of_too_few),
    CASE(child_that_faults),     CASE(waits_for_a_child_that_faults),
};
int main(int argc, char **argv) { return run_case(cases, argc, argv); }
