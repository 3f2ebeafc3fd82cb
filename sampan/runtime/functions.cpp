// Attributes of kernels, and occupancy.

#include <algorithm>
#include <cstring>

#include "api.h"
#include "device_limits.h"
#include "grid.h"
#include "knobs.h"
#include "registry.h"

using namespace sampan;

namespace {

constexpr int kRegistersPerThread = 32; // plausible: programs only print it or divide by it

} // namespace

SAMPAN_API cudaError_t cudaFuncGetAttributes(cudaFuncAttributes *attributes, const void *function) {
  return api_call([&] {
    if (!attributes)
      return cudaErrorInvalidValue;
    Kernel *kernel = find_kernel(function);
    if (!kernel)
      return cudaErrorInvalidDeviceFunction;
    std::memset(attributes, 0, sizeof *attributes);
    attributes->sharedSizeBytes = kernel->code.static_shared;
    attributes->constSizeBytes = constant_bytes(kernel->module);
    attributes->localSizeBytes = kernel->code.local_bytes;
    attributes->maxThreadsPerBlock = static_cast<int>(kernel->code.max_threads);
    attributes->numRegs = kRegistersPerThread;
    attributes->ptxVersion = knobs().arch_major * 10 + knobs().arch_minor;
    attributes->binaryVersion = attributes->ptxVersion;
    attributes->maxDynamicSharedSizeBytes = static_cast<int>(kernel->max_dynamic_shared);
    attributes->preferredShmemCarveout = kernel->carveout;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaFuncSetAttribute(const void *function, cudaFuncAttribute attribute,
                                            int value) {
  return api_call([&] {
    Kernel *kernel = find_kernel(function);
    if (!kernel)
      return cudaErrorInvalidDeviceFunction;
    switch (static_cast<int>(attribute)) {
    case cudaFuncAttributeMaxDynamicSharedMemorySize:
      if (value < 0 || kernel->code.static_shared + value > kSharedPerBlockOptin) {
        return cudaErrorInvalidValue;
      }
      kernel->max_dynamic_shared = static_cast<uint32_t>(value);
      return cudaSuccess;
    case cudaFuncAttributePreferredSharedMemoryCarveout:
      if (value < -1 || value > 100)
        return cudaErrorInvalidValue;
      kernel->carveout = value;
      return cudaSuccess;
    case cudaFuncAttributeRequiredClusterWidth:
    case cudaFuncAttributeRequiredClusterHeight:
    case cudaFuncAttributeRequiredClusterDepth:
      return cudaErrorNotSupported;
    case cudaFuncAttributeNonPortableClusterSizeAllowed:
    case cudaFuncAttributeClusterSchedulingPolicyPreference:
      return cudaSuccess;
    default:
      return cudaErrorInvalidValue;
    }
  });
}

SAMPAN_API cudaError_t cudaFuncSetCacheConfig(const void *function, cudaFuncCache) {
  return api_call(
      [&] { return find_kernel(function) ? cudaSuccess : cudaErrorInvalidDeviceFunction; });
}

SAMPAN_API cudaError_t cudaFuncSetSharedMemConfig(const void *function, cudaSharedMemConfig) {
  return cudaFuncSetCacheConfig(function, cudaFuncCachePreferNone);
}

SAMPAN_API cudaError_t cudaFuncGetName(const char **name, const void *function) {
  return api_call([&] {
    Kernel *kernel = find_kernel(function);
    if (!name || !kernel)
      return name ? cudaErrorInvalidDeviceFunction : cudaErrorInvalidValue;
    *name = kernel->code.name;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGetFuncBySymbol(cudaFunction_t *result, const void *symbol) {
  return api_call([&] {
    Kernel *kernel = find_kernel(symbol);
    if (!result || !kernel)
      return result ? cudaErrorInvalidDeviceFunction : cudaErrorInvalidValue;
    *result = reinterpret_cast<cudaFunction_t>(kernel);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGetKernel(cudaKernel_t *result, const void *symbol) {
  return cudaGetFuncBySymbol(reinterpret_cast<cudaFunction_t *>(result), symbol);
}

SAMPAN_API cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
    int *blocks, const void *function, int block_size, size_t dynamic_shared, unsigned) {
  return api_call([&] {
    Kernel *kernel = find_kernel(function);
    if (!kernel)
      return cudaErrorInvalidDeviceFunction;
    if (!blocks || block_size <= 0)
      return cudaErrorInvalidValue;
    *blocks = static_cast<int>(
        resident_blocks(*kernel, static_cast<unsigned>(block_size), dynamic_shared));
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks,
                                                                     const void *function,
                                                                     int block_size,
                                                                     size_t dynamic_shared) {
  return cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(blocks, function, block_size,
                                                                dynamic_shared, 0);
}

SAMPAN_API cudaError_t cudaOccupancyAvailableDynamicSMemPerBlock(size_t *dynamic_shared,
                                                                 const void *function, int blocks,
                                                                 int block_size) {
  return api_call([&] {
    Kernel *kernel = find_kernel(function);
    if (!kernel)
      return cudaErrorInvalidDeviceFunction;
    if (!dynamic_shared || blocks <= 0 || block_size <= 0)
      return cudaErrorInvalidValue;
    size_t each = kSharedPerProcessor / static_cast<unsigned>(blocks);
    size_t taken = kSharedReserved + kernel->code.static_shared;
    *dynamic_shared = std::min<size_t>(each > taken ? each - taken : 0,
                                       kSharedPerBlockOptin - kernel->code.static_shared);
    return cudaSuccess;
  });
}

// There are no clusters: a cluster is a block.
SAMPAN_API cudaError_t cudaOccupancyMaxPotentialClusterSize(int *size, const void *,
                                                            const cudaLaunchConfig_t *) {
  return api_call([&] {
    if (!size)
      return cudaErrorInvalidValue;
    *size = 1;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaOccupancyMaxActiveClusters(int *clusters, const void *function,
                                                      const cudaLaunchConfig_t *config) {
  if (!clusters || !config)
    return record_error(cudaErrorInvalidValue);
  const dim3 &block = config->blockDim;
  cudaError_t error = cudaOccupancyMaxActiveBlocksPerMultiprocessor(
      clusters, function, static_cast<int>(block.x * block.y * block.z), config->dynamicSmemBytes);
  if (!error)
    *clusters *= static_cast<int>(Scheduler::get().pool_size());
  return error;
}

SAMPAN_API cudaError_t cudaSetDoubleForDevice(double *) { return cudaSuccess; }
SAMPAN_API cudaError_t cudaSetDoubleForHost(double *) { return cudaSuccess; }
