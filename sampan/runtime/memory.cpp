// Allocating, freeing and asking about memory.

#include <algorithm>
#include <cstdio>
#include <new>

#include "accelerator.h"
#include "allocations.h"
#include "api.h"
#include "capture.h"
#include "knobs.h"
#include "scheduler.h"
#include "stacks.h"

using namespace sampan;

namespace {

constexpr size_t kRowPitch = 512; // what rows of pitched memory are rounded up to
constexpr unsigned kDeviceTypes = type_bit(cudaMemoryTypeDevice) | type_bit(cudaMemoryTypeManaged);

cudaError_t allocate_to(void **pointer, size_t size, cudaMemoryType type, unsigned flags = 0) {
  if (!pointer)
    return cudaErrorInvalidValue;
  *pointer = nullptr;
  if (size == 0)
    return cudaSuccess;
  *pointer = allocate(size, type, flags);
  return *pointer ? cudaSuccess : cudaErrorMemoryAllocation;
}

class FreeCommand final : public Command {
public:
  explicit FreeCommand(void *pointer) : Command(Place::pool), pointer_(pointer) {}
  void run(uint64_t, uint64_t) override { release(pointer_, kDeviceTypes); }

private:
  void *pointer_;
};

} // namespace

SAMPAN_API cudaError_t cudaMalloc(void **pointer, size_t size) {
  return api_call([&] { return allocate_to(pointer, size, cudaMemoryTypeDevice); });
}

SAMPAN_API cudaError_t cudaMallocManaged(void **pointer, size_t size, unsigned flags) {
  return api_call([&] {
    if (flags != cudaMemAttachGlobal && flags != cudaMemAttachHost)
      return cudaErrorInvalidValue;
    if (size == 0)
      return cudaErrorInvalidValue;
    return allocate_to(pointer, size, cudaMemoryTypeManaged, flags);
  });
}

SAMPAN_API cudaError_t cudaHostAlloc(void **pointer, size_t size, unsigned flags) {
  return api_call([&] {
    if (flags > (cudaHostAllocPortable | cudaHostAllocMapped | cudaHostAllocWriteCombined)) {
      return cudaErrorInvalidValue;
    }
    return allocate_to(pointer, size, cudaMemoryTypeHost, flags);
  });
}

SAMPAN_API cudaError_t cudaMallocHost(void **pointer, size_t size) {
  return cudaHostAlloc(pointer, size, cudaHostAllocDefault);
}

SAMPAN_API cudaError_t cudaMallocPitch(void **pointer, size_t *pitch, size_t width, size_t height) {
  return api_call([&] {
    if (!pitch)
      return cudaErrorInvalidValue;
    size_t size;
    *pitch = (width + kRowPitch - 1) / kRowPitch * kRowPitch;
    if (__builtin_mul_overflow(*pitch, height, &size))
      return cudaErrorMemoryAllocation;
    return allocate_to(pointer, size, cudaMemoryTypeDevice);
  });
}

SAMPAN_API cudaError_t cudaMalloc3D(cudaPitchedPtr *pointer, cudaExtent extent) {
  return api_call([&] {
    if (!pointer)
      return cudaErrorInvalidValue;
    size_t pitch = (extent.width + kRowPitch - 1) / kRowPitch * kRowPitch, rows, size;
    if (__builtin_mul_overflow(extent.height, extent.depth, &rows) ||
        __builtin_mul_overflow(pitch, rows, &size)) {
      return cudaErrorMemoryAllocation;
    }
    *pointer = {nullptr, pitch, extent.width, extent.height};
    return allocate_to(&pointer->ptr, size, cudaMemoryTypeDevice);
  });
}

// Kernels may still be using the memory: programs rely on cudaFree waiting for them.
SAMPAN_API cudaError_t cudaFree(void *pointer) {
  return api_call([&] {
    if (!pointer)
      return cudaSuccess;
    Scheduler::get().wait_for_all();
    if (cudaError_t error = sticky_error())
      return error;
    Allocation found;
    bool known = find_allocation(pointer, found);
    if (known && found.flags & kGraphMemoryFlag)
      return cudaSuccess; // its graph frees it
    if (known && found.flags & kForeignFlag && !found.pool)
      return cudaErrorInvalidValue; // cudaIpcCloseMemHandle is for that
    return release(pointer, kDeviceTypes) ? cudaSuccess : cudaErrorInvalidValue;
  });
}

SAMPAN_API cudaError_t cudaFreeHost(void *pointer) {
  return api_call([&] {
    if (!pointer)
      return cudaSuccess;
    Scheduler::get().wait_for_all();
    return release(pointer, type_bit(cudaMemoryTypeHost)) ? cudaSuccess : cudaErrorInvalidValue;
  });
}

SAMPAN_API cudaError_t cudaHostRegister(void *pointer, size_t size, unsigned) {
  return api_call([&] {
    if (!pointer || !size)
      return cudaErrorInvalidValue;
    if (accelerator::wanted() && !accelerator::sees_host_memory()) {
      std::fprintf(stderr,
                   "sampan: cudaHostRegister needs a device that sees the host's memory, and "
                   "%s does not; cudaMallocHost gives memory that both see\n",
                   accelerator::description().name.c_str());
      return cudaErrorNotSupported;
    }
    return register_host(pointer, size, 0) ? cudaSuccess : cudaErrorHostMemoryAlreadyRegistered;
  });
}

SAMPAN_API cudaError_t cudaHostUnregister(void *pointer) {
  return api_call([&] {
    if (!pointer)
      return cudaErrorInvalidValue;
    Scheduler::get().wait_for_all();
    return unregister_host(pointer) ? cudaSuccess : cudaErrorHostMemoryNotRegistered;
  });
}

SAMPAN_API cudaError_t cudaHostGetDevicePointer(void **device, void *host, unsigned flags) {
  return api_call([&] {
    Allocation found;
    if (!device || flags || !find_allocation(host, found))
      return cudaErrorInvalidValue;
    *device = host;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaHostGetFlags(unsigned *flags, void *host) {
  return api_call([&] {
    Allocation found;
    if (!flags || !find_allocation(host, found) || found.type != cudaMemoryTypeHost) {
      return cudaErrorInvalidValue;
    }
    *flags = found.flags | cudaHostAllocMapped; // with unified addressing all of it is
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMemGetInfo(size_t *free, size_t *total) {
  return api_call([&] {
    size_t all = knobs().memory, used = std::min(allocated_device_bytes(), all);
    if (total)
      *total = all;
    if (free)
      *free = std::min(all - used, available_memory());
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaPointerGetAttributes(cudaPointerAttributes *attributes,
                                                const void *pointer) {
  return api_call([&] {
    if (!attributes)
      return cudaErrorInvalidValue;
    void *plain = const_cast<void *>(pointer);
    Allocation found;
    if (!find_allocation(pointer, found)) {
      *attributes = {cudaMemoryTypeUnregistered, cudaInvalidDeviceId, nullptr, plain};
    } else {
      bool host = found.type != cudaMemoryTypeDevice;
      *attributes = {found.type, found.device, plain, host ? plain : nullptr};
    }
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMallocAsync(void **pointer, size_t size, cudaStream_t stream) {
  return api_call([&] {
    Stream *found = Scheduler::get().find_stream(stream);
    if (!found)
      return cudaErrorInvalidResourceHandle;
    if (found->capture && pointer && size)
      return capture_allocation(found, pointer, size);
    return allocate_to(pointer, size, cudaMemoryTypeDevice);
  });
}

SAMPAN_API cudaError_t cudaFreeAsync(void *pointer, cudaStream_t handle) {
  return api_call([&] {
    Stream *stream = Scheduler::get().find_stream(handle);
    if (!stream)
      return cudaErrorInvalidResourceHandle;
    if (!pointer)
      return cudaSuccess;
    Allocation found;
    if (!find_allocation(pointer, found) || !found.owned || found.start != pointer ||
        !(kDeviceTypes & type_bit(found.type))) {
      return cudaErrorInvalidValue;
    }
    if (stream->capture)
      return capture_work(stream, MemoryWork{{}, pointer, nullptr});
    if (found.flags & kGraphMemoryFlag)
      return cudaSuccess;
    Scheduler::get().submit(CommandRef(new FreeCommand(pointer)), stream);
    return cudaSuccess;
  });
}
