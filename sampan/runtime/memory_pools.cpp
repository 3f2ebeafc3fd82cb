// Stream-ordered memory pools. All take from the same memory, so a pool is its attributes.

#include <atomic>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <unistd.h>

#include "allocations.h"
#include "api.h"
#include "devices.h"
#include "memory_pools.h"
#include "scheduler.h"

using namespace sampan;

namespace {

struct Pool {
  std::atomic<int> reuse[3] = {{1}, {1}, {1}};
  std::atomic<uint64_t> release_threshold{0};
  uint64_t number = 0; // of a pool that processes share
  bool imported = false;
};

// Those that are not destroyed: a handle that is none, or is no more, is recognised.
struct Pools {
  std::mutex mutex;
  std::set<Pool *> alive;
  Pool *by_default = add();
  std::map<int, Pool *> current; // of devices that do not use the default pool

  Pool *add() { return *alive.insert(new Pool).first; }
};

Pools &pools() {
  static Pools &pools = *new Pools;
  return pools;
}

// Null for a handle that is none.
Pool *pool_of(cudaMemPool_t handle) {
  auto *pool = reinterpret_cast<Pool *>(handle);
  std::lock_guard<std::mutex> lock(pools().mutex);
  return pools().alive.count(pool) ? pool : nullptr;
}
cudaMemPool_t handle_of(Pool *pool) { return reinterpret_cast<cudaMemPool_t>(pool); }

cudaError_t give(cudaMemPool_t *to, Pool *pool, int device) {
  if (!to)
    return cudaErrorInvalidValue;
  if (!is_device(device))
    return cudaErrorInvalidDevice;
  *to = handle_of(pool);
  return cudaSuccess;
}

} // namespace

uint64_t sampan::shared_pool(cudaMemPool_t handle) {
  Pool *pool = pool_of(handle);
  return pool && !pool->imported ? pool->number : 0;
}

uint64_t sampan::imported_pool(cudaMemPool_t handle) {
  Pool *pool = pool_of(handle);
  return pool && pool->imported ? pool->number : 0;
}

cudaMemPool_t sampan::import_pool(uint64_t number) {
  std::lock_guard<std::mutex> lock(pools().mutex);
  Pool *made = pools().add();
  made->number = number;
  made->imported = true;
  return handle_of(made);
}

SAMPAN_API cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t *pool, int device) {
  return api_call([&] { return give(pool, pools().by_default, device); });
}

SAMPAN_API cudaError_t cudaDeviceGetMemPool(cudaMemPool_t *pool, int device) {
  return api_call([&] {
    std::lock_guard<std::mutex> lock(pools().mutex);
    auto found = pools().current.find(device);
    bool other = found != pools().current.end();
    return give(pool, other ? found->second : pools().by_default, device);
  });
}

SAMPAN_API cudaError_t cudaDeviceSetMemPool(int device, cudaMemPool_t pool) {
  return api_call([&] {
    if (!is_device(device))
      return cudaErrorInvalidDevice;
    Pool *chosen = pool_of(pool);
    if (!chosen)
      return cudaErrorInvalidValue;
    std::lock_guard<std::mutex> lock(pools().mutex);
    pools().current[device] = chosen;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMemPoolCreate(cudaMemPool_t *pool, const cudaMemPoolProps *properties) {
  return api_call([&] {
    if (!pool || !properties || properties->allocType != cudaMemAllocationTypePinned)
      return cudaErrorInvalidValue;
    const cudaMemLocation &place = properties->location;
    if (place.type != cudaMemLocationTypeDevice || !is_device(place.id))
      return cudaErrorInvalidValue;
    if (properties->handleTypes != cudaMemHandleTypeNone &&
        properties->handleTypes != cudaMemHandleTypePosixFileDescriptor) {
      return cudaErrorNotSupported;
    }
    static std::atomic<uint32_t> shared{0};
    std::lock_guard<std::mutex> lock(pools().mutex);
    Pool *made = pools().add();
    if (properties->handleTypes != cudaMemHandleTypeNone)
      made->number = static_cast<uint64_t>(getpid()) << 32 | ++shared;
    *pool = handle_of(made);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMemPoolDestroy(cudaMemPool_t handle) {
  return api_call([&] {
    Pool *pool = pool_of(handle);
    if (!pool || pool == pools().by_default)
      return cudaErrorInvalidValue;
    std::lock_guard<std::mutex> lock(pools().mutex);
    for (auto entry = pools().current.begin(); entry != pools().current.end();)
      entry = entry->second == pool ? pools().current.erase(entry) : std::next(entry);
    pools().alive.erase(pool);
    delete pool;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMemPoolTrimTo(cudaMemPool_t pool, size_t) {
  return api_call([&] { return pool_of(pool) ? cudaSuccess : cudaErrorInvalidValue; });
}

SAMPAN_API cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t handle, cudaMemPoolAttr attribute,
                                               void *value) {
  return api_call([&] {
    Pool *found = pool_of(handle);
    if (!found || !value)
      return cudaErrorInvalidValue;
    Pool &pool = *found;
    switch (attribute) {
    case cudaMemPoolReuseFollowEventDependencies:
    case cudaMemPoolReuseAllowOpportunistic:
    case cudaMemPoolReuseAllowInternalDependencies:
      pool.reuse[attribute - 1] = *static_cast<int *>(value);
      return cudaSuccess;
    case cudaMemPoolAttrReleaseThreshold:
      pool.release_threshold = *static_cast<uint64_t *>(value);
      return cudaSuccess;
    case cudaMemPoolAttrReservedMemHigh:
    case cudaMemPoolAttrUsedMemHigh:
      return *static_cast<uint64_t *>(value) ? cudaErrorInvalidValue : cudaSuccess;
    default:
      return cudaErrorInvalidValue;
    }
  });
}

SAMPAN_API cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t handle, cudaMemPoolAttr attribute,
                                               void *value) {
  return api_call([&] {
    Pool *found = pool_of(handle);
    if (!found || !value)
      return cudaErrorInvalidValue;
    Pool &pool = *found;
    switch (attribute) {
    case cudaMemPoolReuseFollowEventDependencies:
    case cudaMemPoolReuseAllowOpportunistic:
    case cudaMemPoolReuseAllowInternalDependencies:
      *static_cast<int *>(value) = pool.reuse[attribute - 1];
      return cudaSuccess;
    case cudaMemPoolAttrReleaseThreshold:
      *static_cast<uint64_t *>(value) = pool.release_threshold;
      return cudaSuccess;
    case cudaMemPoolAttrReservedMemCurrent:
    case cudaMemPoolAttrReservedMemHigh:
    case cudaMemPoolAttrUsedMemCurrent:
    case cudaMemPoolAttrUsedMemHigh:
      *static_cast<uint64_t *>(value) = allocated_device_bytes();
      return cudaSuccess;
    default:
      return cudaErrorInvalidValue;
    }
  });
}

SAMPAN_API cudaError_t cudaMemPoolSetAccess(cudaMemPool_t pool, const cudaMemAccessDesc *, size_t) {
  return api_call([&] { return pool_of(pool) ? cudaSuccess : cudaErrorInvalidValue; });
}

SAMPAN_API cudaError_t cudaMemPoolGetAccess(cudaMemAccessFlags *flags, cudaMemPool_t pool,
                                            cudaMemLocation *) {
  return api_call([&] {
    if (!flags || !pool_of(pool))
      return cudaErrorInvalidValue;
    *flags = cudaMemAccessFlagsProtReadWrite;
    return cudaSuccess;
  });
}

extern "C" cudaError_t cudaMallocAsync(void **pointer, size_t size, cudaStream_t stream);

SAMPAN_API cudaError_t cudaMallocFromPoolAsync(void **pointer, size_t size, cudaMemPool_t handle,
                                               cudaStream_t stream) {
  Pool *pool = pool_of(handle);
  if (!pool || pool->imported) // from an imported one nothing can be allocated
    return record_error(cudaErrorInvalidValue);
  if (!pool->number || size == 0)
    return cudaMallocAsync(pointer, size, stream);
  return api_call([&] {
    Stream *found = Scheduler::get().find_stream(stream);
    if (!pointer || !found)
      return found ? cudaErrorInvalidValue : cudaErrorInvalidResourceHandle;
    if (found->capture)
      return cudaErrorNotSupported; // graphs have memory of their own
    *pointer = allocate(size, cudaMemoryTypeDevice, 0, pool->number);
    return *pointer ? cudaSuccess : cudaErrorMemoryAllocation;
  });
}
