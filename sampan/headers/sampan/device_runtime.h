// The part of the runtime API that kernels may call, and how kernels launch kernels.
// Written from the CUDA C++ Programming Guide, "CUDA Dynamic Parallelism".
#ifndef SAMPAN_DEVICE_RUNTIME_H
#define SAMPAN_DEVICE_RUNTIME_H

// What clang calls for kernel<<<grid, block, shared, stream>>>(…) in device code.
extern "C" __device__ void *cudaGetParameterBuffer(size_t alignment, size_t size);

// What the compiler knows by name; the calls have their numbers in runtime/device_runtime.h. A
// result holds an error in its low half, what else there is above; or is a pointer.
extern "C" __device__ unsigned long long
__sampan_device_runtime(unsigned int thread, unsigned int call, unsigned long long,
                        unsigned long long, unsigned long long, unsigned long long,
                        unsigned long long, unsigned long long, unsigned long long);

// malloc, which clang does not know: it would drop one whose memory is not used, failure and all.
extern "C" __device__ void *__sampan_malloc(size_t size);

namespace __sampan {

enum class device_call : unsigned int {
  launch,
  synchronize,
  get_last_error,
  peek_last_error,
  set_last_error,
  create_stream,
  destroy_stream,
  create_event,
  destroy_event,
  record_event,
  wait_event,
  copy,
  fill,
  device_attribute,
  device_limit,
  blocks_per_processor,
  error_text
};

// The bits of what has 64; of a smaller number its value. (Programs may be in C++11.)
template <class T, bool wide = sizeof(T) == 8> struct word_of {
  __device__ static unsigned long long get(T value) {
    return __builtin_bit_cast(unsigned long long, value);
  }
};

template <class T> struct word_of<T, false> {
  __device__ static unsigned long long get(T value) {
    return static_cast<unsigned long long>(value);
  }
};

template <class T> __device__ inline unsigned long long as_word(T value) {
  return word_of<T>::get(value);
}

__device__ inline unsigned long long
device_runtime(device_call call, unsigned long long a = 0, unsigned long long b = 0,
               unsigned long long c = 0, unsigned long long d = 0, unsigned long long e = 0,
               unsigned long long f = 0, unsigned long long g = 0) {
  unsigned int thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  return __sampan_device_runtime(thread, static_cast<unsigned int>(call), a, b, c, d, e, f, g);
}

__device__ inline cudaError_t error_of(unsigned long long result) {
  return static_cast<cudaError_t>(static_cast<unsigned int>(result));
}

__device__ inline cudaError_t fail(cudaError_t error) {
  return error_of(device_runtime(device_call::set_last_error, error));
}

// What is above the error in a result, if there is a place for it.
template <class T> __device__ inline cudaError_t answer(T *to, unsigned long long result) {
  if (!to)
    return fail(cudaErrorInvalidValue);
  if (error_of(result) == cudaSuccess)
    *to = static_cast<T>(static_cast<unsigned int>(result >> 32));
  return error_of(result);
}

} // namespace __sampan

#define __SAMPAN_DEVICE static __device__ inline

// ---- Launches ----------------------------------------------------------------------------------

extern "C" __device__ inline cudaError_t cudaLaunchDevice(void *function, void *parameters,
                                                          dim3 grid, dim3 block,
                                                          unsigned int shared,
                                                          cudaStream_t stream) {
  auto pair = [](unsigned int low, unsigned int high) {
    return low | static_cast<unsigned long long>(high) << 32;
  };
  return __sampan::error_of(__sampan::device_runtime(
      __sampan::device_call::launch, __sampan::as_word(function), __sampan::as_word(parameters),
      pair(grid.x, grid.y), pair(grid.z, block.x), pair(block.y, block.z), shared,
      __sampan::as_word(stream)));
}

// Of CUDA 11: waits for what the block has launched.
__SAMPAN_DEVICE cudaError_t cudaDeviceSynchronize() {
  return __sampan::error_of(__sampan::device_runtime(__sampan::device_call::synchronize));
}
__SAMPAN_DEVICE cudaError_t __cudaDeviceSynchronizeDeprecationAvoidance() {
  return cudaDeviceSynchronize();
}

// ---- Errors, each thread's own -----------------------------------------------------------------

__SAMPAN_DEVICE cudaError_t cudaGetLastError() {
  return __sampan::error_of(__sampan::device_runtime(__sampan::device_call::get_last_error));
}
__SAMPAN_DEVICE cudaError_t cudaPeekAtLastError() {
  return __sampan::error_of(__sampan::device_runtime(__sampan::device_call::peek_last_error));
}
__SAMPAN_DEVICE const char *cudaGetErrorString(cudaError_t error) {
  return reinterpret_cast<const char *>(
      __sampan::device_runtime(__sampan::device_call::error_text, error, 0));
}
__SAMPAN_DEVICE const char *cudaGetErrorName(cudaError_t error) {
  return reinterpret_cast<const char *>(
      __sampan::device_runtime(__sampan::device_call::error_text, error, 1));
}

// ---- Streams and events ------------------------------------------------------------------------

__SAMPAN_DEVICE cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned int flags) {
  if (!stream || flags != cudaStreamNonBlocking)
    return __sampan::fail(cudaErrorInvalidValue);
  *stream = reinterpret_cast<cudaStream_t>(
      __sampan::device_runtime(__sampan::device_call::create_stream));
  return cudaSuccess;
}
__SAMPAN_DEVICE cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  return __sampan::error_of(
      __sampan::device_runtime(__sampan::device_call::destroy_stream, __sampan::as_word(stream)));
}
__SAMPAN_DEVICE cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned int flags) {
  if (!event || flags != cudaEventDisableTiming)
    return __sampan::fail(cudaErrorInvalidValue);
  *event =
      reinterpret_cast<cudaEvent_t>(__sampan::device_runtime(__sampan::device_call::create_event));
  return cudaSuccess;
}
__SAMPAN_DEVICE cudaError_t cudaEventDestroy(cudaEvent_t event) {
  return __sampan::error_of(
      __sampan::device_runtime(__sampan::device_call::destroy_event, __sampan::as_word(event)));
}
__SAMPAN_DEVICE cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream = 0) {
  return __sampan::error_of(__sampan::device_runtime(
      __sampan::device_call::record_event, __sampan::as_word(event), __sampan::as_word(stream)));
}
__SAMPAN_DEVICE cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event,
                                                unsigned int = 0) {
  return __sampan::error_of(__sampan::device_runtime(
      __sampan::device_call::wait_event, __sampan::as_word(stream), __sampan::as_word(event)));
}

// ---- Memory ------------------------------------------------------------------------------------

// From the heap of malloc(): only device code may free it.
__SAMPAN_DEVICE cudaError_t cudaMalloc(void **pointer, size_t size) {
  if (!pointer)
    return __sampan::fail(cudaErrorInvalidValue);
  *pointer = size ? __sampan_malloc(size) : nullptr;
  return size && !*pointer ? __sampan::fail(cudaErrorMemoryAllocation) : cudaSuccess;
}
template <class T> __SAMPAN_DEVICE cudaError_t cudaMalloc(T **pointer, size_t size) {
  void *memory = nullptr;
  cudaError_t error = cudaMalloc(&memory, size);
  if (pointer)
    *pointer = static_cast<T *>(memory);
  return pointer ? error : __sampan::fail(cudaErrorInvalidValue);
}
__SAMPAN_DEVICE cudaError_t cudaFree(void *pointer) {
  free(pointer);
  return cudaSuccess;
}
__SAMPAN_DEVICE cudaError_t cudaMemcpy2DAsync(void *to, size_t toPitch, const void *from,
                                              size_t fromPitch, size_t width, size_t height,
                                              cudaMemcpyKind, cudaStream_t stream = 0) {
  return __sampan::error_of(__sampan::device_runtime(
      __sampan::device_call::copy, __sampan::as_word(to), toPitch, __sampan::as_word(from),
      fromPitch, width, height, __sampan::as_word(stream)));
}
__SAMPAN_DEVICE cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t size,
                                            cudaMemcpyKind kind, cudaStream_t stream = 0) {
  return cudaMemcpy2DAsync(to, size, from, size, size, 1, kind, stream);
}
__SAMPAN_DEVICE cudaError_t cudaMemset2DAsync(void *to, size_t pitch, int value, size_t width,
                                              size_t height, cudaStream_t stream = 0) {
  return __sampan::error_of(__sampan::device_runtime(
      __sampan::device_call::fill, __sampan::as_word(to), pitch, static_cast<unsigned int>(value),
      width, height, __sampan::as_word(stream)));
}
__SAMPAN_DEVICE cudaError_t cudaMemsetAsync(void *to, int value, size_t size,
                                            cudaStream_t stream = 0) {
  return cudaMemset2DAsync(to, size, value, size, 1, stream);
}

// ---- The device --------------------------------------------------------------------------------

__SAMPAN_DEVICE cudaError_t cudaGetDevice(int *device) { return __sampan::answer(device, 0); }
__SAMPAN_DEVICE cudaError_t cudaGetDeviceCount(int *count) {
  return __sampan::answer(count, 1ull << 32);
}
__SAMPAN_DEVICE cudaError_t cudaRuntimeGetVersion(int *version) {
  return __sampan::answer(version, static_cast<unsigned long long>(CUDART_VERSION) << 32);
}
__SAMPAN_DEVICE cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute,
                                                   int device) {
  return __sampan::answer(
      value, __sampan::device_runtime(__sampan::device_call::device_attribute, attribute, device));
}
__SAMPAN_DEVICE cudaError_t cudaDeviceGetLimit(size_t *value, cudaLimit limit) {
  return __sampan::answer(value,
                          __sampan::device_runtime(__sampan::device_call::device_limit, limit));
}
template <class T>
__SAMPAN_DEVICE cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, T function,
                                                                          int blockSize,
                                                                          size_t dynamicShared) {
  return __sampan::answer(blocks,
                          __sampan::device_runtime(__sampan::device_call::blocks_per_processor,
                                                   __sampan::as_word((const void *)function),
                                                   blockSize, dynamicShared));
}

// A handle is the address of its value.
__SAMPAN_DEVICE void cudaGraphSetConditional(cudaGraphConditionalHandle handle,
                                             unsigned int value) {
  *reinterpret_cast<unsigned int *>(handle) = value;
}

#undef __SAMPAN_DEVICE

#endif
