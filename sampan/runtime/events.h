// Events: what was recorded last, and when it happened.
#ifndef SAMPAN_EVENTS_H
#define SAMPAN_EVENTS_H

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "scheduler.h"

namespace sampan {

struct Node;

// A point in a stream; knows when it was reached.
class Mark final : public Command {
public:
  Mark() : Command(Place::mark) {}
  void run(uint64_t, uint64_t) override { reached_ = now_nanoseconds(); }
  uint64_t reached() const { return reached_; } // once it is done

private:
  uint64_t reached_ = 0;
};

class SharedEvent;

class Event {
public:
  static constexpr uint32_t kAlive = 0x4556454e, kDestroyed = 0x45444541;

  std::atomic<uint32_t> state{kAlive};
  unsigned flags = cudaEventDefault;
  std::shared_ptr<SharedEvent> shared; // of cudaEventInterprocess

  void record(Stream *stream);
  CommandRef recorded(); // the Mark last recorded; none if there is none
  void set_recorded(CommandRef mark);

  // Where in a capture it was recorded last, if that was in one (capture.cpp guards these).
  unsigned long long captured_in = 0;
  std::vector<Node *> captured_after;

private:
  std::mutex mutex_;
  CommandRef mark_;
};

// As cudaEventRecordWithFlags.
cudaError_t record_event(cudaEvent_t handle, cudaStream_t stream, unsigned flags = 0);
// Null for a handle that is none.
Event *find_event(cudaEvent_t handle);
// Frees it some time later, so that a handle used after its destruction is recognised.
void destroy_event(Event *event);

} // namespace sampan

#endif
