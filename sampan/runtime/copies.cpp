// cudaMemcpy, cudaMemset and their linear and two-dimensional kin.

#include "api.h"
#include "devices.h"
#include "registry.h"
#include "transfers.h"

using namespace sampan;

namespace {

cudaError_t copy_2d(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width,
                    size_t height, cudaMemcpyKind kind, cudaStream_t stream, Wait wait) {
  return api_call([&] {
    if (height > 1 && (width > to_pitch || width > from_pitch))
      return cudaErrorInvalidPitchValue;
    return copy({static_cast<char *>(to), to_pitch, 0},
                {const_cast<char *>(static_cast<const char *>(from)), from_pitch, 0},
                {width, height, 1}, kind, stream, wait);
  });
}

cudaError_t copy_1d(void *to, const void *from, size_t count, cudaMemcpyKind kind,
                    cudaStream_t stream, Wait wait) {
  return api_call(
      [&] { return copy(linear(to), linear(from), {count, 1, 1}, kind, stream, wait); });
}

// A piece of a device variable; null if it is none, or has no such piece.
char *symbol_part(const void *symbol, size_t count, size_t offset, cudaError_t &error) {
  const SampanVariable *variable = find_variable(symbol);
  error = !variable ? cudaErrorInvalidSymbol : cudaErrorInvalidValue;
  if (!variable || offset > variable->size || count > variable->size - offset)
    return nullptr;
  return static_cast<char *>(variable->address) + offset;
}

cudaError_t copy_to_symbol(const void *symbol, const void *from, size_t count, size_t offset,
                           cudaMemcpyKind kind, cudaStream_t stream, Wait wait) {
  return api_call([&] {
    cudaError_t error;
    char *to = symbol_part(symbol, count, offset, error);
    if (!to)
      return error;
    if (kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyHostToHost) {
      return cudaErrorInvalidMemcpyDirection;
    }
    return copy(linear(to), linear(from), {count, 1, 1}, kind, stream, wait);
  });
}

cudaError_t copy_from_symbol(void *to, const void *symbol, size_t count, size_t offset,
                             cudaMemcpyKind kind, cudaStream_t stream, Wait wait) {
  return api_call([&] {
    cudaError_t error;
    char *from = symbol_part(symbol, count, offset, error);
    if (!from)
      return error;
    if (kind == cudaMemcpyHostToDevice || kind == cudaMemcpyHostToHost) {
      return cudaErrorInvalidMemcpyDirection;
    }
    return copy(linear(to), linear(from), {count, 1, 1}, kind, stream, wait);
  });
}

} // namespace

SAMPAN_API cudaError_t cudaMemcpy(void *to, const void *from, size_t count, cudaMemcpyKind kind) {
  return copy_1d(to, from, count, kind, nullptr, Wait::always);
}

SAMPAN_API cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t count,
                                       cudaMemcpyKind kind, cudaStream_t stream) {
  return copy_1d(to, from, count, kind, stream, Wait::as_documented);
}

SAMPAN_API cudaError_t cudaMemcpyPeer(void *to, int to_device, const void *from, int from_device,
                                      size_t count) {
  if (!is_device(to_device) || !is_device(from_device))
    return record_error(cudaErrorInvalidDevice);
  return copy_1d(to, from, count, cudaMemcpyDeviceToDevice, nullptr, Wait::always);
}

SAMPAN_API cudaError_t cudaMemcpyPeerAsync(void *to, int to_device, const void *from,
                                           int from_device, size_t count, cudaStream_t stream) {
  if (!is_device(to_device) || !is_device(from_device))
    return record_error(cudaErrorInvalidDevice);
  return copy_1d(to, from, count, cudaMemcpyDeviceToDevice, stream, Wait::as_documented);
}

SAMPAN_API cudaError_t cudaMemcpy2D(void *to, size_t to_pitch, const void *from, size_t from_pitch,
                                    size_t width, size_t height, cudaMemcpyKind kind) {
  return copy_2d(to, to_pitch, from, from_pitch, width, height, kind, nullptr, Wait::always);
}

SAMPAN_API cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from,
                                         size_t from_pitch, size_t width, size_t height,
                                         cudaMemcpyKind kind, cudaStream_t stream) {
  return copy_2d(to, to_pitch, from, from_pitch, width, height, kind, stream, Wait::as_documented);
}

SAMPAN_API cudaError_t cudaMemset(void *to, int value, size_t count) {
  return api_call([&] {
    return fill(linear(to), {count, 1, 1}, static_cast<unsigned>(value), 1, nullptr,
                Wait::as_documented);
  });
}

SAMPAN_API cudaError_t cudaMemsetAsync(void *to, int value, size_t count, cudaStream_t stream) {
  return api_call([&] {
    return fill(linear(to), {count, 1, 1}, static_cast<unsigned>(value), 1, stream,
                Wait::as_documented);
  });
}

SAMPAN_API cudaError_t cudaMemset2DAsync(void *to, size_t pitch, int value, size_t width,
                                         size_t height, cudaStream_t stream) {
  return api_call([&] {
    if (height > 1 && width > pitch)
      return cudaErrorInvalidPitchValue;
    return fill({static_cast<char *>(to), pitch, 0}, {width, height, 1},
                static_cast<unsigned>(value), 1, stream, Wait::as_documented);
  });
}

SAMPAN_API cudaError_t cudaMemset2D(void *to, size_t pitch, int value, size_t width,
                                    size_t height) {
  return cudaMemset2DAsync(to, pitch, value, width, height, nullptr);
}

SAMPAN_API cudaError_t cudaMemset3DAsync(cudaPitchedPtr to, int value, cudaExtent extent,
                                         cudaStream_t stream) {
  return api_call([&] {
    if (extent.width > to.pitch)
      return cudaErrorInvalidPitchValue;
    return fill({static_cast<char *>(to.ptr), to.pitch, to.pitch * to.ysize},
                {extent.width, extent.height, extent.depth}, static_cast<unsigned>(value), 1,
                stream, Wait::as_documented);
  });
}

SAMPAN_API cudaError_t cudaMemset3D(cudaPitchedPtr to, int value, cudaExtent extent) {
  return cudaMemset3DAsync(to, value, extent, nullptr);
}

SAMPAN_API cudaError_t cudaGetSymbolAddress(void **pointer, const void *symbol) {
  return api_call([&] {
    const SampanVariable *variable = find_variable(symbol);
    if (!pointer || !variable)
      return pointer ? cudaErrorInvalidSymbol : cudaErrorInvalidValue;
    *pointer = variable->address;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGetSymbolSize(size_t *size, const void *symbol) {
  return api_call([&] {
    const SampanVariable *variable = find_variable(symbol);
    if (!size || !variable)
      return size ? cudaErrorInvalidSymbol : cudaErrorInvalidValue;
    *size = variable->size;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMemcpyToSymbol(const void *symbol, const void *from, size_t count,
                                          size_t offset, cudaMemcpyKind kind) {
  return copy_to_symbol(symbol, from, count, offset, kind, nullptr, Wait::always);
}

SAMPAN_API cudaError_t cudaMemcpyToSymbolAsync(const void *symbol, const void *from, size_t count,
                                               size_t offset, cudaMemcpyKind kind,
                                               cudaStream_t stream) {
  return copy_to_symbol(symbol, from, count, offset, kind, stream, Wait::as_documented);
}

SAMPAN_API cudaError_t cudaMemcpyFromSymbol(void *to, const void *symbol, size_t count,
                                            size_t offset, cudaMemcpyKind kind) {
  return copy_from_symbol(to, symbol, count, offset, kind, nullptr, Wait::always);
}

SAMPAN_API cudaError_t cudaMemcpyFromSymbolAsync(void *to, const void *symbol, size_t count,
                                                 size_t offset, cudaMemcpyKind kind,
                                                 cudaStream_t stream) {
  return copy_from_symbol(to, symbol, count, offset, kind, stream, Wait::as_documented);
}
