#include "watchdog.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "api.h"
#include "threads.h"
#include "worker.h"

namespace sampan::watchdog {
namespace {

// What ends by itself need not be interrupted, and a signal that meets the runtime's own code is
// sent again.
constexpr uint64_t kPatience = 20'000'000, kLongest = 250'000'000;
constexpr int kRounds = 50;

struct State {
  std::mutex mutex;
  std::condition_variable wake;
  std::vector<Worker *> workers;
  bool started = false;
  bool ending = false;
  int rounds = 0; // for which it goes on ending
  uint64_t timeout = 0;
};

// Never destroyed: its thread runs to the end of the process.
State &state() {
  static State &state = *new State;
  return state;
}

void *run(void *) {
  State &all = state();
  std::unique_lock<std::mutex> lock(all.mutex);
  for (;;) {
    uint64_t pause = kLongest;
    if (all.timeout)
      pause = std::clamp<uint64_t>(all.timeout / 16, 1'000'000, kLongest);
    if (all.ending)
      pause = kPatience;
    if (all.timeout || all.ending) {
      all.wake.wait_for(lock, std::chrono::nanoseconds(pause));
    } else {
      all.wake.wait(lock);
      continue;
    }
    bool busy = false;
    for (Worker *worker : all.workers)
      busy |= worker->interrupt(all.ending);
    // Where the error does not stick, others may have every reason to go on.
    all.ending = all.ending && busy && (sticky_error() || --all.rounds > 0);
  }
  return nullptr;
}

void start(State &all) {
  if (!all.started)
    all.started = start_thread(run, nullptr);
}

} // namespace

void add(Worker *worker) {
  State &all = state();
  std::lock_guard<std::mutex> lock(all.mutex);
  all.workers.push_back(worker);
}

void remove(Worker *worker) {
  State &all = state();
  std::lock_guard<std::mutex> lock(all.mutex);
  all.workers.erase(std::find(all.workers.begin(), all.workers.end(), worker));
}

void watch_time(uint64_t nanoseconds) {
  install_fault_handlers();
  State &all = state();
  std::lock_guard<std::mutex> lock(all.mutex);
  all.timeout = nanoseconds;
  start(all);
  all.wake.notify_one();
}

void end_all() {
  install_fault_handlers(); // the program may have put its own in place of ours
  State &all = state();
  std::lock_guard<std::mutex> lock(all.mutex);
  all.ending = true;
  all.rounds = kRounds;
  start(all);
  all.wake.notify_one();
}

} // namespace sampan::watchdog
