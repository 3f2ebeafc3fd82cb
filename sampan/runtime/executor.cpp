#include "executor.h"

#include <atomic>

#include "allocations.h"
#include "api.h"

namespace sampan {
namespace {

std::atomic<SampanExecutor> executor{nullptr};

} // namespace

bool has_executor() { return executor.load(std::memory_order_relaxed); }

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
    return 0;
  *start = found.start;
  *size = found.size;
  return 1;
}
