#include "shared_event.h"

#include <algorithm>
#include <climits>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "events.h"
#include "threads.h"

namespace sampan {
namespace {

// Across processes, so without the private forms of the calls.
void sleep_while(std::atomic<uint32_t> &word, uint32_t value) {
  syscall(SYS_futex, reinterpret_cast<uint32_t *>(&word), FUTEX_WAIT, value, nullptr, nullptr, 0);
}
void wake_all(std::atomic<uint32_t> &word) {
  syscall(SYS_futex, reinterpret_cast<uint32_t *>(&word), FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

// Whether `a` is `b` or comes after it: numbers wrap around.
bool not_before(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b) >= 0; }

} // namespace

// A point of a stream.
class SharedEvent::Reached final : public Command {
public:
  Reached(std::shared_ptr<SharedEvent> event, uint32_t number)
      : Command(Place::mark), event_(std::move(event)), number_(number) {}
  void run(uint64_t, uint64_t) override {
    std::atomic<uint32_t> &place = event_->state_->reached[number_ % kPlaces];
    place.store(number_, std::memory_order_release);
    wake_all(place);
  }

private:
  std::shared_ptr<SharedEvent> event_;
  const uint32_t number_;
};

std::shared_ptr<SharedEvent> SharedEvent::map(int file) {
  void *state = mmap(nullptr, sizeof(State), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (state == MAP_FAILED) {
    close(file);
    return nullptr;
  }
  return std::shared_ptr<SharedEvent>(new SharedEvent(file, static_cast<State *>(state)));
}

std::shared_ptr<SharedEvent> SharedEvent::create() {
  int file = memfd_create("sampan", MFD_CLOEXEC); // all zero: nothing recorded
  if (file >= 0 && ftruncate(file, sizeof(State)) == 0)
    return map(file);
  if (file >= 0)
    close(file);
  return nullptr;
}

std::shared_ptr<SharedEvent> SharedEvent::open(int file) {
  struct stat about;
  if (fstat(file, &about) == 0 && about.st_size == sizeof(State))
    return map(file);
  close(file);
  return nullptr;
}

SharedEvent::~SharedEvent() {
  munmap(state_, sizeof(State));
  close(file_);
}

void SharedEvent::record(Stream *stream) {
  uint32_t number = state_->recorded.fetch_add(1) + 1;
  Scheduler::get().submit(CommandRef(new Reached(shared_from_this(), number)), stream);
}

bool SharedEvent::is_reached(uint32_t number) const {
  return not_before(state_->reached[number % kPlaces].load(std::memory_order_acquire), number);
}

bool SharedEvent::done() const { return is_reached(state_->recorded.load()); }

void SharedEvent::wait_for(uint32_t number) {
  std::atomic<uint32_t> &place = state_->reached[number % kPlaces];
  for (;;) {
    uint32_t seen = place.load(std::memory_order_acquire);
    if (not_before(seen, number))
      return;
    sleep_while(place, seen);
  }
}

void SharedEvent::wait() { wait_for(state_->recorded.load()); }

// A thread sleeps until then, and lets a mark go that the stream waits for.
cudaError_t SharedEvent::let_wait(Stream *stream) {
  uint32_t number = state_->recorded.load();
  if (is_reached(number))
    return cudaSuccess;
  struct Wait {
    std::shared_ptr<SharedEvent> event;
    uint32_t number;
    Stream *stream;
    CommandRef reached;
  };
  CommandRef reached(new Mark);
  auto wait = std::make_unique<Wait>(Wait{shared_from_this(), number, stream, reached});
  auto main = [](void *argument) -> void * {
    std::unique_ptr<Wait> wait(static_cast<Wait *>(argument));
    wait->event->wait_for(wait->number);
    Scheduler::get().submit_after(wait->reached, wait->stream, {});
    return nullptr;
  };
  if (!start_thread(main, wait.get()))
    return cudaErrorOperatingSystem;
  wait.release();
  Scheduler::get().submit(CommandRef(new Mark), stream, reached);
  return cudaSuccess;
}

} // namespace sampan
