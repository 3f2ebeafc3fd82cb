#include "watchdog.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <dirent.h>
#include <mutex>
#include <vector>

#include "api.h"
#include "scheduler.h"
#include "threads.h"
#include "worker.h"

namespace sampan::watchdog {
namespace {

// What ends by itself need not be interrupted, and a signal that meets the runtime's own code is
// sent again.
constexpr uint64_t kPatience = 20'000'000, kLongest = 250'000'000;
constexpr int kRounds = 50;
constexpr unsigned kStillRounds = 4; // of kLongest

struct State {
  std::mutex mutex;
  std::condition_variable wake;
  std::vector<Worker *> workers;
  bool started = false;
  bool ending = false;
  int rounds = 0; // for which it goes on ending
  uint64_t timeout = 0;
  bool progress = false; // whether to look for kernels that can never go on
  unsigned stuck = 0;    // how often in a row nothing could
};

// Never destroyed: its thread runs to the end of the process.
State &state() {
  static State &state = *new State;
  return state;
}

// All threads of the process, as the system counts them.
unsigned process_threads() {
  unsigned count = 0;
  if (DIR *folder = opendir("/proc/self/task")) {
    while (const dirent *entry = readdir(folder))
      count += entry->d_name[0] != '.';
    closedir(folder);
  }
  return count;
}

// Kernels whose threads only look at memory go on when someone writes it: another kernel's thread,
// or the host. Where every thread of the process is a worker with such a kernel, or waits inside of
// the runtime, or is this one, nobody can. It has to be so for a second.
void watch_spinning(State &all) {
  unsigned spinning = 0;
  bool works = false, looked = true;
  for (Worker *worker : all.workers) {
    Worker::State state = worker->look();
    spinning += state == Worker::State::still || state == Worker::State::looked;
    works |= state == Worker::State::works;
    looked &= state == Worker::State::looked || state == Worker::State::idle;
  }
  if (spinning == 0 && !works)
    all.progress = false; // whoever spins again says so
  bool still =
      spinning && !works && spinning + Scheduler::get().resting_threads() + 1 == process_threads();
  all.stuck = still ? all.stuck + 1 : 0;
  if (all.stuck <= kStillRounds || !looked)
    return;
  for (Worker *worker : all.workers)
    worker->give_up();
  all.stuck = 0;
}

void *run(void *) {
  State &all = state();
  std::unique_lock<std::mutex> lock(all.mutex);
  uint64_t looked = 0;
  for (;;) {
    uint64_t pause = kLongest;
    if (all.timeout)
      pause = std::clamp<uint64_t>(all.timeout / 16, 1'000'000, kLongest);
    if (all.ending)
      pause = kPatience;
    if (all.timeout || all.ending || all.progress) {
      all.wake.wait_for(lock, std::chrono::nanoseconds(pause));
    } else {
      all.wake.wait(lock);
      continue;
    }
    uint64_t now = now_nanoseconds();
    if (all.progress && now - looked >= kLongest) {
      watch_spinning(all);
      looked = now;
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

void watch_progress() {
  State &all = state();
  std::lock_guard<std::mutex> lock(all.mutex);
  all.progress = true;
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
