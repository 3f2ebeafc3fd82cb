// Streams, host functions and waiting for the device.

#include "api.h"
#include "capture.h"
#include "device_printf.h"
#include "devices.h"
#include "host_function.h"
#include "scheduler.h"

namespace sampan {
namespace {

class StreamCallback final : public Command {
public:
  StreamCallback(cudaStreamCallback_t function, cudaStream_t stream, void *data)
      : Command(Place::host_thread), function_(function), stream_(stream), data_(data) {}
  void run(uint64_t, uint64_t) override {
    flush_device_output();
    function_(stream_, sticky_error(), data_);
  }

private:
  cudaStreamCallback_t function_;
  cudaStream_t stream_;
  void *data_;
};

constexpr int kLeastPriority = 0, kGreatestPriority = -5;

// Calls `body` with the stream of a handle.
template <typename Body> cudaError_t with_stream(cudaStream_t handle, Body &&body) {
  return api_call([&] {
    Stream *stream = Scheduler::get().find_stream(handle);
    return stream ? body(*stream) : cudaErrorInvalidResourceHandle;
  });
}

} // namespace
} // namespace sampan

using namespace sampan;

SAMPAN_API cudaError_t cudaStreamCreateWithPriority(cudaStream_t *handle, unsigned flags,
                                                    int priority) {
  return api_call([&] {
    if (!handle || flags & ~static_cast<unsigned>(cudaStreamNonBlocking)) {
      return cudaErrorInvalidValue;
    }
    // A priority outside of the range is brought into it.
    if (priority > kLeastPriority)
      priority = kLeastPriority;
    if (priority < kGreatestPriority)
      priority = kGreatestPriority;
    *handle = reinterpret_cast<cudaStream_t>(Scheduler::get().create_stream(flags, priority));
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaStreamCreateWithFlags(cudaStream_t *handle, unsigned flags) {
  return cudaStreamCreateWithPriority(handle, flags, 0);
}

SAMPAN_API cudaError_t cudaStreamCreate(cudaStream_t *handle) {
  return cudaStreamCreateWithPriority(handle, cudaStreamDefault, 0);
}

SAMPAN_API cudaError_t cudaStreamDestroy(cudaStream_t handle) {
  return with_stream(handle, [&](Stream &stream) {
    if (handle == nullptr || handle == cudaStreamLegacy || handle == cudaStreamPerThread) {
      return cudaErrorInvalidResourceHandle;
    }
    Scheduler::get().destroy_stream(&stream); // its work goes on to the end
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaStreamSynchronize(cudaStream_t handle) {
  return with_stream(handle, [](Stream &stream) {
    if (cudaError_t error = capture_wait_conflict(&stream))
      return error;
    Scheduler::get().wait_for_stream(&stream);
    flush_device_output();
    return sticky_error();
  });
}

SAMPAN_API cudaError_t cudaStreamQuery(cudaStream_t handle) {
  if (cudaError_t error = context_error())
    return record_error(error);
  Stream *stream = Scheduler::get().find_stream(handle);
  if (!stream)
    return record_error(cudaErrorInvalidResourceHandle);
  if (cudaError_t error = capture_wait_conflict(stream))
    return record_error(error);
  // "Not ready" is an answer, not an error to remember.
  return Scheduler::get().finished(stream) ? cudaSuccess : cudaErrorNotReady;
}

SAMPAN_API cudaError_t cudaDeviceSynchronize() {
  return api_call([] {
    if (cudaError_t error = capture_wait_conflict(nullptr))
      return error;
    Scheduler::get().wait_for_all();
    flush_device_output();
    return sticky_error();
  });
}

SAMPAN_API cudaError_t cudaThreadSynchronize() { return cudaDeviceSynchronize(); }

SAMPAN_API cudaError_t cudaLaunchHostFunc(cudaStream_t handle, cudaHostFn_t function, void *data) {
  return with_stream(handle, [&](Stream &stream) {
    if (!function)
      return cudaErrorInvalidValue;
    if (cudaError_t error = capture_conflict(&stream))
      return error;
    if (stream.capture)
      return capture_work(&stream, HostWork{{function, data}});
    Scheduler::get().submit(CommandRef(new HostFunction(function, data)), &stream);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaStreamAddCallback(cudaStream_t handle, cudaStreamCallback_t function,
                                             void *data, unsigned flags) {
  return with_stream(handle, [&](Stream &stream) {
    if (!function || flags)
      return cudaErrorInvalidValue;
    if (cudaError_t error = capture_wait_conflict(&stream))
      return error;
    Scheduler::get().submit(CommandRef(new StreamCallback(function, handle, data)), &stream);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaStreamGetPriority(cudaStream_t handle, int *priority) {
  return with_stream(handle, [&](Stream &stream) {
    if (!priority)
      return cudaErrorInvalidValue;
    *priority = stream.priority;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaStreamGetFlags(cudaStream_t handle, unsigned *flags) {
  return with_stream(handle, [&](Stream &stream) {
    if (!flags)
      return cudaErrorInvalidValue;
    *flags = stream.flags;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaStreamGetId(cudaStream_t handle, unsigned long long *id) {
  return with_stream(handle, [&](Stream &stream) {
    if (!id)
      return cudaErrorInvalidValue;
    *id = stream.id;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaStreamGetDevice(cudaStream_t handle, int *device) {
  return with_stream(handle, [&](Stream &stream) {
    if (!device)
      return cudaErrorInvalidValue;
    // All devices have the same default stream.
    *device = handle && handle != cudaStreamLegacy ? stream.device : current_device();
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaDeviceGetStreamPriorityRange(int *least, int *greatest) {
  if (least)
    *least = kLeastPriority;
  if (greatest)
    *greatest = kGreatestPriority;
  return cudaSuccess;
}

// Attributes are hints, except for the priority.
SAMPAN_API cudaError_t cudaStreamSetAttribute(cudaStream_t handle, cudaLaunchAttributeID attribute,
                                              const cudaLaunchAttributeValue *value) {
  return with_stream(handle, [&](Stream &stream) {
    if (!value)
      return cudaErrorInvalidValue;
    if (attribute == cudaLaunchAttributePriority)
      stream.priority = value->priority;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaStreamGetAttribute(cudaStream_t handle, cudaLaunchAttributeID attribute,
                                              cudaLaunchAttributeValue *value) {
  return with_stream(handle, [&](Stream &stream) {
    if (!value)
      return cudaErrorInvalidValue;
    *value = {};
    if (attribute == cudaLaunchAttributePriority)
      value->priority = stream.priority;
    if (attribute == cudaLaunchAttributeSynchronizationPolicy) {
      value->syncPolicy = cudaSyncPolicyAuto;
    }
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaStreamCopyAttributes(cudaStream_t to, cudaStream_t from) {
  return with_stream(to, [&](Stream &stream) {
    Stream *source = Scheduler::get().find_stream(from);
    if (!source)
      return cudaErrorInvalidResourceHandle;
    stream.priority = source->priority;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaStreamAttachMemAsync(cudaStream_t handle, void *, size_t, unsigned) {
  return with_stream(handle, [](Stream &) { return cudaSuccess; });
}
