// Attributes of kernels, and occupancy.

#include <algorithm>
#include <cstring>

#include "api.h"
#include "device_limits.h"
#include "grid.h"
#include "knobs.h"
#include "launch_attributes.h"
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
    attributes->clusterDimMustBeSet = kernel->required_cluster[0] != 0;
    attributes->requiredClusterWidth = static_cast<int>(kernel->required_cluster[0]);
    attributes->requiredClusterHeight = static_cast<int>(kernel->required_cluster[1]);
    attributes->requiredClusterDepth = static_cast<int>(kernel->required_cluster[2]);
    attributes->clusterSchedulingPolicyPreference = kernel->cluster_policy;
    attributes->nonPortableClusterSizeAllowed = kernel->large_clusters;
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
      if (kernel->code.cluster_x)
        return cudaErrorNotPermitted; // the source says so itself
      if (value < 0)
        return cudaErrorInvalidValue;
      kernel->required_cluster[attribute - cudaFuncAttributeRequiredClusterWidth] =
          static_cast<uint32_t>(value);
      return cudaSuccess;
    case cudaFuncAttributeNonPortableClusterSizeAllowed:
      kernel->large_clusters = value != 0;
      return cudaSuccess;
    case cudaFuncAttributeClusterSchedulingPolicyPreference:
      if (value < 0 || value > cudaClusterSchedulingPolicyLoadBalancing)
        return cudaErrorInvalidValue;
      kernel->cluster_policy = value;
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

// A cluster's blocks run on one worker, which has room for one cluster of any size that the kernel
// allows, provided that its blocks fit at all.
SAMPAN_API cudaError_t cudaOccupancyMaxPotentialClusterSize(int *size, const void *function,
                                                            const cudaLaunchConfig_t *config) {
  return api_call([&] {
    Kernel *kernel = find_kernel(function);
    if (!kernel)
      return cudaErrorInvalidDeviceFunction;
    if (!size || !config)
      return cudaErrorInvalidValue;
    const dim3 &block = config->blockDim;
    unsigned fits = resident_blocks(*kernel, block.x * block.y * block.z, config->dynamicSmemBytes);
    uint32_t most = kernel->large_clusters ? kLargeClusterBlocks : kClusterBlocks;
    if (knobs().arch_major < kClusterArch)
      most = 1;
    *size = static_cast<int>(fits ? most : 0);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaOccupancyMaxActiveClusters(int *clusters, const void *function,
                                                      const cudaLaunchConfig_t *config) {
  return api_call([&]() -> cudaError_t {
    Kernel *kernel = find_kernel(function);
    if (!kernel)
      return cudaErrorInvalidDeviceFunction;
    if (!clusters || !config || (config->numAttrs && !config->attrs))
      return cudaErrorInvalidValue;
    LaunchShape shape{config->gridDim, config->blockDim, config->dynamicSmemBytes};
    LaunchEvents events;
    const char *name = nullptr;
    for (unsigned i = 0; i < config->numAttrs; ++i) {
      if (cudaError_t error = apply_attribute(config->attrs[i], shape, events, name))
        return error;
    }
    if (cudaError_t error = choose_cluster(*kernel, shape))
      return error;
    unsigned size = shape.cluster_blocks();
    if (size > (kernel->large_clusters ? kLargeClusterBlocks : kClusterBlocks))
      return cudaErrorInvalidClusterSize;
    const dim3 &block = config->blockDim;
    unsigned fits = resident_blocks(*kernel, block.x * block.y * block.z, config->dynamicSmemBytes);
    unsigned each = fits ? std::max(fits / size, 1u) : 0;
    *clusters = static_cast<int>(each * knobs().processors);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaSetDoubleForDevice(double *) { return cudaSuccess; }
SAMPAN_API cudaError_t cudaSetDoubleForHost(double *) { return cudaSuccess; }
