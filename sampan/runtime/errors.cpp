// The error state of the process and of each host thread.

#include "api.h"

#include <atomic>
#include <pthread.h>

#include "accelerator.h"

namespace sampan {
namespace {

std::atomic<cudaError_t> sticky{cudaSuccess};
std::atomic<bool> in_use{false};
std::atomic<bool> forked{false};
thread_local cudaError_t last_error = cudaSuccess;

// The pool's threads do not exist in a forked child, so a call would wait for them for ever. CUDA
// does not work there either if it was used before the fork, and says so by this error.
[[maybe_unused]] const int fork_handler = pthread_atfork(nullptr, nullptr, [] {
  if (in_use.load(std::memory_order_relaxed))
    forked.store(true, std::memory_order_relaxed);
});

} // namespace

cudaError_t record_error(cudaError_t error) {
  if (error != cudaSuccess)
    last_error = error;
  return error;
}

cudaError_t peek_last_error() {
  cudaError_t error = sticky_error();
  return error ? error : last_error;
}

cudaError_t take_last_error() {
  cudaError_t error = peek_last_error();
  last_error = cudaSuccess;
  return error;
}

cudaError_t sticky_error() { return sticky.load(std::memory_order_relaxed); }

bool set_sticky_error(cudaError_t error) {
  cudaError_t none = cudaSuccess;
  return sticky.compare_exchange_strong(none, error);
}

void clear_sticky_error() {
  sticky.store(cudaSuccess);
  last_error = cudaSuccess;
}

void mark_in_use() { in_use.store(true, std::memory_order_relaxed); }

cudaError_t context_error() {
  if (forked.load(std::memory_order_relaxed))
    return cudaErrorInitializationError;
  if (cudaError_t error = accelerator::state())
    return error;
  return sticky_error();
}

} // namespace sampan

SAMPAN_API cudaError_t cudaGetLastError() { return sampan::take_last_error(); }
SAMPAN_API cudaError_t cudaPeekAtLastError() { return sampan::peek_last_error(); }
