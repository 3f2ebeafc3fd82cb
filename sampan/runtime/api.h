// What every entry point of the CUDA runtime API shares: how it is exported, and the error state.
//
// A call's error is remembered per host thread until cudaGetLastError takes it. A fault of a kernel
// is sticky: it belongs to the process, every later call returns it, and only cudaDeviceReset
// clears it.
#ifndef SAMPAN_API_H
#define SAMPAN_API_H

#include <exception>
#include <new>

#include "sampan_cuda_types.h"

#define SAMPAN_API extern "C" __attribute__((visibility("default")))

SAMPAN_API const char *cudaGetErrorName(cudaError_t error);
SAMPAN_API const char *cudaGetErrorString(cudaError_t error);

namespace sampan {

// Remembers `error` for cudaGetLastError unless it is a success, and returns it.
cudaError_t record_error(cudaError_t error);
cudaError_t take_last_error();
cudaError_t peek_last_error();

// The sticky error, or success. Only the first one counts.
cudaError_t sticky_error();
bool set_sticky_error(cudaError_t error); // false if there was one already
void clear_sticky_error();

// From now on a forked child cannot use the runtime.
void mark_in_use();

// Why no call can work: a sticky error, or that this is a child made by fork.
cudaError_t context_error();

// For calls that touch the device: fails with the sticky error, turns exceptions into error codes.
template <typename Body> cudaError_t api_call(Body &&body) {
  if (cudaError_t error = context_error())
    return record_error(error);
  try {
    return record_error(body());
  } catch (const std::bad_alloc &) {
    return record_error(cudaErrorMemoryAllocation);
  } catch (const std::exception &) {
    return record_error(cudaErrorUnknown);
  }
}

} // namespace sampan

#endif
