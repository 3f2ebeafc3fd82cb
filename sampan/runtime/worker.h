// What a host thread needs to run kernels: stacks, the block's shared memory, a way out of faults.
//
// The pool's threads have one each; so does a thread that helps while it waits for the device.
// Kernels never run on the thread's own stack, whose size and guard we do not know.
#ifndef SAMPAN_WORKER_H
#define SAMPAN_WORKER_H

#include <atomic>
#include <cstdint>
#include <mutex>
#include <pthread.h>
#include <string>

#include "api.h"
#include "faults.h"
#include "fibres.h"
#include "registry.h"
#include "sampan_abi.h"
#include "stacks.h"

namespace sampan {

// What became of one launch that answers for itself alone (sampan_embed.h): its fault leaves the
// sticky error as it is.
class LaunchOutcome {
public:
  // Only the first failure counts.
  void fail(cudaError_t error, std::string message) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (failed_.load(std::memory_order_relaxed))
      return;
    error_ = error;
    message_ = std::move(message);
    failed_.store(true, std::memory_order_release);
  }
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  // Once the launch is over.
  cudaError_t error() const { return error_; }
  const std::string &message() const { return message_; }

private:
  std::mutex mutex_;
  std::atomic<bool> failed_{false};
  cudaError_t error_ = cudaSuccess;
  std::string message_;
};

// Part of a grid: `count` blocks from `first` on.
struct KernelRun {
  const SampanLaunch *launch;
  Kernel *kernel;
  const SampanVariant *variant;
  uint64_t first;
  uint64_t count;
  bool together;                    // all blocks are resident at once (a cooperative launch)
  uint64_t deadline = 0;            // by now_nanoseconds(); 0: the kernel may run for ever
  LaunchOutcome *outcome = nullptr; // takes the fault; null: it becomes the sticky error

  // Whether the rest shall not run, because of a fault elsewhere.
  bool cancelled() const { return sticky_error() || (outcome && outcome->failed()); }
};

// The call that returns to `address`: what a line table is asked for.
inline const void *before(const void *address) {
  return address ? static_cast<const char *>(address) - 1 : nullptr;
}

// Why a kernel was left before its end.
struct Failure {
  enum class Kind { none, fault, assertion, trap, deadlock, stuck, no_memory, timeout, cancelled };
  Kind kind = Kind::none;
  const void *pc = nullptr; // of the kernel's code; null if not known
  FaultSignal signal;
  bool stack_overflow = false;
  bool thread_known = false; // and its block
  uint32_t block[3] = {};
  uint32_t thread[3] = {};
  uint32_t linear_thread = 0;
};

// Memory that grows: what is in it need not survive. A guard page follows, so that running past
// the end of shared memory faults.
class WorkBuffer {
public:
  ~WorkBuffer();
  // At least `size` bytes that end at the guard, as exactly as an alignment of 128 bytes allows;
  // null if there is no memory.
  uint8_t *ending_at_guard(size_t size);

private:
  char *memory_ = nullptr;
  size_t capacity_ = 0;
};

class Worker {
public:
  Worker();
  ~Worker();
  Worker(const Worker &) = delete;
  Worker &operator=(const Worker &) = delete;

  // The calling thread's, null if it has none.
  static Worker *current();
  // The calling thread's, made if it has none.
  static Worker &of_this_thread();

  // Runs blocks to their end. What goes wrong is reported and becomes the sticky error.
  void run(const KernelRun &run);

  const KernelRun &kernel_run() const { return run_; }

  // Called on a kernel's stack: leaves the kernel. `pc`: where in its code it was.
  [[noreturn]] void abandon(Failure::Kind kind, const SampanThread *thread,
                            const void *pc = nullptr);
  // The same for an access that a GPU would not make.
  [[noreturn]] void misaligned(const void *address, const SampanThread *thread, const void *pc);
  // The same if the kernel has to end because it took too long, or because another one failed.
  // `waiting`: the thread that waits, or null; `pc`: what it will go on with.
  void abandon_if_due(const SampanThread *waiting, const void *pc);
  // Leaves the kernel for good when it has run to its end.
  void *native_context() const { return native_; }

  // Called by the signal handlers; they return if the fault is not one of the kernel, and if the
  // kernel may go on or cannot be left just now.
  void on_fault(const FaultSignal &signal, const void *context);
  // `on_interrupt`: whether it was the watchdog's signal.
  bool on_interrupt(const void *pc);
  // Called by the watchdog's thread. Whether a kernel runs; if its time is over, or with `all`, it
  // is made to look whether it has to end.
  bool interrupt(bool all);
  // Called by the watchdog's thread: whether its blocks' threads have done nothing since the last
  // call but wait, and look at memory (`still`), and have all looked since they began to do so.
  enum class State { idle, works, still, looked };
  State look();
  // It is to end because nothing can ever change.
  void give_up() { given_up_.store(true, std::memory_order_relaxed); }

  // While a kernel waits, its thread can run others: on a worker of their own.
  class Pause {
  public:
    Pause();
    ~Pause();

  private:
    Worker *const worker_;
  };

  // While the runtime works on the kernel's behalf a fault is the runtime's, not the kernel's: it
  // may hold locks, so it cannot be left.
  class Shield {
  public:
    Shield();
    ~Shield();

  private:
    Worker *worker_;
  };

private:
  friend class Fibres;

  void run_vector();
  void enter(void *context); // runs it until it switches to native_
  bool late() const;
  const SampanThread &running_thread() const;
  void report() const;
  std::string where() const;
  static void run_vector_entry(void *worker);

  SignalStack signal_stack_;
  WorkBuffer shared_;
  WorkBuffer scratch_;
  Fibres fibres_;

  KernelRun run_ = {};
  Failure failure_;
  void *native_ = nullptr; // the thread's own stack, while a kernel runs
  Stack base_;             // of vector code
  void *base_context_ = nullptr;
  alignas(64) SampanThread thread_ = {}; // of vector code
  std::atomic<bool> in_kernel_{false};
  std::atomic<bool> interrupted_{false}; // the watchdog has seen that the kernel has to end
  std::atomic<bool> signalled_{false};   // a signal is on its way
  std::atomic<uint64_t> deadline_{0};
  std::atomic<bool> given_up_{false};
  std::atomic<bool> paused_{false};          // waits for kernels that its own has launched
  uint64_t seen_deeds_ = 0, seen_looks_ = 0; // by the watchdog
  volatile int shields_ = 0;
  const pthread_t thread_id_;
};

} // namespace sampan

#endif
