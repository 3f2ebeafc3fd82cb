// The one device: what it says of itself, selecting it, resetting it, its limits.

#include <atomic>
#include <cstring>

#include "allocations.h"
#include "api.h"
#include "device_limits.h"
#include "device_settings.h"
#include "knobs.h"
#include "scheduler.h"

using namespace sampan;

namespace {

constexpr int kVersion = 12080; // of the API that is offered
constexpr size_t kDefaultStack = 1024, kDefaultPrintf = 1 << 20, kDefaultHeap = 8 << 20;
constexpr int kClockKilohertz = 1000000; // clock() counts nanoseconds
constexpr int kL2Bytes = 4 << 20;

std::atomic<size_t> stack_limit{kDefaultStack}, printf_limit{kDefaultPrintf},
    heap_limit{kDefaultHeap};
std::atomic<unsigned> device_flags{0};

std::atomic<size_t> *limit_of(cudaLimit limit) {
  switch (limit) {
  case cudaLimitStackSize:
    return &stack_limit;
  case cudaLimitPrintfFifoSize:
    return &printf_limit;
  case cudaLimitMallocHeapSize:
    return &heap_limit;
  default:
    return nullptr;
  }
}

int processors() { return static_cast<int>(Scheduler::get().pool_size()); }

int attribute_of(cudaDeviceAttr attribute, bool &known) {
  known = true;
  switch (static_cast<int>(attribute)) {
  case cudaDevAttrMaxThreadsPerBlock:
    return kMaxThreadsPerBlock;
  case cudaDevAttrMaxBlockDimX:
  case cudaDevAttrMaxBlockDimY:
  case cudaDevAttrMaxBlockDimZ:
    return static_cast<int>(kMaxBlockDim[attribute - cudaDevAttrMaxBlockDimX]);
  case cudaDevAttrMaxGridDimX:
  case cudaDevAttrMaxGridDimY:
  case cudaDevAttrMaxGridDimZ:
    return static_cast<int>(kMaxGridDim[attribute - cudaDevAttrMaxGridDimX]);
  case cudaDevAttrMaxSharedMemoryPerBlock:
    return kSharedPerBlock;
  case cudaDevAttrMaxSharedMemoryPerBlockOptin:
    return kSharedPerBlockOptin;
  case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
    return kSharedPerProcessor;
  case cudaDevAttrReservedSharedMemoryPerBlock:
    return kSharedReserved;
  case cudaDevAttrTotalConstantMemory:
    return 64 << 10;
  case cudaDevAttrWarpSize:
    return kWarpSize;
  case cudaDevAttrMaxPitch:
    return 2147483647;
  case cudaDevAttrMaxRegistersPerBlock:
  case cudaDevAttrMaxRegistersPerMultiprocessor:
    return kRegisters;
  case cudaDevAttrClockRate:
  case cudaDevAttrMemoryClockRate:
    return kClockKilohertz;
  case cudaDevAttrGlobalMemoryBusWidth:
    return 128;
  case cudaDevAttrTextureAlignment:
  case cudaDevAttrSurfaceAlignment:
    return 512;
  case cudaDevAttrTexturePitchAlignment:
    return 32;
  case cudaDevAttrMultiProcessorCount:
    return processors();
  case cudaDevAttrMaxThreadsPerMultiProcessor:
    return kThreadsPerProcessor;
  case cudaDevAttrMaxBlocksPerMultiprocessor:
    return kBlocksPerProcessor;
  case cudaDevAttrL2CacheSize:
    return kL2Bytes;
  case cudaDevAttrComputeCapabilityMajor:
    return knobs().arch_major;
  case cudaDevAttrComputeCapabilityMinor:
    return knobs().arch_minor;
  case cudaDevAttrSingleToDoublePrecisionPerfRatio:
    return 2;
  case cudaDevAttrGpuOverlap:
  case cudaDevAttrAsyncEngineCount:
  case cudaDevAttrIntegrated:
  case cudaDevAttrCanMapHostMemory:
  case cudaDevAttrConcurrentKernels:
  case cudaDevAttrUnifiedAddressing:
  case cudaDevAttrStreamPrioritiesSupported:
  case cudaDevAttrGlobalL1CacheSupported:
  case cudaDevAttrLocalL1CacheSupported:
  case cudaDevAttrManagedMemory:
  case cudaDevAttrHostNativeAtomicSupported:
  case cudaDevAttrPageableMemoryAccess:
  case cudaDevAttrConcurrentManagedAccess:
  case cudaDevAttrCanUseHostPointerForRegisteredMem:
  case cudaDevAttrHostRegisterSupported:
  case cudaDevAttrPageableMemoryAccessUsesHostPageTables:
  case cudaDevAttrDirectManagedMemAccessFromHost:
  case cudaDevAttrMemoryPoolsSupported:
    return 1;
  default:
    // Known to CUDA, and zero here: textures, clusters, cooperative launches, peers, …
    known = attribute >= cudaDevAttrMaxThreadsPerBlock && attribute < cudaDevAttrMax;
    return 0;
  }
}

void describe(cudaDeviceProp &p) {
  std::memset(&p, 0, sizeof p);
  std::strcpy(p.name, "Sampan CPU device");
  std::memcpy(p.uuid.bytes, "sampan-cpu-dev-0", 16);
  auto get = [](cudaDeviceAttr attribute) {
    bool known;
    return attribute_of(attribute, known);
  };
  p.totalGlobalMem = knobs().memory;
  p.sharedMemPerBlock = kSharedPerBlock;
  p.regsPerBlock = p.regsPerMultiprocessor = kRegisters;
  p.warpSize = kWarpSize;
  p.memPitch = 2147483647;
  p.maxThreadsPerBlock = kMaxThreadsPerBlock;
  for (int i = 0; i < 3; i++) {
    p.maxThreadsDim[i] = static_cast<int>(kMaxBlockDim[i]);
    p.maxGridSize[i] = static_cast<int>(kMaxGridDim[i]);
  }
  p.clockRate = p.memoryClockRate = kClockKilohertz;
  p.totalConstMem = get(cudaDevAttrTotalConstantMemory);
  p.major = knobs().arch_major;
  p.minor = knobs().arch_minor;
  p.textureAlignment = p.surfaceAlignment = get(cudaDevAttrTextureAlignment);
  p.texturePitchAlignment = get(cudaDevAttrTexturePitchAlignment);
  p.multiProcessorCount = processors();
  p.memoryBusWidth = get(cudaDevAttrGlobalMemoryBusWidth);
  p.l2CacheSize = kL2Bytes;
  p.maxThreadsPerMultiProcessor = kThreadsPerProcessor;
  p.maxBlocksPerMultiProcessor = kBlocksPerProcessor;
  p.sharedMemPerMultiprocessor = kSharedPerProcessor;
  p.sharedMemPerBlockOptin = kSharedPerBlockOptin;
  p.reservedSharedMemPerBlock = kSharedReserved;
  p.singleToDoublePrecisionPerfRatio = get(cudaDevAttrSingleToDoublePrecisionPerfRatio);
  p.deviceOverlap = p.asyncEngineCount = p.integrated = p.canMapHostMemory = 1;
  p.concurrentKernels = p.unifiedAddressing = p.streamPrioritiesSupported = 1;
  p.globalL1CacheSupported = p.localL1CacheSupported = p.managedMemory = 1;
  p.hostNativeAtomicSupported = p.pageableMemoryAccess = p.concurrentManagedAccess = 1;
  p.canUseHostPointerForRegisteredMem = p.hostRegisterSupported = 1;
  p.pageableMemoryAccessUsesHostPageTables = p.directManagedMemAccessFromHost = 1;
  p.memoryPoolsSupported = 1;
}

} // namespace

namespace sampan {

size_t thread_stack_limit() { return stack_limit; }
size_t printf_buffer_limit() { return printf_limit; }

void reset_device_settings() {
  stack_limit = kDefaultStack;
  printf_limit = kDefaultPrintf;
  heap_limit = kDefaultHeap;
}

} // namespace sampan

// A fault does not keep a program from asking about the device: these check no sticky error.

SAMPAN_API cudaError_t cudaGetDeviceCount(int *count) {
  if (!count)
    return record_error(cudaErrorInvalidValue);
  *count = 1;
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaGetDevice(int *device) {
  if (!device)
    return record_error(cudaErrorInvalidValue);
  *device = 0;
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaSetDevice(int device) {
  return api_call([&] { return device == 0 ? cudaSuccess : cudaErrorInvalidDevice; });
}

SAMPAN_API cudaError_t cudaInitDevice(int device, unsigned, unsigned) {
  return cudaSetDevice(device);
}

SAMPAN_API cudaError_t cudaSetValidDevices(int *devices, int count) {
  return api_call([&] {
    for (int i = 0; i < count; i++) {
      if (!devices || devices[i] != 0)
        return cudaErrorInvalidDevice;
    }
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int device) {
  return api_call([&] {
    if (!properties)
      return cudaErrorInvalidValue;
    if (device != 0)
      return cudaErrorInvalidDevice;
    describe(*properties);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGetDeviceProperties_v2(cudaDeviceProp *properties, int device) {
  return cudaGetDeviceProperties(properties, device);
}

SAMPAN_API cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int device) {
  return api_call([&] {
    if (!value)
      return cudaErrorInvalidValue;
    if (device != 0)
      return cudaErrorInvalidDevice;
    bool known;
    int found = attribute_of(attribute, known);
    if (!known)
      return cudaErrorInvalidValue;
    *value = found;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaChooseDevice(int *device, const cudaDeviceProp *properties) {
  return api_call([&] {
    if (!device || !properties)
      return cudaErrorInvalidValue;
    *device = 0;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaDeviceGetPCIBusId(char *text, int length, int device) {
  return api_call([&] {
    constexpr char kId[] = "0000:00:00.0";
    if (!text || length < static_cast<int>(sizeof kId))
      return cudaErrorInvalidValue;
    if (device != 0)
      return cudaErrorInvalidDevice;
    std::memcpy(text, kId, sizeof kId);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaDeviceGetByPCIBusId(int *device, const char *text) {
  return api_call([&] {
    if (!device || !text)
      return cudaErrorInvalidValue;
    *device = 0;
    return std::strcmp(text, "0000:00:00.0") ? cudaErrorInvalidDevice : cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaDeviceReset() {
  Scheduler::get().wait_for_all();
  clear_sticky_error();
  take_last_error();
  release_device_memory();
  reset_device_settings();
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaThreadExit() { return cudaDeviceReset(); }

SAMPAN_API cudaError_t cudaSetDeviceFlags(unsigned flags) {
  return api_call([&] {
    device_flags = flags;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGetDeviceFlags(unsigned *flags) {
  return api_call([&] {
    if (!flags)
      return cudaErrorInvalidValue;
    *flags = device_flags;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaDeviceSetLimit(cudaLimit limit, size_t value) {
  return api_call([&] {
    std::atomic<size_t> *found = limit_of(limit);
    if (!found)
      return cudaErrorUnsupportedLimit;
    *found = value;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaDeviceGetLimit(size_t *value, cudaLimit limit) {
  return api_call([&] {
    std::atomic<size_t> *found = limit_of(limit);
    if (!value)
      return cudaErrorInvalidValue;
    if (!found)
      return cudaErrorUnsupportedLimit;
    *value = *found;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaDeviceSetCacheConfig(cudaFuncCache) {
  return api_call([] { return cudaSuccess; });
}

SAMPAN_API cudaError_t cudaDeviceGetCacheConfig(cudaFuncCache *config) {
  return api_call([&] {
    if (!config)
      return cudaErrorInvalidValue;
    *config = cudaFuncCachePreferNone;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaDeviceSetSharedMemConfig(cudaSharedMemConfig) {
  return api_call([] { return cudaSuccess; });
}

SAMPAN_API cudaError_t cudaDeviceGetSharedMemConfig(cudaSharedMemConfig *config) {
  return api_call([&] {
    if (!config)
      return cudaErrorInvalidValue;
    *config = cudaSharedMemBankSizeFourByte;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaDeviceCanAccessPeer(int *can, int device, int peer) {
  return api_call([&] {
    if (!can)
      return cudaErrorInvalidValue;
    if (device != 0 || peer != 0)
      return cudaErrorInvalidDevice;
    *can = 0;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaDeviceEnablePeerAccess(int, unsigned) {
  return api_call([] { return cudaErrorInvalidDevice; });
}

SAMPAN_API cudaError_t cudaDeviceDisablePeerAccess(int) {
  return api_call([] { return cudaErrorInvalidDevice; });
}

SAMPAN_API cudaError_t cudaDriverGetVersion(int *version) {
  if (!version)
    return record_error(cudaErrorInvalidValue);
  *version = kVersion;
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaRuntimeGetVersion(int *version) { return cudaDriverGetVersion(version); }

SAMPAN_API cudaError_t cudaProfilerStart() { return cudaSuccess; }
SAMPAN_API cudaError_t cudaProfilerStop() { return cudaSuccess; }
