// The functions of sampan_embed.h.

#include "sampan_embed.h"

#include <memory>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

#include "api.h"
#include "device_limits.h"
#include "device_printf.h"
#include "grid.h"
#include "registry.h"
#include "scheduler.h"
#include "watchdog.h"
#include "worker.h"

using namespace sampan;

namespace {

// The main thread answers signals, which it cannot do inside a kernel: it takes part only in work
// that was short before. In nanoseconds.
constexpr float kShortWork = 2e6;
constexpr uint64_t kSlice = 50'000'000; // to wait before the caller looks around

struct Launch {
  LaunchOutcome outcome;
  CommandRef grid;
  bool short_work = false;
};

thread_local std::string message, printed;

int failed(cudaError_t error, std::string text) {
  message = std::move(text);
  return error;
}

// Starts the grid; an error says that it did not start.
cudaError_t start(Launch &launch, Kernel &kernel, const uint32_t *s, const void *params,
                  void *handle) {
  message.clear();
  LaunchShape shape{{s[0], s[1], s[2]}, {s[3], s[4], s[5]}, s[6], s[7] != 0, {1, 1, 1}, false};
  if (cudaError_t error = context_error())
    return error;
  if (cudaError_t error = check_launch(kernel, shape))
    return error;
  Scheduler &scheduler = Scheduler::get();
  Stream *stream = scheduler.find_stream(static_cast<cudaStream_t>(handle));
  if (!stream)
    return cudaErrorInvalidResourceHandle;
  const SampanVariant *variant = choose_variant(kernel.code, shape);
  if (!variant)
    return cudaErrorNoKernelImageForDevice;
  const SampanKernel &code = kernel.code;
  constexpr uint32_t kMany = 64;
  void *few[kMany];
  std::vector<void *> many(code.param_count > kMany ? code.param_count : 0);
  void **arguments = code.param_count > kMany ? many.data() : few;
  for (uint32_t i = 0; i < code.param_count; ++i) {
    arguments[i] = const_cast<char *>(static_cast<const char *>(params)) + code.param_offsets[i];
  }
  auto *grid = new Grid(kernel, *variant, shape, arguments, &launch.outcome);
  launch.grid = CommandRef(grid);
  float work = grid->expected_work();
  launch.short_work = work > 0 && work < kShortWork;
  scheduler.submit(launch.grid, stream);
  return cudaSuccess;
}

bool wait(Launch &launch) {
  static thread_local const bool main_thread = syscall(SYS_gettid) == getpid();
  if (main_thread && !launch.short_work)
    return Scheduler::get().wait_for(launch.grid, kSlice);
  Scheduler::get().wait(launch.grid);
  return true;
}

int outcome(const Launch &launch) {
  message.clear();
  return launch.outcome.failed() ? failed(launch.outcome.error(), launch.outcome.message())
                                 : cudaSuccess;
}

// Nothing may be thrown through a caller that is not C++.
template <typename Body> int no_throw(Body &&body) {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return cudaErrorMemoryAllocation;
  } catch (const std::exception &) {
    return cudaErrorUnknown;
  }
}

ClaimedModule &module_at(void *module) { return *static_cast<ClaimedModule *>(module); }
Kernel &kernel_at(void *kernel) { return *static_cast<Kernel *>(kernel); }
Launch &launch_at(void *launch) { return *static_cast<Launch *>(launch); }

} // namespace

SAMPAN_API void sampan_embed_limits(SampanEmbedLimits *limits) {
  limits->version = SAMPAN_EMBED_VERSION;
  for (int i = 0; i < 3; ++i) {
    limits->grid[i] = kMaxGridDim[i];
    limits->block[i] = kMaxBlockDim[i];
  }
  limits->block_threads = kMaxThreadsPerBlock;
  limits->shared_default = kSharedPerBlock;
  limits->shared_optin = kSharedPerBlockOptin;
}

SAMPAN_API void *sampan_embed_module(const char *id) {
  ClaimedModule *module = claim_module(id);
  if (device_half(*module))
    return module;
  release_module(module);
  return nullptr;
}

SAMPAN_API void *sampan_embed_kernel(void *module, const char *name) {
  return kernel_named(module_at(module), name);
}

SAMPAN_API void sampan_embed_describe(void *handle, SampanEmbedKernel *description) {
  const Kernel &kernel = kernel_at(handle);
  const SampanKernel &code = kernel.code;
  description->param_bytes = code.param_bytes;
  description->static_shared = code.static_shared;
  description->local_bytes = code.local_bytes;
  description->constant_bytes = static_cast<uint32_t>(constant_bytes(kernel.module));
  description->max_threads = code.max_threads;
  description->vector = 0;
  for (uint32_t i = 0; i < code.variant_count; ++i)
    description->vector |= code.variants[i].width > 1;
  description->reason = code.fallback_reason;
}

SAMPAN_API void *sampan_embed_variable(void *handle, const char *name, uint64_t *size) {
  const SampanModule *module = device_half(module_at(handle));
  for (uint32_t i = 0; i < module->variable_count; ++i) {
    const SampanVariable &variable = module->variables[i];
    if (std::string(variable.name) != name)
      continue;
    *size = variable.size;
    return variable.address;
  }
  return nullptr;
}

SAMPAN_API int sampan_embed_run(void *kernel, const uint32_t *shape, const void *params,
                                void *stream, void **unfinished) {
  return no_throw([&]() -> int {
    auto launch = std::make_unique<Launch>();
    if (cudaError_t error = start(*launch, kernel_at(kernel), shape, params, stream))
      return error;
    if (wait(*launch))
      return outcome(*launch);
    *unfinished = launch.release();
    return SAMPAN_EMBED_UNFINISHED;
  });
}

SAMPAN_API int sampan_embed_start(void *kernel, const uint32_t *shape, const void *params,
                                  void *stream, void **result) {
  return no_throw([&]() -> int {
    auto launch = std::make_unique<Launch>();
    if (cudaError_t error = start(*launch, kernel_at(kernel), shape, params, stream))
      return error;
    *result = launch.release();
    return cudaSuccess;
  });
}

SAMPAN_API int sampan_embed_ended(void *launch) { return launch_at(launch).grid->done(); }

SAMPAN_API int sampan_embed_finish(void *launch) {
  return no_throw([&]() -> int {
    if (!wait(launch_at(launch)))
      return SAMPAN_EMBED_UNFINISHED;
    std::unique_ptr<Launch> owned(&launch_at(launch));
    return outcome(*owned);
  });
}

SAMPAN_API void sampan_embed_cancel(void *launch) {
  launch_at(launch).outcome.fail(cudaErrorLaunchFailure, "cancelled");
  watchdog::end_all();
}

SAMPAN_API const char *sampan_embed_take_output(uint64_t *size) {
  printed = take_device_output();
  *size = printed.size();
  return printed.data();
}

SAMPAN_API const char *sampan_embed_message() { return message.c_str(); }
