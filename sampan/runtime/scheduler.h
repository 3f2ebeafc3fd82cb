// Streams of commands, and the threads that run them.
//
// A command waits for others (the one before it in its stream, what the legacy default stream asks
// for, events), is then ready, and runs: on the pool, on the host-function thread, or at once where
// it is only a mark. A command for the pool consists of items that workers claim in order, so that
// a grid's blocks start in order; the last worker to finish completes the command and makes its
// successors ready. Commands of streams of higher priority come first, also for workers that are
// between two claims. One mutex guards all of it except claiming.
#ifndef SAMPAN_SCHEDULER_H
#define SAMPAN_SCHEDULER_H

#include <atomic>
#include <climits>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "sampan_cuda_types.h"

namespace sampan {

struct Capture;
class Scheduler;
class Stream;

uint64_t now_nanoseconds();

class Command {
public:
  enum class Place {
    mark, // run under the scheduler's lock: must be trivial
    pool,
    host_thread,
  };

  explicit Command(Place place, uint64_t items = 1) : place_(place), items_(items) {}
  Command(const Command &) = delete;
  Command &operator=(const Command &) = delete;

  // Runs items [first, first + count). Must not throw.
  virtual void run(uint64_t first, uint64_t count) = 0;
  // How many items to claim at once when `left` are left, and how many workers they are worth.
  virtual uint64_t claim_size(uint64_t left) const { return left ? 1 : 0; }
  virtual unsigned workers_wanted() const { return 1; }
  // How many workers may take part however long it takes.
  virtual unsigned most_workers() const { return UINT_MAX; }
  // Exclusive commands run one after the other, whatever their streams: each may need all workers
  // at the same time.
  virtual bool exclusive() const { return false; }

  bool done() const { return done_.load(std::memory_order_acquire); }
  // How many commands are around it: those whose device code submitted it.
  unsigned depth() const { return depth_; }

protected:
  virtual ~Command() = default;
  // Asked when the command and all its children have ended: another child, or none.
  virtual class CommandRef last_child();
  uint64_t items() const { return items_; }

private:
  friend class Scheduler;
  friend class CommandRef;

  const Place place_;
  const uint64_t items_;
  std::atomic<int> references_{1};
  std::atomic<bool> done_{false};
  std::atomic<uint64_t> next_item_{0};
  std::atomic<uint64_t> finished_items_{0};
  std::atomic<unsigned> workers_limit_{1};
  // Guarded by the scheduler's mutex.
  Stream *stream_ = nullptr;
  Command *parent_ = nullptr;
  int priority_ = 0; // its stream's: the smallest number comes first
  unsigned depth_ = 0;
  unsigned holds_ = 1;      // itself and its children, as far as they have not ended
  unsigned unfinished_ = 0; // commands that this one waits for
  unsigned workers_ = 0;    // that have joined
  bool watched_ = false;    // a thread sleeps until it is done
  std::vector<Command *> successors_;
  Command *previous_open_ = nullptr;
  Command *next_open_ = nullptr;
};

// Shares ownership of a command.
class CommandRef {
public:
  CommandRef() = default;
  explicit CommandRef(Command *adopted) : command_(adopted) {}
  CommandRef(const CommandRef &other);
  CommandRef(CommandRef &&other) noexcept : command_(other.command_) { other.command_ = nullptr; }
  CommandRef &operator=(CommandRef other) noexcept {
    std::swap(command_, other.command_);
    return *this;
  }
  ~CommandRef();
  Command *get() const { return command_; }
  Command *operator->() const { return command_; }
  explicit operator bool() const { return command_; }

private:
  Command *command_ = nullptr;
};

// In-order queue. Never freed, so that a handle used after its destruction is recognised.
class Stream {
public:
  static constexpr uint32_t kAlive = 0x53545245, kDestroyed = 0x44454144;

  std::atomic<uint32_t> state{kAlive};
  unsigned flags = cudaStreamDefault;
  int priority = 0;
  int device = 0;
  unsigned long long id = 0;
  std::atomic<Capture *> capture{nullptr}; // that records what is submitted, instead of running it
  // Takes part in the ordering that the legacy default stream imposes.
  bool blocking() const { return !(flags & cudaStreamNonBlocking); }

private:
  friend class Scheduler;
  CommandRef last_; // guarded by the scheduler's mutex
};

class Scheduler {
public:
  static Scheduler &get();

  Stream *create_stream(unsigned flags, int priority);
  void destroy_stream(Stream *stream);
  // The stream of a handle, the calling thread's for cudaStreamPerThread; null if it is none.
  Stream *find_stream(cudaStream_t handle);

  // Appends the command to the stream. It also waits for `also` if that is given.
  void submit(CommandRef command, Stream *stream, const CommandRef &also = {});
  // Lets the command wait for these alone. Whoever waits for the stream may run it.
  void submit_after(CommandRef command, Stream *stream, const std::vector<CommandRef> &needs);
  // Submits what device code of `parent` wants done, which is running; `parent` is not done before.
  void submit_child(CommandRef child, Command *parent, const std::vector<CommandRef> &needs);
  // Whether a command submitted now could start at once.
  bool idle(Stream *stream);
  // Whether the stream's own commands are done.
  bool finished(Stream *stream);
  // The stream's last command.
  CommandRef last(Stream *stream);

  // Returns when the command is done; the calling thread takes part in running its stream.
  void wait(const CommandRef &command);
  // The same inside of device code of `around`, of whose children the command is one.
  void wait_inside(const CommandRef &command, const Command &around);
  // Waits no longer than that and runs nothing meanwhile, so that a signal's handler has its turn.
  // Whether the command is done.
  bool wait_for(const CommandRef &command, uint64_t nanoseconds);
  void wait_for_stream(Stream *stream);
  void wait_for_all();

  unsigned pool_size() const { return pool_size_; }
  // Threads that do nothing until a command is submitted or done.
  unsigned resting_threads();

private:
  Scheduler();

  // What has to happen outside of the lock.
  struct Wakes {
    unsigned workers = 0, new_workers = 0;
    bool watchers = false, host_thread = false;
  };
  using Lock = std::unique_lock<std::mutex>;

  void add_dependency(Command *command, const CommandRef &on);
  void open(const CommandRef &command, Wakes &wakes);
  void make_ready(Command *command, Wakes &wakes);
  void list_open(Command *command);
  void unlist_open(Command *command);
  void complete(Command *command);
  void release(Command *command, Wakes &wakes);
  void adopt(Command *child, Command *parent);
  void finish(Command *command, Wakes &wakes);
  void call_worker(Wakes &wakes);
  void wake(const Wakes &wakes);
  bool wants_worker(const Command &command) const;
  Command *join(const Stream *only, unsigned depth, Wakes &wakes);
  void work_on(Command *command);
  bool leave_for_others(Command *command);
  void raise_limit(Command *command);
  void worker_main();
  void host_thread_main();
  bool spin_for_work(Lock &lock);
  bool help(const Stream *stream, unsigned depth);
  void wait(const CommandRef &command, unsigned depth);

  const unsigned pool_size_;
  std::mutex mutex_;
  std::condition_variable work_, watched_done_, host_work_;

  std::vector<Stream *> streams_;
  std::vector<Stream *> free_streams_;
  Stream *legacy_ = nullptr;
  unsigned long long next_stream_id_ = 1;
  CommandRef last_exclusive_;

  Command *first_open_ = nullptr; // ready commands of the pool, by priority, then oldest first
  Command *last_open_ = nullptr;
  std::atomic<int> first_priority_{INT_MAX}; // of first_open_
  std::deque<Command *> host_ready_;
  bool host_thread_missing_ = true;
  unsigned workers_started_ = 0;
  unsigned sleeping_ = 0; // workers that nobody has called yet
  unsigned blocked_ = 0;  // threads that wait for a command, or for host functions
  unsigned calls_ = 0;    // sleepers that have been called and have yet to wake
  std::atomic<unsigned> spinning_{0};
  std::atomic<uint64_t> openings_{0}; // counts commands opened, for those who spin
};

} // namespace sampan

#endif
