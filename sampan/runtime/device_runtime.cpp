#include "device_runtime.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "api.h"
#include "device_settings.h"
#include "devices.h"
#include "events.h"
#include "executor.h"
#include "faults.h"
#include "grid.h"
#include "transfers.h"
#include "worker.h"

namespace sampan {
namespace {

// Handles that are no streams of their own.
constexpr uint64_t kTailLaunch = 3, kFireAndForget = 4;
constexpr unsigned kDeepest = 24; // levels of launches (CUDA C++ Programming Guide)
constexpr size_t kManyLaunches = 64, kLongestName = 8192;

uint64_t key_of(const DeviceLaunches::Caller &caller) {
  return caller.block * 1024 + caller.thread;
}

} // namespace

DeviceLaunches::Queue *DeviceLaunches::queue_of(const Caller &caller, uint64_t stream) {
  if (stream < kTailLaunch)
    return &defaults_[caller.block];
  auto found = streams_.find(stream);
  return found == streams_.end() ? nullptr : found->second.get();
}

cudaError_t DeviceLaunches::submit(const Caller &caller, CommandRef command, uint64_t stream) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (stream == kTailLaunch) {
    tail_.push_back(std::move(command));
    return cudaSuccess;
  }
  std::vector<CommandRef> needs;
  if (stream != kFireAndForget) {
    Queue *queue = queue_of(caller, stream);
    if (!queue)
      return cudaErrorInvalidResourceHandle;
    needs.swap(queue->needs);
    if (queue->last)
      needs.push_back(queue->last);
    queue->last = command;
  }
  std::vector<CommandRef> &launched = launched_[caller.block];
  if (launched.size() >= kManyLaunches) {
    auto done = [](const CommandRef &other) { return other->done(); };
    launched.erase(std::remove_if(launched.begin(), launched.end(), done), launched.end());
  }
  launched.push_back(command);
  Scheduler::get().submit_child(command, &grid_, needs);
  return cudaSuccess;
}

cudaError_t DeviceLaunches::wait_for_block(const Caller &caller) {
  std::vector<CommandRef> launched;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    launched.swap(launched_[caller.block]);
  }
  Worker::Pause pause;
  for (const CommandRef &command : launched)
    Scheduler::get().wait_inside(command, grid_);
  return sticky_error();
}

cudaError_t DeviceLaunches::record(const Caller &caller, uint64_t event, uint64_t stream) {
  CommandRef mark(new Mark);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    auto found = events_.find(event);
    if (found == events_.end() || !queue_of(caller, stream))
      return cudaErrorInvalidResourceHandle;
    *found->second = mark;
  }
  return submit(caller, mark, stream);
}

cudaError_t DeviceLaunches::wait(const Caller &caller, uint64_t stream, uint64_t event) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = events_.find(event);
  Queue *queue = queue_of(caller, stream);
  if (found == events_.end() || !queue)
    return cudaErrorInvalidResourceHandle;
  if (*found->second)
    queue->needs.push_back(*found->second);
  return cudaSuccess;
}

uint64_t DeviceLaunches::create_stream() {
  std::lock_guard<std::mutex> lock(mutex_);
  auto made = std::make_unique<Queue>();
  auto handle = reinterpret_cast<uint64_t>(made.get());
  streams_[handle] = std::move(made);
  return handle;
}

// What is in it goes on.
cudaError_t DeviceLaunches::destroy_stream(uint64_t stream) {
  std::lock_guard<std::mutex> lock(mutex_);
  return streams_.erase(stream) ? cudaSuccess : cudaErrorInvalidResourceHandle;
}

uint64_t DeviceLaunches::create_event() {
  std::lock_guard<std::mutex> lock(mutex_);
  auto made = std::make_unique<CommandRef>();
  auto handle = reinterpret_cast<uint64_t>(made.get());
  events_[handle] = std::move(made);
  return handle;
}

cudaError_t DeviceLaunches::destroy_event(uint64_t event) {
  std::lock_guard<std::mutex> lock(mutex_);
  return events_.erase(event) ? cudaSuccess : cudaErrorInvalidResourceHandle;
}

void DeviceLaunches::set_error(const Caller &caller, cudaError_t error) {
  std::lock_guard<std::mutex> lock(mutex_);
  errors_[key_of(caller)] = error;
}

cudaError_t DeviceLaunches::last_error(const Caller &caller, bool take) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = errors_.find(key_of(caller));
  if (found == errors_.end())
    return cudaSuccess;
  cudaError_t error = found->second;
  if (take)
    errors_.erase(found);
  return error;
}

CommandRef DeviceLaunches::take_tail() {
  if (tail_.empty())
    return {};
  CommandRef next = std::move(tail_.front());
  tail_.pop_front();
  return next;
}

namespace {

// A call by device code: in what grid, and by whom.
struct Call {
  Grid &grid;
  DeviceLaunches::Caller caller;

  DeviceLaunches &launches() { return grid.launches(); }
};

struct FreeBuffer {
  void operator()(void *buffer) const {
    if (has_executor())
      unshare_memory(buffer);
    std::free(buffer);
  }
};

// The kernel whose name is at an address that came from device code.
Kernel *kernel_at(const Grid &grid, uint64_t address) {
  auto name = reinterpret_cast<const char *>(address);
  char copied[kLongestName];
  if (!name || !guarded([&] {
        size_t length = strnlen(name, sizeof copied - 1);
        std::memcpy(copied, name, length);
        copied[length] = 0;
      }))
    return nullptr;
  return kernel_in(grid.kernel().module, copied);
}

cudaError_t launch(Call &call, const uint64_t *a) {
  std::unique_ptr<void, FreeBuffer> buffer(reinterpret_cast<void *>(a[1]));
  auto low = [](uint64_t pair) { return static_cast<unsigned>(pair); };
  auto high = [](uint64_t pair) { return static_cast<unsigned>(pair >> 32); };
  Kernel *kernel = kernel_at(call.grid, a[0]);
  if (!kernel)
    return cudaErrorInvalidDeviceFunction;
  LaunchShape shape{{low(a[2]), high(a[2]), low(a[3])}, {high(a[3]), low(a[4]), high(a[4])}, a[5]};
  if (cudaError_t error = check_launch(*kernel, shape))
    return error;
  const SampanVariant *variant = choose_variant(kernel->code, shape);
  if (!variant)
    return cudaErrorNoKernelImageForDevice;
  if (call.grid.depth() + 1 > kDeepest)
    return cudaErrorLaunchMaxDepthExceeded;
  const SampanKernel &code = kernel->code;
  std::vector<void *> arguments;
  for (uint32_t i = 0; i < code.param_count; ++i)
    arguments.push_back(static_cast<char *>(buffer.get()) + code.param_offsets[i]);
  CommandRef child(new Grid(*kernel, *variant, shape, arguments.data(), call.grid.outcome()));
  return call.launches().submit(call.caller, child, a[6]);
}

cudaError_t copy(Call &call, const uint64_t *a) {
  Size3D size{a[4], a[5], 1};
  if (size.bytes() == 0)
    return cudaSuccess;
  Region to{reinterpret_cast<char *>(a[0]), a[1], 0}, from{reinterpret_cast<char *>(a[2]), a[3], 0};
  if (!to.start || !from.start || (a[5] > 1 && (size.width > to.pitch || size.width > from.pitch)))
    return cudaErrorInvalidValue;
  return call.launches().submit(call.caller, copy_command(to, from, size), a[6]);
}

cudaError_t fill(Call &call, const uint64_t *a) {
  Size3D size{a[3], a[4], 1};
  if (size.bytes() == 0)
    return cudaSuccess;
  Region to{reinterpret_cast<char *>(a[0]), a[1], 0};
  if (!to.start || (a[4] > 1 && size.width > to.pitch))
    return cudaErrorInvalidValue;
  CommandRef command = fill_command(to, size, static_cast<unsigned>(a[2]) & 0xff, 1);
  return call.launches().submit(call.caller, command, a[5]);
}

uint64_t with_value(uint64_t value) { return value << 32; }

cudaError_t run(Call &call, DeviceCall what, const uint64_t *a, uint64_t &result) {
  DeviceLaunches &launches = call.launches();
  const DeviceLaunches::Caller &caller = call.caller;
  switch (what) {
  case DeviceCall::launch:
    return launch(call, a);
  case DeviceCall::synchronize:
    return launches.wait_for_block(caller);
  case DeviceCall::get_last_error:
  case DeviceCall::peek_last_error:
    result = launches.last_error(caller, what == DeviceCall::get_last_error);
    return cudaSuccess;
  case DeviceCall::set_last_error:
    return static_cast<cudaError_t>(a[0]);
  case DeviceCall::create_stream:
    result = launches.create_stream();
    return cudaSuccess;
  case DeviceCall::destroy_stream:
    return launches.destroy_stream(a[0]);
  case DeviceCall::create_event:
    result = launches.create_event();
    return cudaSuccess;
  case DeviceCall::destroy_event:
    return launches.destroy_event(a[0]);
  case DeviceCall::record_event:
    return launches.record(caller, a[0], a[1]);
  case DeviceCall::wait_event:
    return launches.wait(caller, a[0], a[1]);
  case DeviceCall::copy:
    return copy(call, a);
  case DeviceCall::fill:
    return fill(call, a);
  case DeviceCall::device_attribute: {
    int value = 0;
    cudaError_t error =
        device_attribute(static_cast<cudaDeviceAttr>(a[0]), static_cast<int>(a[1]), value);
    result = with_value(static_cast<unsigned>(value));
    return error;
  }
  case DeviceCall::device_limit: {
    size_t value = 0;
    cudaError_t error = device_limit(static_cast<cudaLimit>(a[0]), value);
    result = with_value(value);
    return error;
  }
  case DeviceCall::blocks_per_processor: {
    Kernel *kernel = kernel_at(call.grid, a[0]);
    if (!kernel)
      return cudaErrorInvalidDeviceFunction;
    result = with_value(resident_blocks(*kernel, static_cast<unsigned>(a[1]), a[2]));
    return cudaSuccess;
  }
  case DeviceCall::error_text: {
    auto error = static_cast<cudaError_t>(a[0]);
    result = reinterpret_cast<uint64_t>(a[1] ? cudaGetErrorName(error) : cudaGetErrorString(error));
    return cudaSuccess;
  }
  }
  return cudaErrorInvalidValue;
}

} // namespace
} // namespace sampan

using namespace sampan;

SAMPAN_API void *sampan_launch_buffer(SampanThread *, uint64_t alignment, uint64_t size) {
  Worker::Shield shield;
  size_t rounded = (size + alignment - 1) / alignment * alignment;
  void *buffer = std::aligned_alloc(alignment, std::max<size_t>(rounded, alignment));
  if (buffer && has_executor())
    share_memory(buffer, rounded);
  return buffer;
}

SAMPAN_API uint64_t sampan_device_runtime(SampanThread *self, uint32_t thread, uint32_t what,
                                          uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                                          uint64_t e, uint64_t f, uint64_t g) {
  const SampanLaunch &launch = *self->launch;
  uint64_t block = self->ctaid[0] +
                   launch.grid[0] * (self->ctaid[1] + uint64_t{launch.grid[1]} * self->ctaid[2]);
  Call call{*static_cast<Grid *>(launch.handle), {block, thread}};
  const uint64_t arguments[] = {a, b, c, d, e, f, g};
  uint64_t result = 0;
  {
    Worker::Shield shield;
    cudaError_t error = sticky_error();
    try {
      if (!error)
        error = run(call, static_cast<DeviceCall>(what), arguments, result);
    } catch (const std::exception &) {
      error = cudaErrorMemoryAllocation;
    }
    if (error) {
      call.launches().set_error(call.caller, error);
      result = error;
    }
  }
  if (Worker *worker = Worker::current())
    worker->abandon_if_due(self, nullptr);
  return result;
}
