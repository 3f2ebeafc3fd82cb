// Advice about managed memory, which is all in one place here; the last advice is remembered.

#include <cstring>
#include <map>
#include <mutex>

#include "allocations.h"
#include "api.h"
#include "devices.h"
#include "scheduler.h"

using namespace sampan;

namespace {

struct Advice {
  bool read_mostly = false, accessed_by = false;
  int preferred = cudaInvalidDeviceId, prefetched = cudaInvalidDeviceId, accessor = 0;
};

std::mutex managed_mutex;
// By the start of the allocation: finer than that nobody asks.
std::map<const void *, Advice> &advice() {
  static auto &advice = *new std::map<const void *, Advice>;
  return advice;
}

bool known_device(int device) { return is_device(device) || device == cudaCpuDeviceId; }

} // namespace

SAMPAN_API cudaError_t cudaMemPrefetchAsync(const void *pointer, size_t count, int device,
                                            cudaStream_t stream) {
  return api_call([&] {
    Allocation found;
    if (!Scheduler::get().find_stream(stream))
      return cudaErrorInvalidResourceHandle;
    if (!known_device(device))
      return cudaErrorInvalidDevice;
    if (!count || !find_allocation(pointer, found) || found.type != cudaMemoryTypeManaged) {
      return cudaErrorInvalidValue;
    }
    std::lock_guard<std::mutex> lock(managed_mutex);
    advice()[found.start].prefetched = device;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMemAdvise(const void *pointer, size_t count, cudaMemoryAdvise what,
                                     int device) {
  return api_call([&] {
    Allocation found;
    if (!count || !find_allocation(pointer, found) || found.type != cudaMemoryTypeManaged) {
      return cudaErrorInvalidValue;
    }
    bool by_device = what >= cudaMemAdviseSetPreferredLocation;
    if (by_device && what != cudaMemAdviseUnsetPreferredLocation && !known_device(device)) {
      return cudaErrorInvalidDevice;
    }
    std::lock_guard<std::mutex> lock(managed_mutex);
    Advice &current = advice()[found.start];
    switch (what) {
    case cudaMemAdviseSetReadMostly:
    case cudaMemAdviseUnsetReadMostly:
      current.read_mostly = what == cudaMemAdviseSetReadMostly;
      return cudaSuccess;
    case cudaMemAdviseSetPreferredLocation:
      current.preferred = device;
      return cudaSuccess;
    case cudaMemAdviseUnsetPreferredLocation:
      current.preferred = cudaInvalidDeviceId;
      return cudaSuccess;
    case cudaMemAdviseSetAccessedBy:
    case cudaMemAdviseUnsetAccessedBy:
      current.accessed_by = what == cudaMemAdviseSetAccessedBy;
      current.accessor = device;
      return cudaSuccess;
    }
    return cudaErrorInvalidValue;
  });
}

SAMPAN_API cudaError_t cudaMemRangeGetAttribute(void *data, size_t data_size,
                                                cudaMemRangeAttribute attribute,
                                                const void *pointer, size_t count) {
  return api_call([&] {
    Allocation found;
    if (!data || data_size < sizeof(int) || !count || !find_allocation(pointer, found) ||
        found.type != cudaMemoryTypeManaged) {
      return cudaErrorInvalidValue;
    }
    std::lock_guard<std::mutex> lock(managed_mutex);
    const Advice &current = advice()[found.start];
    int value = 0;
    switch (attribute) {
    case cudaMemRangeAttributeReadMostly:
      value = current.read_mostly;
      break;
    case cudaMemRangeAttributePreferredLocation:
      value = current.preferred;
      break;
    case cudaMemRangeAttributeLastPrefetchLocation:
      value = current.prefetched;
      break;
    case cudaMemRangeAttributeAccessedBy: {
      auto *devices = static_cast<int *>(data);
      for (size_t i = 0; i < data_size / sizeof(int); ++i)
        devices[i] = cudaInvalidDeviceId;
      if (current.accessed_by)
        devices[0] = current.accessor;
      return cudaSuccess;
    }
    default:
      return cudaErrorInvalidValue;
    }
    std::memcpy(data, &value, sizeof value);
    return cudaSuccess;
  });
}
