// Texture and surface objects: descriptions behind a handle.

#include <memory>

#include "api.h"
#include "arrays.h"
#include "executor.h"
#include "sampan_texture.h"
#include "scheduler.h"

using namespace sampan;

namespace {

struct TextureObject {
  SampanTexture seen; // first: the handle is its address
  cudaResourceDesc resource;
  cudaTextureDesc texture;
  cudaResourceViewDesc view;
};

TextureObject *object_of(unsigned long long handle) {
  return reinterpret_cast<TextureObject *>(handle);
}

void set_format(SampanTexture &seen, const cudaChannelFormatDesc &format) {
  const int bits[4] = {format.x, format.y, format.z, format.w};
  seen.channels = 0;
  for (int b : bits)
    seen.channels += b > 0;
  seen.channel_bytes = static_cast<unsigned>(format.x) / 8;
  seen.element = seen.channels * seen.channel_bytes;
  seen.kind = format.f;
}

cudaError_t set_resource(SampanTexture &seen, const cudaResourceDesc &resource) {
  seen.layers = 1;
  seen.extent[0] = seen.extent[1] = seen.extent[2] = 1;
  switch (resource.resType) {
  case cudaResourceTypeArray: {
    const cudaArray *array = resource.res.array.array;
    if (!array)
      return cudaErrorInvalidResourceHandle;
    set_format(seen, array->format);
    seen.data = array->data;
    seen.pitch = array->pitch;
    seen.slice = array->pitch * array->rows();
    seen.extent[0] = static_cast<int>(array->extent.width);
    seen.extent[1] = static_cast<int>(array->rows());
    int slices = static_cast<int>(array->slices());
    (array->flags & cudaArrayLayered ? seen.layers : seen.extent[2]) = slices;
    return cudaSuccess;
  }
  case cudaResourceTypeLinear:
    set_format(seen, resource.res.linear.desc);
    if (!resource.res.linear.devPtr || !seen.element)
      return cudaErrorInvalidValue;
    seen.data = static_cast<const char *>(resource.res.linear.devPtr);
    seen.extent[0] = static_cast<int>(resource.res.linear.sizeInBytes / seen.element);
    return cudaSuccess;
  case cudaResourceTypePitch2D:
    set_format(seen, resource.res.pitch2D.desc);
    if (!resource.res.pitch2D.devPtr || !seen.element ||
        resource.res.pitch2D.pitchInBytes < resource.res.pitch2D.width * seen.element) {
      return cudaErrorInvalidValue;
    }
    seen.data = static_cast<const char *>(resource.res.pitch2D.devPtr);
    seen.pitch = resource.res.pitch2D.pitchInBytes;
    seen.extent[0] = static_cast<int>(resource.res.pitch2D.width);
    seen.extent[1] = static_cast<int>(resource.res.pitch2D.height);
    return cudaSuccess;
  default:
    return cudaErrorNotSupported; // mipmapped arrays
  }
}

cudaError_t set_texture(SampanTexture &seen, const cudaTextureDesc &texture) {
  bool integers = seen.kind != cudaChannelFormatKindFloat;
  bool normalise = texture.readMode == cudaReadModeNormalizedFloat;
  seen.read_normalised = normalise && integers;
  if (seen.read_normalised && seen.channel_bytes > 2)
    return cudaErrorInvalidNormSetting;
  seen.linear = texture.filterMode == cudaFilterModeLinear;
  if (seen.linear && integers && !normalise)
    return cudaErrorInvalidFilterSetting;
  seen.normalised = texture.normalizedCoords != 0;
  seen.srgb = texture.sRGB;
  for (int axis = 0; axis < 3; ++axis)
    seen.address[axis] = texture.addressMode[axis];
  for (int c = 0; c < 4; ++c)
    seen.border[c] = texture.borderColor[c];
  return cudaSuccess;
}

cudaError_t create(unsigned long long *handle, const cudaResourceDesc *resource,
                   const cudaTextureDesc *texture, const cudaResourceViewDesc *view) {
  return api_call([&]() -> cudaError_t {
    if (!handle || !resource)
      return cudaErrorInvalidValue;
    auto object = std::make_unique<TextureObject>();
    object->resource = *resource;
    if (cudaError_t error = set_resource(object->seen, *resource))
      return error;
    if (texture) {
      object->texture = *texture;
      if (cudaError_t error = set_texture(object->seen, *texture))
        return error;
    }
    if (view)
      object->view = *view;
    share_memory(&object->seen, sizeof object->seen);
    *handle = reinterpret_cast<unsigned long long>(object.release());
    return cudaSuccess;
  });
}

cudaError_t destroy(unsigned long long handle) {
  return api_call([&] {
    Scheduler::get().wait_for_all(); // kernels may still be using it
    unshare_memory(object_of(handle));
    delete object_of(handle);
    return cudaSuccess;
  });
}

template <typename T> cudaError_t get(T *to, unsigned long long handle, T TextureObject::*member) {
  return api_call([&] {
    if (!to || !handle)
      return cudaErrorInvalidValue;
    *to = object_of(handle)->*member;
    return cudaSuccess;
  });
}

} // namespace

SAMPAN_API cudaError_t cudaCreateTextureObject(cudaTextureObject_t *handle,
                                               const cudaResourceDesc *resource,
                                               const cudaTextureDesc *texture,
                                               const cudaResourceViewDesc *view) {
  if (!texture)
    return record_error(cudaErrorInvalidValue);
  return create(handle, resource, texture, view);
}

SAMPAN_API cudaError_t cudaCreateSurfaceObject(cudaSurfaceObject_t *handle,
                                               const cudaResourceDesc *resource) {
  if (resource && resource->resType != cudaResourceTypeArray)
    return record_error(cudaErrorInvalidValue);
  return create(handle, resource, nullptr, nullptr);
}

SAMPAN_API cudaError_t cudaDestroyTextureObject(cudaTextureObject_t handle) {
  return destroy(handle);
}

SAMPAN_API cudaError_t cudaDestroySurfaceObject(cudaSurfaceObject_t handle) {
  return destroy(handle);
}

SAMPAN_API cudaError_t cudaGetTextureObjectResourceDesc(cudaResourceDesc *resource,
                                                        cudaTextureObject_t handle) {
  return get(resource, handle, &TextureObject::resource);
}

SAMPAN_API cudaError_t cudaGetSurfaceObjectResourceDesc(cudaResourceDesc *resource,
                                                        cudaSurfaceObject_t handle) {
  return get(resource, handle, &TextureObject::resource);
}

SAMPAN_API cudaError_t cudaGetTextureObjectTextureDesc(cudaTextureDesc *texture,
                                                       cudaTextureObject_t handle) {
  return get(texture, handle, &TextureObject::texture);
}

SAMPAN_API cudaError_t cudaGetTextureObjectResourceViewDesc(cudaResourceViewDesc *view,
                                                            cudaTextureObject_t handle) {
  return get(view, handle, &TextureObject::view);
}
