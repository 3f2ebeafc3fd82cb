// The settings of devices, which all share, and resetting them. devices.cpp has their numbers.

#include "device_settings.h"

#include <atomic>
#include <cstdio>
#include <cstring>

#include "allocations.h"
#include "api.h"
#include "device_printf.h"
#include "scheduler.h"

namespace sampan {
namespace {

constexpr size_t kStackSize = 1024, kPrintfBuffer = 1 << 20, kHeap = 8 << 20;
constexpr int kLimits = 7;
constexpr size_t kDefaults[kLimits] = {kStackSize, kPrintfBuffer, kHeap, 2, 2048, 64, 0};
constexpr size_t kLargestStack = 512 << 10; // local memory that a CUDA thread can have

std::atomic<size_t> limits[kLimits] = {{kDefaults[0]}, {kDefaults[1]}, {kDefaults[2]},
                                       {kDefaults[3]}, {kDefaults[4]}, {kDefaults[5]},
                                       {kDefaults[6]}};
std::atomic<int> cache_config{cudaFuncCachePreferNone};
std::atomic<int> shared_config{cudaSharedMemBankSizeFourByte};
std::atomic<unsigned> device_flags{cudaDeviceScheduleAuto};

} // namespace

size_t thread_stack_limit() { return limits[cudaLimitStackSize].load(std::memory_order_relaxed); }

size_t device_heap_limit() {
  return limits[cudaLimitMallocHeapSize].load(std::memory_order_relaxed);
}

size_t printf_buffer_limit() {
  return limits[cudaLimitPrintfFifoSize].load(std::memory_order_relaxed);
}

cudaError_t device_limit(cudaLimit limit, size_t &value) {
  if (static_cast<unsigned>(limit) >= kLimits)
    return cudaErrorUnsupportedLimit;
  value = limits[limit];
  return cudaSuccess;
}

void reset_device_settings() {
  for (int i = 0; i < kLimits; ++i)
    limits[i] = kDefaults[i];
  forget_device_heap();
  cache_config = cudaFuncCachePreferNone;
  shared_config = cudaSharedMemBankSizeFourByte;
  device_flags = cudaDeviceScheduleAuto;
}

} // namespace sampan

using namespace sampan;

namespace {

constexpr int kVersion = CUDART_VERSION;

// Sets *to if there is a place for it.
template <typename T> cudaError_t answer(T *to, T value) {
  if (!to)
    return record_error(cudaErrorInvalidValue);
  *to = value;
  return cudaSuccess;
}

} // namespace

SAMPAN_API cudaError_t cudaSetDeviceFlags(unsigned flags) {
  if (flags & ~static_cast<unsigned>(cudaDeviceMask))
    return record_error(cudaErrorInvalidValue);
  device_flags = flags;
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaGetDeviceFlags(unsigned *flags) {
  return answer(flags, device_flags.load() | cudaDeviceMapHost);
}

SAMPAN_API cudaError_t cudaDriverGetVersion(int *version) { return answer(version, kVersion); }
SAMPAN_API cudaError_t cudaRuntimeGetVersion(int *version) { return answer(version, kVersion); }

SAMPAN_API cudaError_t cudaDeviceReset() {
  Scheduler::get().wait_for_all();
  flush_device_output();
  release_device_memory();
  reset_device_settings();
  clear_sticky_error();
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaThreadExit() { return cudaDeviceReset(); }

SAMPAN_API cudaError_t cudaDeviceSetLimit(cudaLimit limit, size_t value) {
  return api_call([&] {
    if (static_cast<unsigned>(limit) >= kLimits)
      return cudaErrorUnsupportedLimit;
    if (limit == cudaLimitStackSize && value > kLargestStack)
      return cudaErrorInvalidValue;
    limits[limit] = value;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaDeviceGetLimit(size_t *value, cudaLimit limit) {
  return api_call([&] { return value ? device_limit(limit, *value) : cudaErrorInvalidValue; });
}

SAMPAN_API cudaError_t cudaThreadSetLimit(cudaLimit limit, size_t value) {
  return cudaDeviceSetLimit(limit, value);
}
SAMPAN_API cudaError_t cudaThreadGetLimit(size_t *value, cudaLimit limit) {
  return cudaDeviceGetLimit(value, limit);
}

SAMPAN_API cudaError_t cudaDeviceSetCacheConfig(cudaFuncCache config) {
  cache_config = config;
  return cudaSuccess;
}
SAMPAN_API cudaError_t cudaDeviceGetCacheConfig(cudaFuncCache *config) {
  return answer(config, static_cast<cudaFuncCache>(cache_config.load()));
}
SAMPAN_API cudaError_t cudaThreadSetCacheConfig(cudaFuncCache config) {
  return cudaDeviceSetCacheConfig(config);
}
SAMPAN_API cudaError_t cudaThreadGetCacheConfig(cudaFuncCache *config) {
  return cudaDeviceGetCacheConfig(config);
}
SAMPAN_API cudaError_t cudaDeviceSetSharedMemConfig(cudaSharedMemConfig config) {
  shared_config = config;
  return cudaSuccess;
}
SAMPAN_API cudaError_t cudaDeviceGetSharedMemConfig(cudaSharedMemConfig *config) {
  return answer(config, static_cast<cudaSharedMemConfig>(shared_config.load()));
}
SAMPAN_API cudaError_t cudaCtxResetPersistingL2Cache() { return cudaSuccess; }
SAMPAN_API cudaError_t cudaDeviceFlushGPUDirectRDMAWrites(int, int) { return cudaSuccess; }

SAMPAN_API cudaError_t cudaProfilerStart() { return cudaSuccess; }
SAMPAN_API cudaError_t cudaProfilerStop() { return cudaSuccess; }
