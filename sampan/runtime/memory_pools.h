// Pools that several processes share.
#ifndef SAMPAN_MEMORY_POOLS_H
#define SAMPAN_MEMORY_POOLS_H

#include <cstdint>

#include "sampan_cuda_types.h"

namespace sampan {

// The number of a pool that this process made to be shared, the same in no other process; 0 for
// another pool and for a handle that is none.
uint64_t shared_pool(cudaMemPool_t handle);
// The same of a pool that another process made.
uint64_t imported_pool(cudaMemPool_t handle);
cudaMemPool_t import_pool(uint64_t number);

} // namespace sampan

#endif
