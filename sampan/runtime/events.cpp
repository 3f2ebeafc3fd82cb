#include "events.h"

#include <deque>

#include "api.h"
#include "capture.h"
#include "device_printf.h"
#include "shared_event.h"

namespace sampan {

void Event::record(Stream *stream) {
  if (shared) {
    shared->record(stream);
    return;
  }
  CommandRef mark(new Mark);
  Scheduler::get().submit(mark, stream);
  set_recorded(mark);
}

void Event::set_recorded(CommandRef mark) {
  std::lock_guard<std::mutex> lock(mutex_);
  mark_ = std::move(mark);
}

CommandRef Event::recorded() {
  std::lock_guard<std::mutex> lock(mutex_);
  return mark_;
}

Event *find_event(cudaEvent_t handle) {
  auto *event = reinterpret_cast<Event *>(handle);
  return event && event->state == Event::kAlive ? event : nullptr;
}

cudaError_t record_event(cudaEvent_t handle, cudaStream_t stream_handle, unsigned flags) {
  Event *event = find_event(handle);
  Stream *stream = Scheduler::get().find_stream(stream_handle);
  if (!event || !stream)
    return cudaErrorInvalidResourceHandle;
  if (cudaError_t error = capture_conflict(stream))
    return error;
  if (stream->capture)
    return capture_record(*event, handle, stream, flags);
  event->captured_in = 0;
  event->record(stream);
  return cudaSuccess;
}

void destroy_event(Event *event) {
  static std::mutex mutex;
  static std::deque<Event *> &destroyed = *new std::deque<Event *>;
  event->state = Event::kDestroyed;
  std::lock_guard<std::mutex> lock(mutex);
  destroyed.push_back(event);
  if (destroyed.size() > 256) {
    delete destroyed.front();
    destroyed.pop_front();
  }
}

} // namespace sampan

using namespace sampan;

SAMPAN_API cudaError_t cudaEventCreateWithFlags(cudaEvent_t *handle, unsigned flags) {
  return api_call([&] {
    constexpr unsigned known =
        cudaEventBlockingSync | cudaEventDisableTiming | cudaEventInterprocess;
    if (!handle || flags & ~known)
      return cudaErrorInvalidValue;
    bool shared = flags & cudaEventInterprocess;
    if (shared && !(flags & cudaEventDisableTiming))
      return cudaErrorInvalidValue;
    auto event = std::make_unique<Event>();
    event->flags = flags;
    if (shared && !(event->shared = SharedEvent::create()))
      return cudaErrorMemoryAllocation;
    *handle = reinterpret_cast<cudaEvent_t>(event.release());
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaEventCreate(cudaEvent_t *handle) {
  return cudaEventCreateWithFlags(handle, cudaEventDefault);
}

SAMPAN_API cudaError_t cudaEventDestroy(cudaEvent_t handle) {
  return api_call([&] {
    Event *event = find_event(handle);
    if (!event)
      return cudaErrorInvalidResourceHandle;
    destroy_event(event);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaEventRecordWithFlags(cudaEvent_t handle, cudaStream_t stream_handle,
                                                unsigned flags) {
  return api_call([&] { return record_event(handle, stream_handle, flags); });
}

SAMPAN_API cudaError_t cudaEventRecord(cudaEvent_t handle, cudaStream_t stream) {
  return cudaEventRecordWithFlags(handle, stream, 0);
}

SAMPAN_API cudaError_t cudaEventQuery(cudaEvent_t handle) {
  if (cudaError_t error = context_error())
    return record_error(error);
  Event *event = find_event(handle);
  if (!event || event->captured_in)
    return record_error(event ? cudaErrorCapturedEvent : cudaErrorInvalidResourceHandle);
  if (event->shared)
    return event->shared->done() ? cudaSuccess : cudaErrorNotReady;
  CommandRef mark = event->recorded();
  // "Not ready" is an answer, not an error to remember.
  return !mark || mark->done() ? cudaSuccess : cudaErrorNotReady;
}

SAMPAN_API cudaError_t cudaEventSynchronize(cudaEvent_t handle) {
  return api_call([&] {
    Event *event = find_event(handle);
    if (!event || event->captured_in)
      return event ? cudaErrorCapturedEvent : cudaErrorInvalidResourceHandle;
    if (event->shared)
      event->shared->wait();
    else
      Scheduler::get().wait(event->recorded());
    flush_device_output();
    return sticky_error();
  });
}

SAMPAN_API cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t start,
                                            cudaEvent_t end) {
  if (cudaError_t error = context_error())
    return record_error(error);
  if (!milliseconds)
    return record_error(cudaErrorInvalidValue);
  uint64_t times[2];
  const cudaEvent_t handles[2] = {start, end};
  for (int i = 0; i < 2; ++i) {
    Event *event = find_event(handles[i]);
    if (!event || event->flags & cudaEventDisableTiming) {
      return record_error(cudaErrorInvalidResourceHandle);
    }
    CommandRef mark = event->recorded();
    if (!mark)
      return record_error(cudaErrorInvalidResourceHandle);
    if (!mark->done())
      return cudaErrorNotReady;
    times[i] = static_cast<Mark *>(mark.get())->reached();
  }
  *milliseconds =
      static_cast<float>(static_cast<double>(static_cast<int64_t>(times[1] - times[0])) * 1e-6);
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaStreamWaitEvent(cudaStream_t stream_handle, cudaEvent_t handle,
                                           unsigned flags) {
  return api_call([&] {
    Event *event = find_event(handle);
    Stream *stream = Scheduler::get().find_stream(stream_handle);
    if (!event || !stream)
      return cudaErrorInvalidResourceHandle;
    bool handled;
    if (cudaError_t error = capture_wait(*event, handle, stream, flags, handled))
      return error;
    if (handled)
      return cudaSuccess;
    if (event->shared)
      return event->shared->let_wait(stream);
    CommandRef mark = event->recorded();
    if (mark && !mark->done())
      Scheduler::get().submit(CommandRef(new Mark), stream, mark);
    return cudaSuccess;
  });
}
