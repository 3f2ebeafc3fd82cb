// Texture and surface objects: descriptions behind a handle.

#include <cstdio>
#include <memory>
#include <vector>

#include "accelerator.h"
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
  std::vector<SampanTexture> levels; // of mipmapped arrays
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

void set_array(SampanTexture &seen, const cudaArray &array) {
  set_format(seen, array.format);
  seen.layers = seen.extent[2] = 1;
  seen.data = array.data;
  seen.pitch = array.pitch;
  seen.slice = array.pitch * array.rows();
  seen.extent[0] = static_cast<int>(array.extent.width);
  seen.extent[1] = static_cast<int>(array.rows());
  (array.layered() ? seen.layers : seen.extent[2]) = static_cast<int>(array.slices());
}

// The array that a resource is or begins with; null if it is none.
const cudaArray *first_array(const cudaResourceDesc &resource) {
  if (resource.resType == cudaResourceTypeArray)
    return resource.res.array.array;
  if (resource.resType == cudaResourceTypeMipmappedArray && resource.res.mipmap.mipmap)
    return resource.res.mipmap.mipmap->levels.front();
  return nullptr;
}

cudaError_t set_resource(SampanTexture &seen, const cudaResourceDesc &resource) {
  seen.layers = 1;
  seen.extent[0] = seen.extent[1] = seen.extent[2] = 1;
  switch (resource.resType) {
  case cudaResourceTypeArray:
  case cudaResourceTypeMipmappedArray:
    if (const cudaArray *array = first_array(resource)) {
      set_array(seen, *array);
      return cudaSuccess;
    }
    return cudaErrorInvalidResourceHandle;
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
    return cudaErrorInvalidValue;
  }
}

// Elements as other numbers of the same size: the formats come in threes, of 1, 2 and 4 channels.
cudaError_t view_format(SampanTexture &seen, cudaResourceViewFormat format) {
  if (format == cudaResViewFormatNone)
    return cudaSuccess;
  if (format > cudaResViewFormatFloat4)
    return cudaErrorNotSupported; // compressed blocks
  struct {
    int bits;
    cudaChannelFormatKind kind;
  } kinds[] = {{8, cudaChannelFormatKindUnsigned},  {8, cudaChannelFormatKindSigned},
               {16, cudaChannelFormatKindUnsigned}, {16, cudaChannelFormatKindSigned},
               {32, cudaChannelFormatKindUnsigned}, {32, cudaChannelFormatKindSigned},
               {16, cudaChannelFormatKindFloat},    {32, cudaChannelFormatKindFloat}};
  auto kind = kinds[(format - 1) / 3];
  unsigned channels = 1u << (format - 1) % 3, element = seen.element;
  auto bits = [&](unsigned channel) { return channel < channels ? kind.bits : 0; };
  set_format(seen, {bits(0), bits(1), bits(2), bits(3), kind.kind});
  return seen.element == element ? cudaSuccess : cudaErrorInvalidValue;
}

// The part of an array that is seen, and as what. Its first level is what `seen` describes.
cudaError_t set_view(SampanTexture &seen, const cudaResourceDesc &resource,
                     const cudaResourceViewDesc &view) {
  const cudaArray *array = first_array(resource);
  if (!array)
    return cudaErrorInvalidValue;
  if (resource.resType == cudaResourceTypeMipmappedArray) {
    const std::vector<cudaArray_t> &levels = resource.res.mipmap.mipmap->levels;
    if (view.firstMipmapLevel > view.lastMipmapLevel || view.lastMipmapLevel >= levels.size())
      return cudaErrorInvalidValue;
    set_array(seen, *levels[view.firstMipmapLevel]);
  }
  bool cubemap = array->flags & cudaArrayCubemap; // that of (0, 0) is whole
  if (array->layered() && !(cubemap && view.lastLayer == 0)) {
    if (view.firstLayer > view.lastLayer || view.lastLayer >= array->slices())
      return cudaErrorInvalidValue;
    seen.data += view.firstLayer * seen.slice;
    seen.layers = static_cast<int>(view.lastLayer - view.firstLayer + 1);
  }
  return view_format(seen, view.format);
}

// The levels of a mipmapped array, each as the first one is seen.
void set_levels(TextureObject &object, const cudaTextureDesc &texture,
                const cudaResourceViewDesc *view) {
  const std::vector<cudaArray_t> &arrays = object.resource.res.mipmap.mipmap->levels;
  size_t first = view ? view->firstMipmapLevel : 0;
  size_t last = view ? view->lastMipmapLevel : arrays.size() - 1;
  SampanTexture &seen = object.seen;
  for (size_t i = first; i <= last; ++i) {
    SampanTexture level = seen, place;
    set_array(place, *arrays[i]);
    for (int axis = 0; axis < 3; ++axis)
      level.extent[axis] = place.extent[axis];
    level.pitch = place.pitch;
    level.slice = place.slice;
    level.data = place.data + (view ? view->firstLayer * place.slice : 0);
    object.levels.push_back(level);
  }
  share_memory(object.levels.data(), object.levels.size() * sizeof(SampanTexture));
  seen.levels = object.levels.data();
  seen.last_level = static_cast<int>(last - first);
  seen.mip_linear = texture.mipmapFilterMode == cudaFilterModeLinear;
  seen.level_bias = texture.mipmapLevelBias;
  seen.least_level = texture.minMipmapLevelClamp;
  seen.greatest_level = texture.maxMipmapLevelClamp;
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
  seen.seamless = texture.seamlessCubemap;
  return cudaSuccess;
}

cudaError_t create(unsigned long long *handle, const cudaResourceDesc *resource,
                   const cudaTextureDesc *texture, const cudaResourceViewDesc *view) {
  return api_call([&]() -> cudaError_t {
    if (!handle || !resource)
      return cudaErrorInvalidValue;
    if (accelerator::wanted() && !accelerator::sees_host_memory()) {
      std::fprintf(stderr,
                   "sampan: textures and surfaces need a device that sees the host's memory, "
                   "and %s does not\n",
                   accelerator::description().name.c_str());
      return cudaErrorNotSupported; // kernels read the object below
    }
    auto object = std::make_unique<TextureObject>();
    object->resource = *resource;
    if (cudaError_t error = set_resource(object->seen, *resource))
      return error;
    if (view) {
      object->view = *view;
      if (cudaError_t error = set_view(object->seen, *resource, *view))
        return error;
    }
    if (texture) {
      object->texture = *texture;
      if (cudaError_t error = set_texture(object->seen, *texture))
        return error;
      const cudaArray *array = first_array(*resource);
      if (array && array->flags & cudaArrayCubemap) {
        for (int &mode : object->seen.address)
          mode = cudaAddressModeClamp;
      }
      if (resource->resType == cudaResourceTypeMipmappedArray)
        set_levels(*object, *texture, view);
    }
    share_memory(&object->seen, sizeof object->seen);
    *handle = reinterpret_cast<unsigned long long>(object.release());
    return cudaSuccess;
  });
}

cudaError_t destroy(unsigned long long handle) {
  return api_call([&] {
    Scheduler::get().wait_for_all(); // kernels may still be using it
    unshare_memory(object_of(handle));
    unshare_memory(object_of(handle)->levels.data());
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
