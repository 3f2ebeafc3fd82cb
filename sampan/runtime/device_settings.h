// What cudaDeviceSetLimit and its kin set.
#ifndef SAMPAN_DEVICE_SETTINGS_H
#define SAMPAN_DEVICE_SETTINGS_H

#include <cstddef>

namespace sampan {

// cudaLimitStackSize: bytes of stack that one device thread may use.
size_t thread_stack_limit();
// cudaLimitPrintfFifoSize
size_t printf_buffer_limit();

// Back to the defaults, for cudaDeviceReset.
void reset_device_settings();

} // namespace sampan

#endif
