// Texture and surface objects: descriptions behind a handle.

#include <new>

#include "api.h"

using namespace sampan;

namespace {

struct TextureObject {
  cudaResourceDesc resource;
  cudaTextureDesc texture;
  cudaResourceViewDesc view;
};

TextureObject *object_of(unsigned long long handle) {
  return reinterpret_cast<TextureObject *>(handle);
}

cudaError_t create(unsigned long long *handle, const cudaResourceDesc *resource,
                   const cudaTextureDesc *texture, const cudaResourceViewDesc *view) {
  return api_call([&] {
    if (!handle || !resource)
      return cudaErrorInvalidValue;
    auto *object = new TextureObject{*resource, {}, {}};
    if (texture)
      object->texture = *texture;
    if (view)
      object->view = *view;
    *handle = reinterpret_cast<unsigned long long>(object);
    return cudaSuccess;
  });
}

cudaError_t destroy(unsigned long long handle) {
  return api_call([&] {
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
  return create(handle, resource, texture, view);
}

SAMPAN_API cudaError_t cudaCreateSurfaceObject(cudaSurfaceObject_t *handle,
                                               const cudaResourceDesc *resource) {
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
