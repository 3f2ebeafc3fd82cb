// Stream-ordered memory pools. All take from the same memory, so a pool is its attributes.

#include <atomic>

#include "allocations.h"
#include "api.h"
#include "devices.h"

using namespace sampan;

namespace {

struct Pool {
  std::atomic<int> reuse[3] = {{1}, {1}, {1}};
  std::atomic<uint64_t> release_threshold{0};
};

Pool *default_pool() {
  static Pool *pool = new Pool;
  return pool;
}

std::atomic<Pool *> current_pool{nullptr};

Pool *pool_of(cudaMemPool_t handle) { return reinterpret_cast<Pool *>(handle); }
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
  return api_call([&] { return give(pool, default_pool(), device); });
}

SAMPAN_API cudaError_t cudaDeviceGetMemPool(cudaMemPool_t *pool, int device) {
  return api_call([&] {
    Pool *current = current_pool;
    return give(pool, current ? current : default_pool(), device);
  });
}

SAMPAN_API cudaError_t cudaDeviceSetMemPool(int device, cudaMemPool_t pool) {
  return api_call([&] {
    if (!is_device(device))
      return cudaErrorInvalidDevice;
    if (!pool)
      return cudaErrorInvalidValue;
    current_pool = pool_of(pool);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMemPoolCreate(cudaMemPool_t *pool, const cudaMemPoolProps *properties) {
  return api_call([&] {
    if (!pool || !properties)
      return cudaErrorInvalidValue;
    *pool = handle_of(new Pool);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMemPoolDestroy(cudaMemPool_t handle) {
  return api_call([&] {
    Pool *pool = pool_of(handle);
    if (!pool || pool == default_pool())
      return cudaErrorInvalidValue;
    Pool *expected = pool;
    current_pool.compare_exchange_strong(expected, nullptr);
    delete pool;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMemPoolTrimTo(cudaMemPool_t pool, size_t) {
  return api_call([&] { return pool ? cudaSuccess : cudaErrorInvalidValue; });
}

SAMPAN_API cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t handle, cudaMemPoolAttr attribute,
                                               void *value) {
  return api_call([&] {
    if (!handle || !value)
      return cudaErrorInvalidValue;
    Pool &pool = *pool_of(handle);
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
    if (!handle || !value)
      return cudaErrorInvalidValue;
    Pool &pool = *pool_of(handle);
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
  return api_call([&] { return pool ? cudaSuccess : cudaErrorInvalidValue; });
}

SAMPAN_API cudaError_t cudaMemPoolGetAccess(cudaMemAccessFlags *flags, cudaMemPool_t pool,
                                            cudaMemLocation *) {
  return api_call([&] {
    if (!flags || !pool)
      return cudaErrorInvalidValue;
    *flags = cudaMemAccessFlagsProtReadWrite;
    return cudaSuccess;
  });
}

extern "C" cudaError_t cudaMallocAsync(void **pointer, size_t size, cudaStream_t stream);

SAMPAN_API cudaError_t cudaMallocFromPoolAsync(void **pointer, size_t size, cudaMemPool_t pool,
                                               cudaStream_t stream) {
  if (!pool)
    return record_error(cudaErrorInvalidValue);
  return cudaMallocAsync(pointer, size, stream);
}
