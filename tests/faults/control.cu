// Faults of control: calls of what is no function, stacks that are too small, assertions, traps.
#include "fault.h"
#include <cassert>
#include <cuda/std/array>
#include <optional>

typedef int (*Function)(int);

// case: null_function
// expect-code: cudaErrorIllegalAddress
// expect-text: {file}:{line:call}
__global__ void call(Function *function, int *out) {
  out[threadIdx.x] = (*function)(threadIdx.x); // line: call
}
static void call_at(size_t address) {
  Function *function;
  int *out;
  cudaMalloc(&function, sizeof *function);
  cudaMalloc(&out, 4096);
  cudaMemcpy(function, &address, sizeof address, cudaMemcpyHostToDevice);
  call<<<1, 32>>>(function, out);
}
static void null_function() { call_at(0); }

// case: data_as_a_function
// expect-code: cudaErrorIllegalAddress
// expect-text: {file}:{line:call}
static void data_as_a_function() {
  // What a function pointer of the device points to, filled with addresses of nothing.
  size_t *descriptor;
  cudaMallocManaged(&descriptor, 64 * sizeof *descriptor);
  for (int i = 0; i < 64; ++i)
    descriptor[i] = 0x123450;
  call_at(reinterpret_cast<size_t>(descriptor));
}

// case: endless_recursion
// expect-code: cudaErrorHardwareStackError
// expect-text: kernel recurse(int*, int)
// expect-text: stack overflow
__device__ __noinline__ int deeper(volatile int *place, int n) {
  volatile int local[16];
  local[n & 15] = *place;
  return n == -1 ? 0 : deeper(local, n + 1) + local[3];
}
__global__ void recurse(int *out, int n) {
  int first = 0;
  if (threadIdx.x == 7)
    out[threadIdx.x] = deeper(&first, n);
}
static void endless_recursion() {
  int *out;
  cudaMalloc(&out, 4096);
  recurse<<<1, 32>>>(out, 0);
}

// case: assertion
// expect-code: cudaErrorAssert
// expect-text: control.cu:{line:assert}: void check(int *, int): block: [1,0,0], thread: [7,0,0] Assertion `i < n` failed.
// expect-text: kernel check(int*, int), block [1,0,0], thread [7,0,0]: assertion failed
__global__ void check(int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  assert(i < n); // line: assert
  out[i] = i;
}
static void assertion() {
  int *out;
  cudaMalloc(&out, 4096);
  check<<<2, 8>>>(out, 15);
}

// case: a_value_that_is_not_there
// expect-code: cudaErrorLaunchFailure
// expect-text: kernel unwrap(int*, int), block [0,0,0], thread [7,0,0]: trap
__global__ void unwrap(int *out, int n) {
  std::optional<int> value;
  if (threadIdx.x < n)
    value = n;
  out[threadIdx.x] = value.value();
}
static void a_value_that_is_not_there() {
  int *out;
  cudaMalloc(&out, 4096);
  unwrap<<<1, 8>>>(out, 7);
}

// case: an_element_that_is_not_there
// expect-code: cudaErrorLaunchFailure
// expect-text: kernel element(int*, int), block [0,0,0], thread [4,0,0]: trap
__global__ void element(int *out, int n) {
  cuda::std::array<int, 4> a{n, n, n, n};
  out[threadIdx.x] = a.at(threadIdx.x);
}
static void an_element_that_is_not_there() {
  int *out;
  cudaMalloc(&out, 4096);
  element<<<1, 5>>>(out, 7);
}

// case: assertion_after_a_barrier
// expect-code: cudaErrorAssert
// expect-text: Assertion `sum == 64` failed.
__device__ __noinline__ void must_be(int sum) { assert(sum == 64); }
__global__ void count(int *out, int n) {
  __shared__ int sum;
  if (threadIdx.x == 0)
    sum = 0;
  __syncthreads();
  if (threadIdx.x < n)
    atomicAdd(&sum, 1);
  __syncthreads();
  must_be(sum);
  out[threadIdx.x] = sum;
}
static void assertion_after_a_barrier() {
  int *out;
  cudaMalloc(&out, 4096);
  count<<<1, 64>>>(out, 63);
}

// case: trap
// expect-code: cudaErrorLaunchFailure
// expect-text: kernel trapped(int*, int), block [1,0,0], thread [3,2,0]: trap, {file}:{line:trap}
__global__ void trapped(int *out, int n) {
  int i = (blockIdx.x * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  if (i == n)
    __trap(); // line: trap
  out[i] = i;
}
static void trap() {
  int *out;
  cudaMalloc(&out, 4096);
  trapped<<<2, dim3(8, 4)>>>(out, 51);
}

// case: trap_in_a_loop_with_barriers
// expect-code: cudaErrorLaunchFailure
// expect-text: thread [17,0,0]: trap, {file}:{line:late_trap}
__global__ void late(int *out, int n) {
  for (int round = 0; round < 8; ++round) {
    if (round == 5 && threadIdx.x == n)
      __trap(); // line: late_trap
    __syncthreads();
    out[threadIdx.x] = round;
  }
}
static void trap_in_a_loop_with_barriers() {
  int *out;
  cudaMalloc(&out, 4096);
  late<<<1, 64>>>(out, 17);
}

// case: deadlock
// expect-code: cudaErrorLaunchFailure
// expect-text: kernel half_way(int*), block [0,0,0], thread [
// expect-text: deadlock: its threads wait for each other, {file}:
__global__ void half_way(int *out) {
  int value = threadIdx.x;
  if (threadIdx.x < 16)
    value = __shfl_sync(0xffffffffu, value, 20); // of threads that wait elsewhere
  else
    __syncwarp(0xffffffffu);
  __syncthreads();
  out[threadIdx.x] = value;
}
static void deadlock() {
  int *out;
  cudaMalloc(&out, 4096);
  half_way<<<1, 64>>>(out);
}

#define CASE(name) {#name, name}
static const Case cases[] = {
    CASE(null_function),
    CASE(data_as_a_function),
    CASE(endless_recursion),
    CASE(assertion),
    CASE(a_value_that_is_not_there),
    CASE(an_element_that_is_not_there),
    CASE(assertion_after_a_barrier),
    CASE(trap),
    CASE(trap_in_a_loop_with_barriers),
    CASE(deadlock),
};
int main(int argc, char **argv) { return run_case(cases, argc, argv); }
