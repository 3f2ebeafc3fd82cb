// Arrays, and copies from and to them and in three dimensions.

#include "arrays.h"

#include <memory>
#include <new>

#include "allocations.h"
#include "api.h"
#include "devices.h"
#include "scheduler.h"
#include "transfers.h"

using namespace sampan;

namespace {

constexpr size_t kPitch = 64;

Region region_of(const cudaArray &array, size_t x_bytes, size_t y, size_t z) {
  size_t slice = array.pitch * array.rows();
  return {array.data + z * slice + y * array.pitch + x_bytes, array.pitch, slice};
}

// Whether `width` bytes from (x, y, z) on, in so many rows and slices, lie in the array.
bool inside(const cudaArray &array, size_t x_bytes, size_t y, size_t z, const Size3D &size) {
  return x_bytes + size.width <= array.extent.width * array.element &&
         y + size.height <= array.rows() && z + size.depth <= array.slices();
}

cudaError_t copy_to_array(cudaArray_t to, size_t x, size_t y, Region from, Size3D size,
                          cudaMemcpyKind kind, cudaStream_t stream, Wait wait) {
  return api_call([&] {
    if (!to)
      return cudaErrorInvalidResourceHandle;
    if (!inside(*to, x, y, 0, size))
      return cudaErrorInvalidValue;
    if (kind != cudaMemcpyHostToDevice && kind != cudaMemcpyDeviceToDevice &&
        kind != cudaMemcpyDefault) {
      return cudaErrorInvalidMemcpyDirection;
    }
    return copy(region_of(*to, x, y, 0), from, size, kind, stream, wait);
  });
}

cudaError_t copy_from_array(Region to, cudaArray_const_t from, size_t x, size_t y, Size3D size,
                            cudaMemcpyKind kind, cudaStream_t stream, Wait wait) {
  return api_call([&] {
    if (!from)
      return cudaErrorInvalidResourceHandle;
    if (!inside(*from, x, y, 0, size))
      return cudaErrorInvalidValue;
    if (kind != cudaMemcpyDeviceToHost && kind != cudaMemcpyDeviceToDevice &&
        kind != cudaMemcpyDefault) {
      return cudaErrorInvalidMemcpyDirection;
    }
    return copy(to, region_of(*from, x, y, 0), size, kind, stream, wait);
  });
}

Region pitched(const void *pointer, size_t pitch) {
  Region region = linear(pointer);
  region.pitch = pitch;
  return region;
}

// One side of a 3-D copy. Positions in arrays and, where an array takes part, the extent's width
// count elements; positions in plain memory count bytes.
bool side_3d(cudaArray_const_t array, const cudaPos &position, const cudaPitchedPtr &pointer,
             const Size3D &size, Region &region) {
  if (array) {
    size_t x = position.x * array->element;
    region = region_of(*array, x, position.y, position.z);
    return !pointer.ptr && inside(*array, x, position.y, position.z, size);
  }
  if (!pointer.ptr)
    return false;
  size_t slice = pointer.pitch * pointer.ysize;
  region = {static_cast<char *>(pointer.ptr) + position.z * slice + position.y * pointer.pitch +
                position.x,
            pointer.pitch, slice};
  return size.height == 1 || size.width <= pointer.pitch;
}

cudaError_t copy_3d(const cudaMemcpy3DParms *parameters, cudaStream_t stream, Wait wait) {
  return api_call([&] {
    Region to, from;
    Size3D size;
    if (!parameters)
      return cudaErrorInvalidValue;
    if (cudaError_t error = regions_of(*parameters, to, from, size))
      return error;
    return copy(to, from, size, parameters->kind, stream, wait);
  });
}

} // namespace

cudaError_t sampan::regions_of(const cudaMemcpy3DParms &p, Region &to, Region &from, Size3D &size) {
  cudaArray_const_t array = p.srcArray ? p.srcArray : p.dstArray;
  if (p.srcArray && p.dstArray && p.srcArray->element != p.dstArray->element)
    return cudaErrorInvalidValue;
  size = {p.extent.width * (array ? array->element : 1), p.extent.height, p.extent.depth};
  if (size.bytes() == 0)
    return cudaSuccess;
  return side_3d(p.dstArray, p.dstPos, p.dstPtr, size, to) &&
                 side_3d(p.srcArray, p.srcPos, p.srcPtr, size, from)
             ? cudaSuccess
             : cudaErrorInvalidValue;
}

namespace {

// A cubemap's faces are square, six of each.
bool is_shape(const cudaExtent &extent, unsigned flags) {
  if (extent.width == 0)
    return false;
  if (!(flags & cudaArrayCubemap))
    return true;
  bool many = flags & cudaArrayLayered;
  return extent.width == extent.height && extent.depth >= 6 &&
         (many ? extent.depth % 6 == 0 : extent.depth == 6);
}

cudaError_t make_array(cudaArray_t *array, const cudaChannelFormatDesc &format, cudaExtent extent,
                       unsigned flags) {
  int bits = format.x + format.y + format.z + format.w;
  if (bits <= 0 || bits > 128 || bits % 8)
    return cudaErrorInvalidChannelDescriptor;
  cudaArray made{format, extent, flags, static_cast<size_t>(bits) / 8, 0, nullptr};
  made.pitch = (extent.width * made.element + kPitch - 1) / kPitch * kPitch;
  size_t rows, size;
  if (__builtin_mul_overflow(made.rows(), made.slices(), &rows) ||
      __builtin_mul_overflow(made.pitch, rows, &size)) {
    return cudaErrorMemoryAllocation;
  }
  made.data = static_cast<char *>(allocate(size, cudaMemoryTypeDevice));
  if (!made.data)
    return cudaErrorMemoryAllocation;
  *array = new cudaArray(made);
  return cudaSuccess;
}

void drop_array(cudaArray_t array) {
  release(array->data, type_bit(cudaMemoryTypeDevice));
  delete array;
}

} // namespace

SAMPAN_API cudaError_t cudaMalloc3DArray(cudaArray_t *array, const cudaChannelFormatDesc *format,
                                         cudaExtent extent, unsigned flags) {
  return api_call([&] {
    return array && format && is_shape(extent, flags) ? make_array(array, *format, extent, flags)
                                                      : cudaErrorInvalidValue;
  });
}

SAMPAN_API cudaError_t cudaMallocArray(cudaArray_t *array, const cudaChannelFormatDesc *format,
                                       size_t width, size_t height, unsigned flags) {
  return cudaMalloc3DArray(array, format, {width, height, 0}, flags);
}

SAMPAN_API cudaError_t cudaFreeArray(cudaArray_t array) {
  return api_call([&] {
    if (!array)
      return cudaSuccess;
    Scheduler::get().wait_for_all();
    drop_array(array);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaArrayGetInfo(cudaChannelFormatDesc *format, cudaExtent *extent,
                                        unsigned *flags, cudaArray_t array) {
  return api_call([&] {
    if (!array)
      return cudaErrorInvalidResourceHandle;
    if (format)
      *format = array->format;
    if (extent)
      *extent = array->extent;
    if (flags)
      *flags = array->flags;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGetChannelDesc(cudaChannelFormatDesc *format, cudaArray_const_t array) {
  return cudaArrayGetInfo(format, nullptr, nullptr, const_cast<cudaArray_t>(array));
}

SAMPAN_API cudaChannelFormatDesc cudaCreateChannelDesc(int x, int y, int z, int w,
                                                       cudaChannelFormatKind kind) {
  return {x, y, z, w, kind};
}

// As many levels as are asked for, or down to a single element. Layers do not get fewer.
SAMPAN_API cudaError_t cudaMallocMipmappedArray(cudaMipmappedArray_t *result,
                                                const cudaChannelFormatDesc *format,
                                                cudaExtent extent, unsigned levels,
                                                unsigned flags) {
  return api_call([&] {
    if (!result || !format || !is_shape(extent, flags) || levels == 0)
      return cudaErrorInvalidValue;
    auto made = std::make_unique<cudaMipmappedArray>();
    bool layers = flags & (cudaArrayLayered | cudaArrayCubemap);
    auto half = [](size_t &size) { size = size > 1 ? size / 2 : size; };
    for (bool smallest = false; made->levels.size() < levels && !smallest;) {
      cudaArray_t level;
      if (cudaError_t error = make_array(&level, *format, extent, flags)) {
        for (cudaArray_t before : made->levels)
          drop_array(before);
        return error;
      }
      made->levels.push_back(level);
      smallest = extent.width <= 1 && extent.height <= 1 && (layers || extent.depth <= 1);
      half(extent.width);
      half(extent.height);
      if (!layers)
        half(extent.depth);
    }
    *result = made.release();
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGetMipmappedArrayLevel(cudaArray_t *level,
                                                  cudaMipmappedArray_const_t array,
                                                  unsigned index) {
  return api_call([&] {
    if (!array)
      return cudaErrorInvalidResourceHandle;
    if (!level || index >= array->levels.size())
      return cudaErrorInvalidValue;
    *level = array->levels[index];
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaFreeMipmappedArray(cudaMipmappedArray_t array) {
  return api_call([&] {
    if (!array)
      return cudaSuccess;
    Scheduler::get().wait_for_all();
    for (cudaArray_t level : array->levels)
      drop_array(level);
    delete array;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMemcpy2DToArray(cudaArray_t to, size_t x, size_t y, const void *from,
                                           size_t from_pitch, size_t width, size_t height,
                                           cudaMemcpyKind kind) {
  return copy_to_array(to, x, y, pitched(from, from_pitch), {width, height, 1}, kind, nullptr,
                       Wait::always);
}

SAMPAN_API cudaError_t cudaMemcpy2DToArrayAsync(cudaArray_t to, size_t x, size_t y,
                                                const void *from, size_t from_pitch, size_t width,
                                                size_t height, cudaMemcpyKind kind,
                                                cudaStream_t stream) {
  return copy_to_array(to, x, y, pitched(from, from_pitch), {width, height, 1}, kind, stream,
                       Wait::as_documented);
}

SAMPAN_API cudaError_t cudaMemcpy2DFromArray(void *to, size_t to_pitch, cudaArray_const_t from,
                                             size_t x, size_t y, size_t width, size_t height,
                                             cudaMemcpyKind kind) {
  return copy_from_array(pitched(to, to_pitch), from, x, y, {width, height, 1}, kind, nullptr,
                         Wait::always);
}

SAMPAN_API cudaError_t cudaMemcpy2DFromArrayAsync(void *to, size_t to_pitch, cudaArray_const_t from,
                                                  size_t x, size_t y, size_t width, size_t height,
                                                  cudaMemcpyKind kind, cudaStream_t stream) {
  return copy_from_array(pitched(to, to_pitch), from, x, y, {width, height, 1}, kind, stream,
                         Wait::as_documented);
}

SAMPAN_API cudaError_t cudaMemcpy2DArrayToArray(cudaArray_t to, size_t to_x, size_t to_y,
                                                cudaArray_const_t from, size_t from_x,
                                                size_t from_y, size_t width, size_t height,
                                                cudaMemcpyKind kind) {
  if (!from || !inside(*from, from_x, from_y, 0, {width, height, 1})) {
    return record_error(from ? cudaErrorInvalidValue : cudaErrorInvalidResourceHandle);
  }
  return copy_to_array(to, to_x, to_y, region_of(*from, from_x, from_y, 0), {width, height, 1},
                       kind, nullptr, Wait::always);
}

// Linear data fills the array's rows one after the other.
SAMPAN_API cudaError_t cudaMemcpyToArrayAsync(cudaArray_t to, size_t x, size_t y, const void *from,
                                              size_t count, cudaMemcpyKind kind,
                                              cudaStream_t stream) {
  if (!to)
    return record_error(cudaErrorInvalidResourceHandle);
  size_t row = to->extent.width * to->element;
  if (count <= row - (x < row ? x : row)) {
    return copy_to_array(to, x, y, linear(from), {count, 1, 1}, kind, stream, Wait::as_documented);
  }
  if (x != 0 || count % row)
    return record_error(cudaErrorInvalidValue);
  return copy_to_array(to, 0, y, pitched(from, row), {row, count / row, 1}, kind, stream,
                       Wait::as_documented);
}

SAMPAN_API cudaError_t cudaMemcpyToArray(cudaArray_t to, size_t x, size_t y, const void *from,
                                         size_t count, cudaMemcpyKind kind) {
  return cudaMemcpyToArrayAsync(to, x, y, from, count, kind, nullptr);
}

SAMPAN_API cudaError_t cudaMemcpyFromArray(void *to, cudaArray_const_t from, size_t x, size_t y,
                                           size_t count, cudaMemcpyKind kind) {
  if (!from)
    return record_error(cudaErrorInvalidResourceHandle);
  size_t row = from->extent.width * from->element;
  if (count <= row - (x < row ? x : row)) {
    return copy_from_array(linear(to), from, x, y, {count, 1, 1}, kind, nullptr, Wait::always);
  }
  if (x != 0 || count % row)
    return record_error(cudaErrorInvalidValue);
  return copy_from_array(pitched(to, row), from, 0, y, {row, count / row, 1}, kind, nullptr,
                         Wait::always);
}

SAMPAN_API cudaError_t cudaMemcpy3D(const cudaMemcpy3DParms *parameters) {
  return copy_3d(parameters, nullptr, Wait::always);
}

SAMPAN_API cudaError_t cudaMemcpy3DAsync(const cudaMemcpy3DParms *parameters, cudaStream_t stream) {
  return copy_3d(parameters, stream, Wait::as_documented);
}

SAMPAN_API cudaError_t cudaMemcpy3DPeer(const cudaMemcpy3DPeerParms *p) {
  if (!p)
    return record_error(cudaErrorInvalidValue);
  if (!is_device(p->srcDevice) || !is_device(p->dstDevice))
    return record_error(cudaErrorInvalidDevice);
  cudaMemcpy3DParms plain{p->srcArray, p->srcPos, p->srcPtr, p->dstArray,
                          p->dstPos,   p->dstPtr, p->extent, cudaMemcpyDefault};
  return cudaMemcpy3D(&plain);
}
