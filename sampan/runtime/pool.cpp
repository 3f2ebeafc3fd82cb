// The scheduler's threads: workers, the host-function thread, and those that help while they wait.

#include <algorithm>
#include <chrono>
#include <unistd.h>

#include "scheduler.h"
#include "threads.h"

namespace sampan {
namespace {

// An idle worker looks for work this long before it sleeps, a waiting thread for the end of its
// command: waking a thread takes several microseconds.
constexpr uint64_t kSpinNanoseconds = 30000;
// A command that takes longer than it was thought to gets more workers.
constexpr uint64_t kUnderestimated = 20000;

void pause_briefly() {
  for (int i = 0; i < 16; ++i) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("isb");
#else
    asm volatile("" ::: "memory");
#endif
  }
}

bool spinning_pays() {
  static const bool pays = sysconf(_SC_NPROCESSORS_ONLN) > 1;
  return pays;
}

} // namespace

bool Scheduler::wants_worker(const Command &command) const {
  return command.workers_ < command.workers_limit_.load(std::memory_order_relaxed) &&
         command.next_item_.load(std::memory_order_relaxed) < command.items_;
}

// Wakes or starts one worker, unless one is looking for work anyway; that one calls the next.
void Scheduler::call_worker(Wakes &wakes) {
  if (spinning_.load(std::memory_order_relaxed) > 0)
    return;
  if (sleeping_ > 0) {
    --sleeping_;
    ++calls_;
    ++wakes.workers;
  } else if (workers_started_ < pool_size_) {
    ++workers_started_;
    ++wakes.new_workers;
  }
}

void Scheduler::wake(const Wakes &wakes) {
  for (unsigned i = 0; i < wakes.workers; ++i)
    work_.notify_one();
  for (unsigned i = 0; i < wakes.new_workers; ++i) {
    auto main = [](void *scheduler) -> void * {
      static_cast<Scheduler *>(scheduler)->worker_main();
      return nullptr;
    };
    if (!start_thread(main, this)) {
      Lock lock(mutex_);
      --workers_started_;
    }
  }
  if (wakes.watchers)
    watched_done_.notify_all();
  if (!wakes.host_thread)
    return;
  bool start = false;
  {
    Lock lock(mutex_);
    std::swap(start, host_thread_missing_);
  }
  if (start) {
    auto main = [](void *scheduler) -> void * {
      static_cast<Scheduler *>(scheduler)->host_thread_main();
      return nullptr;
    };
    start_thread(main, this);
  }
  host_work_.notify_one();
}

// Joins the first ready command that wants another worker (of one stream only, if given, and at
// least so deep), and calls more workers if there is more to do. The caller drops the reference
// this takes.
Command *Scheduler::join(const Stream *only, unsigned depth, Wakes &wakes) {
  Command *joined = nullptr;
  for (Command *command = first_open_; command; command = command->next_open_) {
    if (!wants_worker(*command))
      continue;
    if (!joined && (!only || command->stream_ == only) && command->depth_ >= depth) {
      joined = command;
      ++command->workers_;
      command->references_.fetch_add(1, std::memory_order_relaxed);
      if (!wants_worker(*command))
        continue;
    }
    // Each newcomer calls two, so that a large pool is awake soon.
    call_worker(wakes);
    call_worker(wakes);
    if (joined)
      break;
  }
  return joined;
}

void Scheduler::work_on(Command *command) {
  CommandRef keep(command);
  const uint64_t items = command->items_;
  uint64_t began = 0;
  for (;;) {
    uint64_t first = command->next_item_.load(std::memory_order_relaxed);
    uint64_t count;
    do {
      if (first >= items)
        return;
      count = command->claim_size(items - first);
    } while (!command->next_item_.compare_exchange_weak(first, first + count,
                                                        std::memory_order_relaxed));
    command->run(first, count);
    if (command->finished_items_.fetch_add(count, std::memory_order_acq_rel) + count == items) {
      complete(command);
      return;
    }
    if (first_priority_.load(std::memory_order_relaxed) < command->priority_ &&
        leave_for_others(command)) {
      return;
    }
    if (command->workers_limit_.load(std::memory_order_relaxed) <
        std::min(pool_size_, command->most_workers())) {
      uint64_t now = now_nanoseconds();
      if (!began)
        began = now;
      if (now - began > kUnderestimated)
        raise_limit(command);
    }
  }
}

// Whether a command of higher priority wants this worker. The one it leaves is joined again later.
bool Scheduler::leave_for_others(Command *command) {
  Lock lock(mutex_);
  for (Command *other = first_open_; other && other->priority_ < command->priority_;
       other = other->next_open_) {
    if (wants_worker(*other)) {
      --command->workers_;
      return true;
    }
  }
  return false;
}

void Scheduler::raise_limit(Command *command) {
  Wakes wakes;
  {
    Lock lock(mutex_);
    command->workers_limit_ = std::min(pool_size_, command->most_workers());
    if (wants_worker(*command))
      call_worker(wakes);
  }
  wake(wakes);
}

void Scheduler::worker_main() {
  Lock lock(mutex_);
  for (;;) {
    Wakes wakes;
    if (Command *command = join(nullptr, 0, wakes)) {
      lock.unlock();
      wake(wakes);
      work_on(command);
      lock.lock();
    } else if (!spin_for_work(lock)) {
      ++sleeping_;
      work_.wait(lock, [this] { return calls_ > 0; });
      --calls_;
    }
  }
}

// Watches for a new command for a while. One worker does so at a time.
bool Scheduler::spin_for_work(Lock &lock) {
  if (!spinning_pays() || spinning_.load(std::memory_order_relaxed) > 0)
    return false;
  spinning_.store(1, std::memory_order_relaxed);
  uint64_t seen = openings_.load(std::memory_order_relaxed);
  lock.unlock();
  uint64_t until = now_nanoseconds() + kSpinNanoseconds;
  while (openings_.load(std::memory_order_acquire) == seen && now_nanoseconds() < until) {
    pause_briefly();
  }
  lock.lock();
  spinning_.store(0, std::memory_order_relaxed);
  return openings_.load(std::memory_order_relaxed) != seen;
}

bool Scheduler::help(const Stream *stream, unsigned depth) {
  Wakes wakes;
  Command *command;
  {
    Lock lock(mutex_);
    command = join(stream, depth, wakes);
  }
  wake(wakes);
  if (!command)
    return false;
  work_on(command);
  return true;
}

void Scheduler::wait(const CommandRef &command) { wait(command, 0); }

// Runs only what is deeper than the code that waits: its own grid's blocks would wait in turn.
void Scheduler::wait_inside(const CommandRef &command, const Command &around) {
  wait(command, around.depth_ + 1);
}

void Scheduler::wait(const CommandRef &command, unsigned depth) {
  if (!command)
    return;
  uint64_t seen = UINT64_MAX, spin_until = 0;
  while (!command->done()) {
    uint64_t openings = openings_.load(std::memory_order_acquire);
    if (openings != seen) {
      seen = openings;
      if (help(command->stream_, depth)) {
        seen = UINT64_MAX;
        spin_until = 0;
      }
      continue;
    }
    uint64_t now = now_nanoseconds();
    if (!spin_until)
      spin_until = now + kSpinNanoseconds;
    if (spinning_pays() && now < spin_until) {
      pause_briefly();
      continue;
    }
    Lock lock(mutex_);
    command->watched_ = true;
    ++blocked_;
    watched_done_.wait(lock, [&] { return command->done(); });
    --blocked_;
  }
}

unsigned Scheduler::resting_threads() {
  Lock lock(mutex_);
  return sleeping_ + blocked_;
}

bool Scheduler::wait_for(const CommandRef &command, uint64_t nanoseconds) {
  uint64_t spin_until = now_nanoseconds() + kSpinNanoseconds;
  while (spinning_pays() && !command->done() && now_nanoseconds() < spin_until)
    pause_briefly();
  if (command->done())
    return true;
  Lock lock(mutex_);
  command->watched_ = true;
  return watched_done_.wait_for(lock, std::chrono::nanoseconds(nanoseconds),
                                [&] { return command->done(); });
}

void Scheduler::host_thread_main() {
  Lock lock(mutex_);
  for (;;) {
    ++blocked_;
    host_work_.wait(lock, [this] { return !host_ready_.empty(); });
    --blocked_;
    Command *command = host_ready_.front();
    host_ready_.pop_front();
    lock.unlock();
    command->run(0, 1);
    complete(command);
    lock.lock();
  }
}

} // namespace sampan
