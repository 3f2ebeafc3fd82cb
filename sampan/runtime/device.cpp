// The device: choosing it, its settings, resetting it. There is one, number 0.

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
constexpr const char *kPciBusId = "0000:01:00.0";

// Sets *to if there is a place for it and the device is ours.
template <typename T> cudaError_t answer(T *to, T value, int device = 0) {
  if (!to)
    return record_error(cudaErrorInvalidValue);
  if (device != 0)
    return record_error(cudaErrorInvalidDevice);
  *to = value;
  return cudaSuccess;
}

cudaError_t check_device(int device) {
  return device == 0 ? cudaSuccess : record_error(cudaErrorInvalidDevice);
}

} // namespace

SAMPAN_API cudaError_t cudaGetDeviceCount(int *count) { return answer(count, 1); }
SAMPAN_API cudaError_t cudaGetDevice(int *device) { return answer(device, 0); }
SAMPAN_API cudaError_t cudaSetDevice(int device) { return check_device(device); }
SAMPAN_API cudaError_t cudaInitDevice(int device, unsigned, unsigned) {
  return check_device(device);
}

SAMPAN_API cudaError_t cudaSetValidDevices(int *devices, int count) {
  if (count < 0 || (count && !devices))
    return record_error(cudaErrorInvalidValue);
  for (int i = 0; i < count; ++i) {
    if (devices[i] != 0)
      return record_error(cudaErrorInvalidDevice);
  }
  return cudaSuccess;
}

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
  return api_call([&] {
    if (!value)
      return cudaErrorInvalidValue;
    if (static_cast<unsigned>(limit) >= kLimits)
      return cudaErrorUnsupportedLimit;
    *value = limits[limit];
    return cudaSuccess;
  });
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

SAMPAN_API cudaError_t cudaDeviceGetPCIBusId(char *to, int length, int device) {
  if (!to || length <= 0)
    return record_error(cudaErrorInvalidValue);
  if (cudaError_t error = check_device(device))
    return error;
  std::snprintf(to, static_cast<size_t>(length), "%s", kPciBusId);
  return cudaSuccess;
}

// Accepts "[domain]:[bus]:[device].[function]" and shorter forms.
SAMPAN_API cudaError_t cudaDeviceGetByPCIBusId(int *device, const char *id) {
  if (!device || !id)
    return record_error(cudaErrorInvalidValue);
  unsigned domain = 0, bus = 0, slot = 0;
  bool read = std::sscanf(id, "%x:%x:%x", &domain, &bus, &slot) == 3 ||
              ((domain = 0), std::sscanf(id, "%x:%x", &bus, &slot) == 2);
  if (!read || domain != 0 || bus != 1 || slot != 0)
    return record_error(cudaErrorInvalidDevice);
  *device = 0;
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaDeviceCanAccessPeer(int *can, int device, int peer) {
  if (device != 0 || peer != 0)
    return record_error(cudaErrorInvalidDevice);
  return answer(can, 0);
}
SAMPAN_API cudaError_t cudaDeviceEnablePeerAccess(int, unsigned) {
  return record_error(cudaErrorInvalidDevice);
}
SAMPAN_API cudaError_t cudaDeviceDisablePeerAccess(int) {
  return record_error(cudaErrorInvalidDevice);
}
SAMPAN_API cudaError_t cudaDeviceGetP2PAttribute(int *, cudaDeviceP2PAttr, int, int) {
  return record_error(cudaErrorInvalidDevice);
}

SAMPAN_API cudaError_t cudaProfilerStart() { return cudaSuccess; }
SAMPAN_API cudaError_t cudaProfilerStop() { return cudaSuccess; }

SAMPAN_API cudaError_t cudaIpcGetMemHandle(cudaIpcMemHandle_t *, void *) {
  return record_error(cudaErrorNotSupported);
}
SAMPAN_API cudaError_t cudaIpcOpenMemHandle(void **, cudaIpcMemHandle_t, unsigned) {
  return record_error(cudaErrorNotSupported);
}
SAMPAN_API cudaError_t cudaIpcCloseMemHandle(void *) { return record_error(cudaErrorNotSupported); }
SAMPAN_API cudaError_t cudaIpcGetEventHandle(cudaIpcEventHandle_t *, cudaEvent_t) {
  return record_error(cudaErrorNotSupported);
}
SAMPAN_API cudaError_t cudaIpcOpenEventHandle(cudaEvent_t *, cudaIpcEventHandle_t) {
  return record_error(cudaErrorNotSupported);
}
