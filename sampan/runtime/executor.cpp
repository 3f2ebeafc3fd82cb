#include "executor.h"

#include <atomic>
#include <map>
#include <mutex>

#include "allocations.h"
#include "api.h"

namespace sampan {
namespace {

std::atomic<SampanExecutor> executor{nullptr};

struct Shared {
  std::mutex mutex;
  std::map<uintptr_t, size_t> sizes; // by start
};

Shared &shared() {
  static Shared &shared = *new Shared;
  return shared;
}

bool find_shared(const void *pointer, void **start, uint64_t *size) {
  auto at = reinterpret_cast<uintptr_t>(pointer);
  std::lock_guard<std::mutex> lock(shared().mutex);
  auto after = shared().sizes.upper_bound(at);
  if (after == shared().sizes.begin())
    return false;
  auto [found, bytes] = *std::prev(after);
  *start = reinterpret_cast<void *>(found);
  *size = bytes;
  return at - found < bytes;
}

} // namespace

bool has_executor() { return executor.load(std::memory_order_relaxed); }

void share_memory(const void *start, size_t size) {
  std::lock_guard<std::mutex> lock(shared().mutex);
  shared().sizes[reinterpret_cast<uintptr_t>(start)] = size;
}

void unshare_memory(const void *start) {
  std::lock_guard<std::mutex> lock(shared().mutex);
  shared().sizes.erase(reinterpret_cast<uintptr_t>(start));
}

void execute(const KernelRun &run) {
  SampanGrid grid{&run.kernel->code, static_cast<const SampanCode *>(run.variant->entry),
                  run.launch, run.together, cudaSuccess};
  executor.load(std::memory_order_acquire)(&grid);
  auto error = static_cast<cudaError_t>(grid.error);
  if (error == cudaSuccess)
    return;
  if (run.outcome) {
    run.outcome->fail(error, "the kernel failed in the interpreter");
  } else {
    set_sticky_error(error);
  }
}

} // namespace sampan

SAMPAN_API void sampan_set_executor(SampanExecutor executor) {
  sampan::executor.store(executor, std::memory_order_release);
}

SAMPAN_API int32_t sampan_find_memory(const void *pointer, void **start, uint64_t *size) {
  sampan::Allocation found;
  if (!sampan::find_allocation(pointer, found))
    return sampan::find_shared(pointer, start, size);
  *start = found.start;
  *size = found.size;
  return 1;
}
