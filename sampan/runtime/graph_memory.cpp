// Memory of graphs' nodes.

#include <atomic>
#include <new>

#include "allocations.h"
#include "api.h"
#include "devices.h"
#include "graph.h"

namespace sampan {
namespace {

// What all graphs hold: it is taken when a node is made, and stays as long as the node does.
std::atomic<uint64_t> held{0}, most{0};

} // namespace

GraphMemory::GraphMemory(size_t size)
    : start(allocate(size, cudaMemoryTypeDevice, kGraphMemoryFlag)), size(size) {
  if (!start)
    throw std::bad_alloc();
  uint64_t now = held += size, before = most;
  while (before < now && !most.compare_exchange_weak(before, now)) {
  }
}

GraphMemory::~GraphMemory() {
  held -= size;
  release(start, type_bit(cudaMemoryTypeDevice));
}

} // namespace sampan

using namespace sampan;

// Memory is in use as long as it is reserved.
SAMPAN_API cudaError_t cudaDeviceGetGraphMemAttribute(int device,
                                                      cudaGraphMemAttributeType attribute,
                                                      void *value) {
  return api_call([&] {
    if (!is_device(device))
      return cudaErrorInvalidDevice;
    if (!value)
      return cudaErrorInvalidValue;
    switch (attribute) {
    case cudaGraphMemAttrUsedMemCurrent:
    case cudaGraphMemAttrReservedMemCurrent:
      *static_cast<uint64_t *>(value) = held;
      return cudaSuccess;
    case cudaGraphMemAttrUsedMemHigh:
    case cudaGraphMemAttrReservedMemHigh:
      *static_cast<uint64_t *>(value) = most;
      return cudaSuccess;
    default:
      return cudaErrorInvalidValue;
    }
  });
}

// Only the high marks can be set, and only back.
SAMPAN_API cudaError_t cudaDeviceSetGraphMemAttribute(int device,
                                                      cudaGraphMemAttributeType attribute,
                                                      void *value) {
  return api_call([&] {
    if (!is_device(device))
      return cudaErrorInvalidDevice;
    bool high =
        attribute == cudaGraphMemAttrUsedMemHigh || attribute == cudaGraphMemAttrReservedMemHigh;
    if (!high || !value || *static_cast<uint64_t *>(value) != 0)
      return cudaErrorInvalidValue;
    most = held.load();
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaDeviceGraphMemTrim(int device) {
  return record_error(is_device(device) ? cudaSuccess : cudaErrorInvalidDevice);
}
