// What cudaDeviceSetLimit and its kin set.
#ifndef SAMPAN_DEVICE_SETTINGS_H
#define SAMPAN_DEVICE_SETTINGS_H

#include <cstddef>

#include "sampan_cuda_types.h"

namespace sampan {

// cudaLimitStackSize: bytes of stack that one device thread may use.
size_t thread_stack_limit();
// cudaLimitPrintfFifoSize
size_t printf_buffer_limit();
// cudaLimitMallocHeapSize: bytes that malloc in kernels may hand out.
size_t device_heap_limit();

cudaError_t device_limit(cudaLimit limit, size_t &value);

// What was allocated no longer counts.
void forget_device_heap();
// Back to the defaults, for cudaDeviceReset.
void reset_device_settings();

} // namespace sampan

#endif
