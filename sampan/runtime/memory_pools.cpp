// Stream-ordered memory pools. All take from the same memory, so a pool is its attributes.

#include <atomic>
#include <iterator>
#include <map>
#include <mutex>
#include <set>

#include "allocations.h"
#include "api.h"
#include "devices.h"

using namespace sampan;

namespace {

struct Pool {
  std::atomic<int> reuse[3] = {{1}, {1}, {1}};
  std::atomic<uint64_t> release_threshold{0};
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
    if (properties->handleTypes != cudaMemHandleTypeNone)
      return cudaErrorNotSupported;
    std::lock_guard<std::mutex> lock(pools().mutex);
    *pool = handle_of(pools().add());
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

SAMPAN_API cudaError_t cudaMallocFromPoolAsync(void **pointer, size_t size, cudaMemPool_t pool,
                                               cudaStream_t stream) {
  if (!pool_of(pool))
    return record_error(cudaErrorInvalidValue);
  return cudaMallocAsync(pointer, size, stream);
}
