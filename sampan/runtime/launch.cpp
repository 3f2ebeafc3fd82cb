// Launching kernels: configuration, checks, and the entry points that do it.

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "accelerator.h"
#include "api.h"
#include "at_launch.h"
#include "capture.h"
#include "device_limits.h"
#include "device_printf.h"
#include "events.h"
#include "executor.h"
#include "grid.h"
#include "knobs.h"
#include "launch_attributes.h"
#include "scheduler.h"

namespace sampan {
namespace {

// Says why a launch fails: CUDA's codes do not name the kernel, nor which limit it broke.
__attribute__((format(printf, 3, 4))) cudaError_t refuse(Kernel *kernel, cudaError_t error,
                                                         const char *format, ...) {
  if (kernel && !knobs().verbose) {
    uint64_t bit = uint64_t{1} << (error % 64);
    if (kernel->complaints.fetch_or(bit) & bit)
      return error;
  }
  char why[4096];
  va_list values;
  va_start(values, format);
  std::vsnprintf(why, sizeof why, format, values);
  va_end(values);
  std::fprintf(stderr, "sampan: cannot launch %s: %s\n",
               kernel ? kernel->display_name().c_str() : "a kernel", why);
  return error;
}

} // namespace

namespace {

cudaError_t check_cluster(Kernel &kernel, LaunchShape &shape) {
  if (cudaError_t error = choose_cluster(kernel, shape)) {
    const auto &wanted = kernel.required_cluster;
    return refuse(&kernel, error, "clusters of %u x %u x %u blocks; it was made for %u x %u x %u",
                  shape.cluster.x, shape.cluster.y, shape.cluster.z, wanted[0].load(),
                  wanted[1].load(), wanted[2].load());
  }
  if (!shape.cluster_named)
    return cudaSuccess;
  const dim3 &c = shape.cluster, &grid = shape.grid;
  if (knobs().arch_major < kClusterArch) {
    return refuse(&kernel, cudaErrorNotSupported,
                  "clusters need compute capability 9.0 and this device has %d.%d: compile with "
                  "-arch=sm_90",
                  knobs().arch_major, knobs().arch_minor);
  }
  uint64_t blocks = uint64_t{c.x} * c.y * c.z;
  uint64_t most = kernel.large_clusters ? kLargeClusterBlocks : kClusterBlocks;
  if (c.x > most || c.y > most || c.z > most || blocks > most) {
    return refuse(&kernel, cudaErrorInvalidClusterSize,
                  "clusters of %u x %u x %u blocks; the limit is %u, or %u with "
                  "cudaFuncAttributeNonPortableClusterSizeAllowed",
                  c.x, c.y, c.z, kClusterBlocks, kLargeClusterBlocks);
  }
  if (grid.x % c.x || grid.y % c.y || grid.z % c.z) {
    return refuse(&kernel, cudaErrorInvalidClusterSize,
                  "a grid of %u x %u x %u blocks, which is no multiple of its clusters of "
                  "%u x %u x %u",
                  grid.x, grid.y, grid.z, c.x, c.y, c.z);
  }
  return cudaSuccess;
}

} // namespace

cudaError_t check_launch(Kernel &kernel, LaunchShape &shape) {
  const dim3 &grid = shape.grid, &block = shape.block;
  const unsigned grid_dims[3] = {grid.x, grid.y, grid.z};
  const unsigned block_dims[3] = {block.x, block.y, block.z};
  for (int i = 0; i < 3; ++i) {
    if (grid_dims[i] == 0 || grid_dims[i] > kMaxGridDim[i]) {
      return refuse(&kernel, cudaErrorInvalidConfiguration,
                    "a grid of %u x %u x %u blocks; each must be at least 1 and at most %u, %u, %u",
                    grid.x, grid.y, grid.z, kMaxGridDim[0], kMaxGridDim[1], kMaxGridDim[2]);
    }
    if (block_dims[i] == 0 || block_dims[i] > kMaxBlockDim[i]) {
      return refuse(
          &kernel, cudaErrorInvalidConfiguration,
          "a block of %u x %u x %u threads; each must be at least 1 and at most %u, %u, %u",
          block.x, block.y, block.z, kMaxBlockDim[0], kMaxBlockDim[1], kMaxBlockDim[2]);
    }
  }
  unsigned threads = block.x * block.y * block.z;
  if (threads > kMaxThreadsPerBlock) {
    return refuse(&kernel, cudaErrorInvalidConfiguration,
                  "a block of %u x %u x %u = %u threads; the limit is %u", block.x, block.y,
                  block.z, threads, kMaxThreadsPerBlock);
  }
  if (threads > kernel.code.max_threads) {
    return refuse(&kernel, cudaErrorLaunchOutOfResources,
                  "a block of %u threads; its __launch_bounds__ allow %u", threads,
                  kernel.code.max_threads);
  }
  uint32_t allowed = kernel.max_dynamic_shared;
  if (shape.dynamic_shared > allowed) {
    return refuse(&kernel, cudaErrorInvalidValue,
                  "%zu bytes of dynamic shared memory beside %u static ones; the limit is %u "
                  "(cudaFuncSetAttribute raises it, to %u together)",
                  shape.dynamic_shared, kernel.code.static_shared, allowed, kSharedPerBlockOptin);
  }
  if (cudaError_t error = check_cluster(kernel, shape))
    return error;
  if (accelerator::wanted()) {
    std::string why;
    if (cudaError_t error = accelerator::check(kernel, shape, why))
      return refuse(&kernel, error, "%s", why.c_str());
  } else if (shape.cooperative) {
    uint64_t room =
        uint64_t{resident_blocks(kernel, threads, shape.dynamic_shared)} * knobs().processors;
    uint64_t blocks = shape.blocks();
    if (blocks > room) {
      return refuse(&kernel, cudaErrorCooperativeLaunchTooLarge,
                    "a cooperative grid of %llu blocks; %llu fit at once",
                    static_cast<unsigned long long>(blocks), static_cast<unsigned long long>(room));
    }
  }
  return cudaSuccess;
}

namespace {

cudaError_t capture_launch(Kernel &kernel, Kernel &ready, const void *function,
                           const LaunchShape &shape, void **arguments, Stream *stream) {
  KernelWork work;
  work.function = function;
  work.kernel = &kernel;
  work.ready = &ready;
  work.shape = shape;
  work.arguments.assign(kernel.code.param_bytes, 0);
  for (uint32_t i = 0; i < kernel.code.param_count; ++i) {
    std::memcpy(work.arguments.data() + kernel.code.param_offsets[i], arguments[i],
                kernel.code.param_sizes[i]);
  }
  return capture_work(stream, std::move(work));
}

cudaError_t launch(const void *function, LaunchShape shape, void **arguments, cudaStream_t handle) {
  flush_device_output();
  Kernel *kernel = find_kernel(function);
  if (!kernel) {
    return refuse(nullptr, cudaErrorInvalidDeviceFunction,
                  "%p is not the address of a __global__ function of a loaded module", function);
  }
  if (cudaError_t error = check_launch(*kernel, shape))
    return error;
  Scheduler &scheduler = Scheduler::get();
  Stream *stream = scheduler.find_stream(handle);
  if (!stream)
    return cudaErrorInvalidResourceHandle;
  Kernel *ready = ready_kernel(*kernel, shape);
  if (!ready)
    return cudaErrorNoKernelImageForDevice;
  const SampanVariant *variant = choose_variant(ready->code, shape);
  if (!variant) {
    return refuse(kernel, cudaErrorNoKernelImageForDevice,
                  "it was not compiled for blocks of this shape");
  }
  if (variant->kind == SAMPAN_INTERPRETED && !has_executor()) {
    return refuse(kernel, cudaErrorNoKernelImageForDevice,
                  "it was compiled for the interpreter, which does not run here");
  }
  if (cudaError_t error = capture_conflict(stream))
    return error;
  if (stream->capture)
    return capture_launch(*kernel, *ready, function, shape, arguments, stream);
  CommandRef grid(new Grid(*ready, *variant, shape, arguments));
  scheduler.submit(grid, stream);
  if (knobs().launch_blocking) {
    scheduler.wait(grid);
    flush_device_output();
    return sticky_error();
  }
  return cudaSuccess;
}

struct Configuration {
  dim3 grid, block;
  size_t shared;
  void *stream;
};
thread_local std::vector<Configuration> configurations;
thread_local bool configuration_missing = false; // for the launch that comes next

} // namespace
} // namespace sampan

using namespace sampan;

SAMPAN_API unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared,
                                                void *stream) {
  configurations.push_back({grid, block, shared, stream});
  return 0;
}

SAMPAN_API cudaError_t __cudaPopCallConfiguration(dim3 *grid, dim3 *block, size_t *shared,
                                                  void *stream) {
  if (configurations.empty()) { // clang's code launches all the same
    configuration_missing = true;
    *grid = *block = dim3(0, 0, 0);
    *shared = 0;
    *static_cast<void **>(stream) = nullptr;
    return record_error(cudaErrorMissingConfiguration);
  }
  const Configuration &configuration = configurations.back();
  *grid = configuration.grid;
  *block = configuration.block;
  *shared = configuration.shared;
  *static_cast<void **>(stream) = configuration.stream;
  configurations.pop_back();
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaLaunchKernel(const void *function, dim3 grid, dim3 block,
                                        void **arguments, size_t shared, cudaStream_t stream) {
  return api_call([&] {
    if (std::exchange(configuration_missing, false)) {
      return refuse(find_kernel(function), cudaErrorMissingConfiguration,
                    "it was called like a function, without <<<grid, block>>>");
    }
    return launch(function, LaunchShape{grid, block, shared}, arguments, stream);
  });
}

// What clang calls under -fgpu-default-stream=per-thread.
SAMPAN_API cudaError_t cudaLaunchKernel_ptsz(const void *function, dim3 grid, dim3 block,
                                             void **arguments, size_t shared, cudaStream_t stream) {
  return cudaLaunchKernel(function, grid, block, arguments, shared,
                          stream ? stream : cudaStreamPerThread);
}

SAMPAN_API cudaError_t cudaLaunchCooperativeKernel(const void *function, dim3 grid, dim3 block,
                                                   void **arguments, size_t shared,
                                                   cudaStream_t stream) {
  return api_call(
      [&] { return launch(function, LaunchShape{grid, block, shared, true}, arguments, stream); });
}

SAMPAN_API cudaError_t cudaLaunchCooperativeKernelMultiDevice(cudaLaunchParams *launches,
                                                              unsigned count, unsigned) {
  if (count != 1)
    return record_error(count ? cudaErrorNotSupported : cudaErrorInvalidValue);
  const cudaLaunchParams &only = *launches;
  return cudaLaunchCooperativeKernel(only.func, only.gridDim, only.blockDim, only.args,
                                     only.sharedMem, only.stream);
}

SAMPAN_API cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t *config, const void *function,
                                           void **arguments) {
  return api_call([&] {
    if (!config)
      return cudaErrorInvalidValue;
    if (config->numAttrs && !config->attrs)
      return cudaErrorInvalidValue;
    LaunchShape shape{config->gridDim, config->blockDim, config->dynamicSmemBytes};
    LaunchEvents events;
    for (unsigned i = 0; i < config->numAttrs; ++i) {
      const char *name = nullptr;
      if (cudaError_t error = apply_attribute(config->attrs[i], shape, events, name)) {
        return name ? refuse(find_kernel(function), error, "its launch names %s (%d)", name,
                             static_cast<int>(config->attrs[i].id))
                    : error;
      }
    }
    if (cudaError_t error = launch(function, shape, arguments, config->stream))
      return error;
    for (cudaEvent_t event : events.recorded) {
      if (cudaError_t error = event ? record_event(event, config->stream) : cudaSuccess)
        return error;
    }
    return cudaSuccess;
  });
}
