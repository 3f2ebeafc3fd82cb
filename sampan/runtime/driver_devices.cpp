// The part of the driver API that tells of devices and errors. Nothing needs cuInit before it.

#include "../headers/cuda.h"

#include <algorithm>
#include <cstring>

#include "api.h"
#include "device_settings.h"
#include "devices.h"

using namespace sampan;

extern "C" {
cudaError_t cudaGetDeviceProperties_v2(cudaDeviceProp *properties, int device);
cudaError_t cudaGetDeviceCount(int *count);
}

namespace {

// The runtime's errors have the driver's numbers.
CUresult result_of(cudaError_t error) { return static_cast<CUresult>(error); }

CUresult properties_of(CUdevice device, cudaDeviceProp &properties) {
  if (!is_device(device))
    return CUDA_ERROR_INVALID_DEVICE;
  return result_of(cudaGetDeviceProperties_v2(&properties, device));
}

const char *name_of(CUresult error) {
  switch (error) {
#define NAME(name)                                                                                 \
  case name:                                                                                       \
    return #name;
    NAME(CUDA_SUCCESS)
    NAME(CUDA_ERROR_INVALID_VALUE)
    NAME(CUDA_ERROR_OUT_OF_MEMORY)
    NAME(CUDA_ERROR_NOT_INITIALIZED)
    NAME(CUDA_ERROR_DEINITIALIZED)
    NAME(CUDA_ERROR_PROFILER_DISABLED)
    NAME(CUDA_ERROR_NO_DEVICE)
    NAME(CUDA_ERROR_INVALID_DEVICE)
    NAME(CUDA_ERROR_INVALID_IMAGE)
    NAME(CUDA_ERROR_INVALID_CONTEXT)
    NAME(CUDA_ERROR_MAP_FAILED)
    NAME(CUDA_ERROR_UNMAP_FAILED)
    NAME(CUDA_ERROR_NO_BINARY_FOR_GPU)
    NAME(CUDA_ERROR_ALREADY_ACQUIRED)
    NAME(CUDA_ERROR_NOT_MAPPED)
    NAME(CUDA_ERROR_UNSUPPORTED_LIMIT)
    NAME(CUDA_ERROR_PEER_ACCESS_UNSUPPORTED)
    NAME(CUDA_ERROR_INVALID_PTX)
    NAME(CUDA_ERROR_INVALID_SOURCE)
    NAME(CUDA_ERROR_FILE_NOT_FOUND)
    NAME(CUDA_ERROR_SHARED_OBJECT_SYMBOL_NOT_FOUND)
    NAME(CUDA_ERROR_SHARED_OBJECT_INIT_FAILED)
    NAME(CUDA_ERROR_OPERATING_SYSTEM)
    NAME(CUDA_ERROR_INVALID_HANDLE)
    NAME(CUDA_ERROR_ILLEGAL_STATE)
    NAME(CUDA_ERROR_NOT_FOUND)
    NAME(CUDA_ERROR_NOT_READY)
    NAME(CUDA_ERROR_ILLEGAL_ADDRESS)
    NAME(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES)
    NAME(CUDA_ERROR_LAUNCH_TIMEOUT)
    NAME(CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED)
    NAME(CUDA_ERROR_PEER_ACCESS_NOT_ENABLED)
    NAME(CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE)
    NAME(CUDA_ERROR_CONTEXT_IS_DESTROYED)
    NAME(CUDA_ERROR_ASSERT)
    NAME(CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED)
    NAME(CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED)
    NAME(CUDA_ERROR_LAUNCH_FAILED)
    NAME(CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE)
    NAME(CUDA_ERROR_NOT_PERMITTED)
    NAME(CUDA_ERROR_NOT_SUPPORTED)
    NAME(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED)
    NAME(CUDA_ERROR_UNKNOWN)
#undef NAME
  default:
    return nullptr;
  }
}

} // namespace

SAMPAN_API CUresult cuInit(unsigned flags) {
  return flags ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

SAMPAN_API CUresult cuDriverGetVersion(int *version) {
  if (!version)
    return CUDA_ERROR_INVALID_VALUE;
  *version = CUDA_VERSION;
  return CUDA_SUCCESS;
}

SAMPAN_API CUresult cuGetErrorName(CUresult error, const char **name) {
  const char *found = name_of(error);
  if (!name)
    return CUDA_ERROR_INVALID_VALUE;
  *name = found;
  return found ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

SAMPAN_API CUresult cuGetErrorString(CUresult error, const char **text) {
  if (!text)
    return CUDA_ERROR_INVALID_VALUE;
  bool known = name_of(error);
  *text = known ? cudaGetErrorString(static_cast<cudaError_t>(error)) : nullptr;
  return known ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

SAMPAN_API CUresult cuDeviceGet(CUdevice *device, int ordinal) {
  if (!device)
    return CUDA_ERROR_INVALID_VALUE;
  if (!is_device(ordinal))
    return CUDA_ERROR_INVALID_DEVICE;
  *device = ordinal;
  return CUDA_SUCCESS;
}

SAMPAN_API CUresult cuDeviceGetCount(int *count) {
  return count ? result_of(cudaGetDeviceCount(count)) : CUDA_ERROR_INVALID_VALUE;
}

SAMPAN_API CUresult cuDeviceGetName(char *name, int length, CUdevice device) {
  cudaDeviceProp properties;
  if (!name || length <= 0)
    return CUDA_ERROR_INVALID_VALUE;
  if (CUresult error = properties_of(device, properties))
    return error;
  size_t copied = std::min(std::strlen(properties.name), static_cast<size_t>(length) - 1);
  std::memcpy(name, properties.name, copied);
  name[copied] = 0;
  return CUDA_SUCCESS;
}

SAMPAN_API CUresult cuDeviceGetUuid(CUuuid *uuid, CUdevice device) {
  cudaDeviceProp properties;
  if (!uuid)
    return CUDA_ERROR_INVALID_VALUE;
  CUresult error = properties_of(device, properties);
  if (!error)
    *uuid = properties.uuid;
  return error;
}

SAMPAN_API CUresult cuDeviceTotalMem(size_t *bytes, CUdevice device) {
  cudaDeviceProp properties;
  if (!bytes)
    return CUDA_ERROR_INVALID_VALUE;
  CUresult error = properties_of(device, properties);
  if (!error)
    *bytes = properties.totalGlobalMem;
  return error;
}

SAMPAN_API CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute,
                                         CUdevice device) {
  if (!value)
    return CUDA_ERROR_INVALID_VALUE;
  return result_of(device_attribute(static_cast<cudaDeviceAttr>(attribute), device, *value));
}

SAMPAN_API CUresult cuDeviceComputeCapability(int *major, int *minor, CUdevice device) {
  cudaDeviceProp properties;
  if (!major || !minor)
    return CUDA_ERROR_INVALID_VALUE;
  if (CUresult error = properties_of(device, properties))
    return error;
  *major = properties.major;
  *minor = properties.minor;
  return CUDA_SUCCESS;
}
