// What the device says about itself: cudaGetDeviceProperties and cudaDeviceGetAttribute.

#include <algorithm>
#include <cstring>
#include <fstream>
#include <string>

#include "accelerator.h"
#include "api.h"
#include "device_limits.h"
#include "devices.h"
#include "knobs.h"

using namespace sampan;

namespace {

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind("model name", 0) != 0)
      continue;
    size_t at = line.find(": ");
    if (at != std::string::npos)
      return line.substr(at + 2);
  }
  return "CPU";
}

// The last level's, from sysfs: not every C library can say.
int cache_size() {
  int size = 0;
  for (int index = 0; index < 8; ++index) {
    std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) +
                       "/size");
    int kilobytes;
    if (file >> kilobytes)
      size = std::max(size, kilobytes << 10); // "32768K"
  }
  return size > 0 ? size : 1 << 20;
}

template <size_t N> void set(int (&to)[N], const int (&from)[N]) { std::copy_n(from, N, to); }

// Limits of textures and surfaces are those documented for compute capability 8.x and 9.x.
void set_texture_limits(cudaDeviceProp &p) {
  p.textureAlignment = 512;
  p.texturePitchAlignment = 32;
  p.surfaceAlignment = 512;
  p.maxTexture1D = 131072;
  p.maxTexture1DMipmap = 32768;
  p.maxTexture1DLinear = 268435456;
  set(p.maxTexture2D, {131072, 65536});
  set(p.maxTexture2DMipmap, {32768, 32768});
  set(p.maxTexture2DLinear, {131072, 65000, 2097120});
  set(p.maxTexture2DGather, {32768, 32768});
  set(p.maxTexture3D, {16384, 16384, 16384});
  set(p.maxTexture3DAlt, {8192, 8192, 32768});
  p.maxTextureCubemap = 32768;
  set(p.maxTexture1DLayered, {32768, 2048});
  set(p.maxTexture2DLayered, {32768, 32768, 2048});
  set(p.maxTextureCubemapLayered, {32768, 2046});
  p.maxSurface1D = 32768;
  set(p.maxSurface2D, {131072, 65536});
  set(p.maxSurface3D, {16384, 16384, 16384});
  set(p.maxSurface1DLayered, {32768, 2048});
  set(p.maxSurface2DLayered, {32768, 32768, 2048});
  p.maxSurfaceCubemap = 32768;
  set(p.maxSurfaceCubemapLayered, {32768, 2046});
}

cudaDeviceProp describe() {
  cudaDeviceProp p;
  std::memset(&p, 0, sizeof p);
  bool elsewhere = accelerator::wanted() && accelerator::state() == cudaSuccess;
  std::string name =
      "Sampan on " + (elsewhere ? accelerator::description().name : processor_name());
  std::strncpy(p.name, name.c_str(), sizeof p.name - 1);
  std::memcpy(p.uuid.bytes, "sampan-device-0", 16);
  p.luidDeviceNodeMask = 1;
  p.totalGlobalMem = knobs().memory;
  if (elsewhere)
    p.totalGlobalMem = std::min(p.totalGlobalMem, accelerator::description().memory);
  p.totalConstMem = 64 << 10;
  p.memPitch = 0x7fffffff;
  p.major = knobs().arch_major;
  p.minor = knobs().arch_minor;
  p.clusterLaunch = knobs().arch_major >= kClusterArch;
  p.warpSize = kWarpSize;
  p.multiProcessorCount = static_cast<int>(knobs().processors);
  if (elsewhere)
    p.multiProcessorCount = static_cast<int>(accelerator::description().units);
  p.regsPerBlock = kRegisters;
  p.regsPerMultiprocessor = kRegisters;
  p.sharedMemPerBlock = kSharedPerBlock;
  p.sharedMemPerBlockOptin = kSharedPerBlockOptin;
  p.sharedMemPerMultiprocessor = kSharedPerProcessor;
  p.reservedSharedMemPerBlock = kSharedReserved;
  p.maxThreadsPerBlock = kMaxThreadsPerBlock;
  p.maxThreadsPerMultiProcessor = kThreadsPerProcessor;
  p.maxBlocksPerMultiProcessor = kBlocksPerProcessor;
  for (int i = 0; i < 3; ++i) {
    p.maxThreadsDim[i] = static_cast<int>(kMaxBlockDim[i]);
    p.maxGridSize[i] = static_cast<int>(kMaxGridDim[i]);
  }
  // clock64() counts nanoseconds. The memory's numbers make the 51.2 GB/s of two DDR4 channels.
  p.clockRate = 1000000;
  p.memoryClockRate = 1600000;
  p.memoryBusWidth = 128;
  p.l2CacheSize = cache_size();
  p.deviceOverlap = 1;
  p.asyncEngineCount = 2;
  p.concurrentKernels = 1;
  p.canMapHostMemory = 1;
  p.unifiedAddressing = 1;
  p.managedMemory = 1;
  p.concurrentManagedAccess = 1;
  p.pageableMemoryAccess = 1;
  p.pageableMemoryAccessUsesHostPageTables = 1;
  p.directManagedMemAccessFromHost = 1;
  p.canUseHostPointerForRegisteredMem = 1;
  p.hostRegisterSupported = 1;
  p.hostRegisterReadOnlySupported = 1;
  p.hostNativeAtomicSupported = 1;
  p.streamPrioritiesSupported = 1;
  p.globalL1CacheSupported = 1;
  p.localL1CacheSupported = 1;
  p.computePreemptionSupported = 1;
  p.cooperativeLaunch = 1;
  p.memoryPoolsSupported = 1;
  p.ipcEventSupported = 1;
  p.memoryPoolSupportedHandleTypes = cudaMemHandleTypePosixFileDescriptor;
  p.singleToDoublePrecisionPerfRatio = 2;
  p.unifiedFunctionPointers = 1;
  p.pciBusID = 1;
  set_texture_limits(p);
  return p;
}

const cudaDeviceProp &properties() {
  static const cudaDeviceProp properties = describe();
  return properties;
}

// Attributes come from the properties, so that the two never disagree.
int attribute(int which, bool &known) {
  const cudaDeviceProp &p = properties();
  known = true;
  switch (which) {
#define ATTRIBUTE(name, value)                                                                     \
  case cudaDevAttr##name:                                                                          \
    return static_cast<int>(value)
    ATTRIBUTE(MaxThreadsPerBlock, p.maxThreadsPerBlock);
    ATTRIBUTE(MaxBlockDimX, p.maxThreadsDim[0]);
    ATTRIBUTE(MaxBlockDimY, p.maxThreadsDim[1]);
    ATTRIBUTE(MaxBlockDimZ, p.maxThreadsDim[2]);
    ATTRIBUTE(MaxGridDimX, p.maxGridSize[0]);
    ATTRIBUTE(MaxGridDimY, p.maxGridSize[1]);
    ATTRIBUTE(MaxGridDimZ, p.maxGridSize[2]);
    ATTRIBUTE(MaxSharedMemoryPerBlock, p.sharedMemPerBlock);
    ATTRIBUTE(TotalConstantMemory, p.totalConstMem);
    ATTRIBUTE(WarpSize, p.warpSize);
    ATTRIBUTE(MaxPitch, p.memPitch);
    ATTRIBUTE(MaxRegistersPerBlock, p.regsPerBlock);
    ATTRIBUTE(ClockRate, p.clockRate);
    ATTRIBUTE(TextureAlignment, p.textureAlignment);
    ATTRIBUTE(GpuOverlap, p.deviceOverlap);
    ATTRIBUTE(MultiProcessorCount, p.multiProcessorCount);
    ATTRIBUTE(KernelExecTimeout, p.kernelExecTimeoutEnabled);
    ATTRIBUTE(Integrated, p.integrated);
    ATTRIBUTE(CanMapHostMemory, p.canMapHostMemory);
    ATTRIBUTE(ComputeMode, p.computeMode);
    ATTRIBUTE(MaxTexture1DWidth, p.maxTexture1D);
    ATTRIBUTE(MaxTexture2DWidth, p.maxTexture2D[0]);
    ATTRIBUTE(MaxTexture2DHeight, p.maxTexture2D[1]);
    ATTRIBUTE(MaxTexture3DWidth, p.maxTexture3D[0]);
    ATTRIBUTE(MaxTexture3DHeight, p.maxTexture3D[1]);
    ATTRIBUTE(MaxTexture3DDepth, p.maxTexture3D[2]);
    ATTRIBUTE(MaxTexture2DLayeredWidth, p.maxTexture2DLayered[0]);
    ATTRIBUTE(MaxTexture2DLayeredHeight, p.maxTexture2DLayered[1]);
    ATTRIBUTE(MaxTexture2DLayeredLayers, p.maxTexture2DLayered[2]);
    ATTRIBUTE(SurfaceAlignment, p.surfaceAlignment);
    ATTRIBUTE(ConcurrentKernels, p.concurrentKernels);
    ATTRIBUTE(EccEnabled, p.ECCEnabled);
    ATTRIBUTE(PciBusId, p.pciBusID);
    ATTRIBUTE(PciDeviceId, p.pciDeviceID);
    ATTRIBUTE(TccDriver, p.tccDriver);
    ATTRIBUTE(MemoryClockRate, p.memoryClockRate);
    ATTRIBUTE(GlobalMemoryBusWidth, p.memoryBusWidth);
    ATTRIBUTE(L2CacheSize, p.l2CacheSize);
    ATTRIBUTE(MaxThreadsPerMultiProcessor, p.maxThreadsPerMultiProcessor);
    ATTRIBUTE(AsyncEngineCount, p.asyncEngineCount);
    ATTRIBUTE(UnifiedAddressing, p.unifiedAddressing);
    ATTRIBUTE(MaxTexture1DLayeredWidth, p.maxTexture1DLayered[0]);
    ATTRIBUTE(MaxTexture1DLayeredLayers, p.maxTexture1DLayered[1]);
    ATTRIBUTE(MaxTexture2DGatherWidth, p.maxTexture2DGather[0]);
    ATTRIBUTE(MaxTexture2DGatherHeight, p.maxTexture2DGather[1]);
    ATTRIBUTE(MaxTexture3DWidthAlt, p.maxTexture3DAlt[0]);
    ATTRIBUTE(MaxTexture3DHeightAlt, p.maxTexture3DAlt[1]);
    ATTRIBUTE(MaxTexture3DDepthAlt, p.maxTexture3DAlt[2]);
    ATTRIBUTE(PciDomainId, p.pciDomainID);
    ATTRIBUTE(TexturePitchAlignment, p.texturePitchAlignment);
    ATTRIBUTE(MaxTextureCubemapWidth, p.maxTextureCubemap);
    ATTRIBUTE(MaxTextureCubemapLayeredWidth, p.maxTextureCubemapLayered[0]);
    ATTRIBUTE(MaxTextureCubemapLayeredLayers, p.maxTextureCubemapLayered[1]);
    ATTRIBUTE(MaxSurface1DWidth, p.maxSurface1D);
    ATTRIBUTE(MaxSurface2DWidth, p.maxSurface2D[0]);
    ATTRIBUTE(MaxSurface2DHeight, p.maxSurface2D[1]);
    ATTRIBUTE(MaxSurface3DWidth, p.maxSurface3D[0]);
    ATTRIBUTE(MaxSurface3DHeight, p.maxSurface3D[1]);
    ATTRIBUTE(MaxSurface3DDepth, p.maxSurface3D[2]);
    ATTRIBUTE(MaxSurface1DLayeredWidth, p.maxSurface1DLayered[0]);
    ATTRIBUTE(MaxSurface1DLayeredLayers, p.maxSurface1DLayered[1]);
    ATTRIBUTE(MaxSurface2DLayeredWidth, p.maxSurface2DLayered[0]);
    ATTRIBUTE(MaxSurface2DLayeredHeight, p.maxSurface2DLayered[1]);
    ATTRIBUTE(MaxSurface2DLayeredLayers, p.maxSurface2DLayered[2]);
    ATTRIBUTE(MaxSurfaceCubemapWidth, p.maxSurfaceCubemap);
    ATTRIBUTE(MaxSurfaceCubemapLayeredWidth, p.maxSurfaceCubemapLayered[0]);
    ATTRIBUTE(MaxSurfaceCubemapLayeredLayers, p.maxSurfaceCubemapLayered[1]);
    ATTRIBUTE(MaxTexture1DLinearWidth, p.maxTexture1DLinear);
    ATTRIBUTE(MaxTexture2DLinearWidth, p.maxTexture2DLinear[0]);
    ATTRIBUTE(MaxTexture2DLinearHeight, p.maxTexture2DLinear[1]);
    ATTRIBUTE(MaxTexture2DLinearPitch, p.maxTexture2DLinear[2]);
    ATTRIBUTE(MaxTexture2DMipmappedWidth, p.maxTexture2DMipmap[0]);
    ATTRIBUTE(MaxTexture2DMipmappedHeight, p.maxTexture2DMipmap[1]);
    ATTRIBUTE(ComputeCapabilityMajor, p.major);
    ATTRIBUTE(ComputeCapabilityMinor, p.minor);
    ATTRIBUTE(MaxTexture1DMipmappedWidth, p.maxTexture1DMipmap);
    ATTRIBUTE(StreamPrioritiesSupported, p.streamPrioritiesSupported);
    ATTRIBUTE(GlobalL1CacheSupported, p.globalL1CacheSupported);
    ATTRIBUTE(LocalL1CacheSupported, p.localL1CacheSupported);
    ATTRIBUTE(MaxSharedMemoryPerMultiprocessor, p.sharedMemPerMultiprocessor);
    ATTRIBUTE(MaxRegistersPerMultiprocessor, p.regsPerMultiprocessor);
    ATTRIBUTE(ManagedMemory, p.managedMemory);
    ATTRIBUTE(IsMultiGpuBoard, p.isMultiGpuBoard);
    ATTRIBUTE(MultiGpuBoardGroupID, p.multiGpuBoardGroupID);
    ATTRIBUTE(HostNativeAtomicSupported, p.hostNativeAtomicSupported);
    ATTRIBUTE(SingleToDoublePrecisionPerfRatio, p.singleToDoublePrecisionPerfRatio);
    ATTRIBUTE(PageableMemoryAccess, p.pageableMemoryAccess);
    ATTRIBUTE(ConcurrentManagedAccess, p.concurrentManagedAccess);
    ATTRIBUTE(ComputePreemptionSupported, p.computePreemptionSupported);
    ATTRIBUTE(CanUseHostPointerForRegisteredMem, p.canUseHostPointerForRegisteredMem);
    ATTRIBUTE(CooperativeLaunch, p.cooperativeLaunch);
    ATTRIBUTE(CooperativeMultiDeviceLaunch, p.cooperativeMultiDeviceLaunch);
    ATTRIBUTE(MaxSharedMemoryPerBlockOptin, p.sharedMemPerBlockOptin);
    ATTRIBUTE(CanFlushRemoteWrites, 0);
    ATTRIBUTE(HostRegisterSupported, p.hostRegisterSupported);
    ATTRIBUTE(PageableMemoryAccessUsesHostPageTables, p.pageableMemoryAccessUsesHostPageTables);
    ATTRIBUTE(DirectManagedMemAccessFromHost, p.directManagedMemAccessFromHost);
    ATTRIBUTE(MaxBlocksPerMultiprocessor, p.maxBlocksPerMultiProcessor);
    ATTRIBUTE(MaxPersistingL2CacheSize, p.persistingL2CacheMaxSize);
    ATTRIBUTE(MaxAccessPolicyWindowSize, p.accessPolicyMaxWindowSize);
    ATTRIBUTE(ReservedSharedMemoryPerBlock, p.reservedSharedMemPerBlock);
    ATTRIBUTE(SparseCudaArraySupported, p.sparseCudaArraySupported);
    ATTRIBUTE(HostRegisterReadOnlySupported, p.hostRegisterReadOnlySupported);
    ATTRIBUTE(TimelineSemaphoreInteropSupported, p.timelineSemaphoreInteropSupported);
    ATTRIBUTE(MemoryPoolsSupported, p.memoryPoolsSupported);
    ATTRIBUTE(GPUDirectRDMASupported, p.gpuDirectRDMASupported);
    ATTRIBUTE(GPUDirectRDMAFlushWritesOptions, p.gpuDirectRDMAFlushWritesOptions);
    ATTRIBUTE(GPUDirectRDMAWritesOrdering, p.gpuDirectRDMAWritesOrdering);
    ATTRIBUTE(MemoryPoolSupportedHandleTypes, p.memoryPoolSupportedHandleTypes);
    ATTRIBUTE(ClusterLaunch, p.clusterLaunch);
    ATTRIBUTE(DeferredMappingCudaArraySupported, p.deferredMappingCudaArraySupported);
    ATTRIBUTE(IpcEventSupport, p.ipcEventSupported);
    ATTRIBUTE(MemSyncDomainCount, 1);
    ATTRIBUTE(NumaConfig, 0);
    ATTRIBUTE(NumaId, -1);
    ATTRIBUTE(MpsEnabled, 0);
    ATTRIBUTE(HostNumaId, -1);
    ATTRIBUTE(D3D12CigSupported, 0);
    ATTRIBUTE(VulkanCigSupported, 0);
    ATTRIBUTE(GpuPciDeviceId, 0);
    ATTRIBUTE(GpuPciSubsystemId, 0);
    ATTRIBUTE(HostNumaMultinodeIpcSupported, 0);
#undef ATTRIBUTE
  }
  known = false;
  return 0;
}

} // namespace

SAMPAN_API cudaError_t cudaGetDeviceProperties(cudaDeviceProp *to, int device) {
  if (!to)
    return record_error(cudaErrorInvalidValue);
  if (!is_device(device))
    return record_error(cudaErrorInvalidDevice);
  *to = properties();
  to->pciBusID = device + 1;
  to->uuid.bytes[14] = static_cast<char>(device);
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaGetDeviceProperties_v2(cudaDeviceProp *to, int device) {
  return cudaGetDeviceProperties(to, device);
}

cudaError_t sampan::device_attribute(cudaDeviceAttr which, int device, int &value) {
  if (!is_device(device))
    return cudaErrorInvalidDevice;
  bool known;
  int result = attribute(which, known);
  if (!known)
    return cudaErrorInvalidValue;
  value = which == cudaDevAttrPciBusId ? device + 1 : result;
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr which, int device) {
  return record_error(value ? device_attribute(which, device, *value) : cudaErrorInvalidValue);
}

SAMPAN_API cudaError_t cudaChooseDevice(int *device, const cudaDeviceProp *wanted) {
  if (!device || !wanted)
    return record_error(cudaErrorInvalidValue);
  *device = 0;
  return cudaSuccess;
}
