// Texture and surface references: binding one makes an object, whose handle goes into the device's
// variable. What a reference says of filter and addresses counts when it is bound.

#include "texture_references.h"

#include <map>
#include <mutex>

#include "api.h"
#include "arrays.h"
#include "scheduler.h"

using namespace sampan;

extern "C" {
cudaError_t cudaCreateTextureObject(cudaTextureObject_t *handle, const cudaResourceDesc *resource,
                                    const cudaTextureDesc *texture,
                                    const cudaResourceViewDesc *view);
cudaError_t cudaCreateSurfaceObject(cudaSurfaceObject_t *handle, const cudaResourceDesc *resource);
cudaError_t cudaDestroyTextureObject(cudaTextureObject_t handle);
}

namespace {

struct Reference {
  unsigned long long *device; // where kernels look; null if none does
  bool normalised;
  unsigned long long bound; // 0 = to nothing
};

std::mutex references_mutex;

std::map<const void *, Reference> &references() {
  static auto *all = new std::map<const void *, Reference>; // for static initialisers and exits
  return *all;
}

Reference *find(const void *host) {
  auto found = references().find(host);
  return found == references().end() ? nullptr : &found->second;
}

void set(Reference &reference, unsigned long long handle) {
  Scheduler::get().wait_for_all(); // kernels may still be using what it was bound to
  if (reference.device)
    *reference.device = handle;
  if (reference.bound)
    cudaDestroyTextureObject(reference.bound);
  reference.bound = handle;
}

cudaError_t bind(const textureReference *host, const cudaResourceDesc &resource) {
  std::lock_guard<std::mutex> lock(references_mutex);
  Reference *reference = find(host);
  if (!reference)
    return record_error(cudaErrorInvalidTexture);
  cudaTextureDesc texture = {};
  bool linear_memory = resource.resType == cudaResourceTypeLinear; // read by number alone
  texture.filterMode = linear_memory ? cudaFilterModePoint : host->filterMode;
  for (int axis = 0; axis < 3; ++axis)
    texture.addressMode[axis] = host->addressMode[axis];
  texture.readMode = reference->normalised ? cudaReadModeNormalizedFloat : cudaReadModeElementType;
  texture.sRGB = host->sRGB;
  texture.normalizedCoords = host->normalized;
  unsigned long long handle = 0;
  if (cudaError_t error = cudaCreateTextureObject(&handle, &resource, &texture, nullptr))
    return error;
  set(*reference, handle);
  return cudaSuccess;
}

template <class T> cudaError_t get(const T **reference, const void *symbol) {
  std::lock_guard<std::mutex> lock(references_mutex);
  if (!reference || !find(symbol))
    return record_error(reference ? cudaErrorInvalidTexture : cudaErrorInvalidValue);
  *reference = static_cast<const T *>(symbol);
  return cudaSuccess;
}

} // namespace

void sampan::add_reference(const void *host, const SampanVariable *device, bool normalised) {
  std::lock_guard<std::mutex> lock(references_mutex);
  auto *place = device ? static_cast<unsigned long long *>(device->address) : nullptr;
  references()[host] = {place, normalised, 0};
}

SAMPAN_API cudaError_t cudaGetTextureReference(const textureReference **reference,
                                               const void *symbol) {
  return get(reference, symbol);
}

SAMPAN_API cudaError_t cudaGetSurfaceReference(const surfaceReference **reference,
                                               const void *symbol) {
  return get(reference, symbol);
}

SAMPAN_API cudaError_t cudaBindTexture(size_t *offset, const textureReference *reference,
                                       const void *memory, const cudaChannelFormatDesc *format,
                                       size_t size) {
  if (!reference || !memory || !format)
    return record_error(cudaErrorInvalidValue);
  void *start;
  uint64_t length;
  if (sampan_find_memory(memory, &start, &length)) { // by default the size is all that there is
    size_t left = length - static_cast<size_t>(static_cast<const char *>(memory) -
                                               static_cast<const char *>(start));
    size = size < left ? size : left;
  }
  cudaResourceDesc resource = {};
  resource.resType = cudaResourceTypeLinear;
  resource.res.linear.devPtr = const_cast<void *>(memory);
  resource.res.linear.desc = *format;
  resource.res.linear.sizeInBytes = size;
  if (offset)
    *offset = 0; // any address will do
  return bind(reference, resource);
}

SAMPAN_API cudaError_t cudaBindTexture2D(size_t *offset, const textureReference *reference,
                                         const void *memory, const cudaChannelFormatDesc *format,
                                         size_t width, size_t height, size_t pitch) {
  if (!reference || !memory || !format)
    return record_error(cudaErrorInvalidValue);
  cudaResourceDesc resource = {};
  resource.resType = cudaResourceTypePitch2D;
  resource.res.pitch2D.devPtr = const_cast<void *>(memory);
  resource.res.pitch2D.desc = *format;
  resource.res.pitch2D.width = width;
  resource.res.pitch2D.height = height;
  resource.res.pitch2D.pitchInBytes = pitch;
  if (offset)
    *offset = 0;
  return bind(reference, resource);
}

SAMPAN_API cudaError_t cudaBindTextureToArray(const textureReference *reference,
                                              cudaArray_const_t array,
                                              const cudaChannelFormatDesc *format) {
  if (!reference || !format)
    return record_error(cudaErrorInvalidValue);
  cudaResourceDesc resource = {};
  resource.resType = cudaResourceTypeArray;
  resource.res.array.array = const_cast<cudaArray_t>(array);
  return bind(reference, resource);
}

SAMPAN_API cudaError_t cudaUnbindTexture(const textureReference *host) {
  std::lock_guard<std::mutex> lock(references_mutex);
  Reference *reference = find(host);
  if (!reference)
    return record_error(cudaErrorInvalidTexture);
  set(*reference, 0);
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaGetTextureAlignmentOffset(size_t *offset, const textureReference *host) {
  std::lock_guard<std::mutex> lock(references_mutex);
  Reference *reference = find(host);
  if (!offset || !reference)
    return record_error(offset ? cudaErrorInvalidTexture : cudaErrorInvalidValue);
  if (!reference->bound)
    return record_error(cudaErrorInvalidTextureBinding);
  *offset = 0;
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaBindSurfaceToArray(const surfaceReference *host, cudaArray_const_t array,
                                              const cudaChannelFormatDesc *format) {
  std::lock_guard<std::mutex> lock(references_mutex);
  Reference *reference = find(host);
  if (!reference || !format)
    return record_error(format ? cudaErrorInvalidSurface : cudaErrorInvalidValue);
  cudaResourceDesc resource = {};
  resource.resType = cudaResourceTypeArray;
  resource.res.array.array = const_cast<cudaArray_t>(array);
  unsigned long long handle = 0;
  if (cudaError_t error = cudaCreateSurfaceObject(&handle, &resource))
    return error;
  set(*reference, handle);
  return cudaSuccess;
}
