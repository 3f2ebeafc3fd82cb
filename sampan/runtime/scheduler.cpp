// Commands and their order; the threads are in pool.cpp.

#include "scheduler.h"

#include <algorithm>
#include <ctime>
#include <iterator>
#include <new>

#include "api.h"
#include "devices.h"
#include "knobs.h"

namespace sampan {

uint64_t now_nanoseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec);
}

CommandRef::CommandRef(const CommandRef &other) : command_(other.command_) {
  if (command_)
    command_->references_.fetch_add(1, std::memory_order_relaxed);
}

CommandRef::~CommandRef() {
  if (command_ && command_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete command_;
  }
}

// Never destroyed: the pool's threads outlive every destructor.
Scheduler &Scheduler::get() {
  static Scheduler &scheduler = *new Scheduler;
  return scheduler;
}

Scheduler::Scheduler() : pool_size_(knobs().threads) {
  mark_in_use();
  legacy_ = create_stream(0, 0);
}

Stream *Scheduler::create_stream(unsigned flags, int priority) {
  Lock lock(mutex_);
  // A destroyed stream stays listed until its work has ended, for wait_for_all.
  auto ended = [](Stream *stream) {
    return stream->state == Stream::kDestroyed && (!stream->last_ || stream->last_->done());
  };
  std::copy_if(streams_.begin(), streams_.end(), std::back_inserter(free_streams_), ended);
  streams_.erase(std::remove_if(streams_.begin(), streams_.end(), ended), streams_.end());

  // A stream's memory is used again late, so that stale handles are noticed.
  Stream *stream;
  if (free_streams_.size() > 64) {
    stream = free_streams_.front();
    free_streams_.erase(free_streams_.begin());
    stream->~Stream();
    new (stream) Stream;
  } else {
    stream = new Stream;
  }
  stream->flags = flags;
  stream->priority = priority;
  stream->device = current_device();
  stream->id = next_stream_id_++;
  streams_.push_back(stream);
  return stream;
}

void Scheduler::destroy_stream(Stream *stream) {
  Lock lock(mutex_);
  stream->state = Stream::kDestroyed;
}

Stream *Scheduler::find_stream(cudaStream_t handle) {
  if (handle == nullptr || handle == cudaStreamLegacy)
    return legacy_;
  if (handle == cudaStreamPerThread) {
    struct OfThread {
      Stream *stream = Scheduler::get().create_stream(cudaStreamDefault, 0);
      ~OfThread() { Scheduler::get().destroy_stream(stream); }
    };
    static thread_local OfThread of_thread;
    return of_thread.stream;
  }
  auto *stream = reinterpret_cast<Stream *>(handle);
  return stream->state == Stream::kAlive ? stream : nullptr;
}

void Scheduler::add_dependency(Command *command, const CommandRef &on) {
  if (!on || on->done())
    return;
  on->successors_.push_back(command);
  ++command->unfinished_;
}

void Scheduler::submit(CommandRef command, Stream *stream, const CommandRef &also) {
  Wakes wakes;
  {
    Lock lock(mutex_);
    Command *c = command.get();
    c->stream_ = stream;
    c->priority_ = stream->priority;
    add_dependency(c, stream->last_);
    if (stream == legacy_) {
      for (Stream *other : streams_) {
        if (other != legacy_ && other->blocking())
          add_dependency(c, other->last_);
      }
    } else if (stream->blocking()) {
      add_dependency(c, legacy_->last_);
    }
    add_dependency(c, also);
    stream->last_ = command;
    open(command, wakes);
  }
  wake(wakes);
}

void Scheduler::submit_after(CommandRef command, Stream *stream,
                             const std::vector<CommandRef> &needs) {
  Wakes wakes;
  {
    Lock lock(mutex_);
    command->stream_ = stream;
    command->priority_ = stream->priority;
    for (const CommandRef &need : needs)
      add_dependency(command.get(), need);
    open(command, wakes);
  }
  wake(wakes);
}

void Scheduler::adopt(Command *child, Command *parent) {
  child->stream_ = parent->stream_; // whoever waits for that may run it
  child->parent_ = parent;
  child->priority_ = parent->priority_;
  child->depth_ = parent->depth_ + 1;
  ++parent->holds_;
}

void Scheduler::submit_child(CommandRef child, Command *parent,
                             const std::vector<CommandRef> &needs) {
  Wakes wakes;
  {
    Lock lock(mutex_);
    adopt(child.get(), parent);
    for (const CommandRef &need : needs)
      add_dependency(child.get(), need);
    open(child, wakes);
  }
  wake(wakes);
}

// The last step of submitting: it may start as soon as what it waits for is done.
void Scheduler::open(const CommandRef &command, Wakes &wakes) {
  Command *c = command.get();
  if (c->exclusive()) {
    add_dependency(c, last_exclusive_);
    last_exclusive_ = command;
  }
  // Kept by whoever completes it.
  c->references_.fetch_add(1, std::memory_order_relaxed);
  if (c->unfinished_ != 0)
    return;
  if (c->place_ == Command::Place::mark) {
    c->run(0, 1);
    release(c, wakes);
  } else {
    make_ready(c, wakes);
  }
}

bool Scheduler::idle(Stream *stream) {
  Lock lock(mutex_);
  auto done = [](Stream *other) { return !other->last_ || other->last_->done(); };
  if (!done(stream))
    return false;
  if (stream == legacy_) {
    return std::all_of(streams_.begin(), streams_.end(),
                       [&](Stream *other) { return !other->blocking() || done(other); });
  }
  return !stream->blocking() || done(legacy_);
}

bool Scheduler::finished(Stream *stream) {
  if (stream == legacy_)
    return idle(stream);
  CommandRef command = last(stream);
  return !command || command->done();
}

CommandRef Scheduler::last(Stream *stream) {
  Lock lock(mutex_);
  return stream->last_;
}

void Scheduler::list_open(Command *command) {
  Command *before = last_open_;
  while (before && before->priority_ > command->priority_)
    before = before->previous_open_;
  Command *after = before ? before->next_open_ : first_open_;
  command->previous_open_ = before;
  command->next_open_ = after;
  (before ? before->next_open_ : first_open_) = command;
  (after ? after->previous_open_ : last_open_) = command;
  first_priority_.store(first_open_->priority_, std::memory_order_relaxed);
}

void Scheduler::unlist_open(Command *command) {
  Command *before = command->previous_open_, *after = command->next_open_;
  (before ? before->next_open_ : first_open_) = after;
  (after ? after->previous_open_ : last_open_) = before;
  first_priority_.store(first_open_ ? first_open_->priority_ : INT_MAX, std::memory_order_relaxed);
}

// Marks are the caller's to run.
void Scheduler::make_ready(Command *command, Wakes &wakes) {
  if (command->place_ == Command::Place::host_thread) {
    host_ready_.push_back(command);
    wakes.host_thread = true;
    return;
  }
  command->workers_limit_ = std::max(1u, std::min(command->workers_wanted(), pool_size_));
  list_open(command);
  openings_.fetch_add(1, std::memory_order_release);
  call_worker(wakes);
}

CommandRef Command::last_child() { return {}; }

// The command's own work, or a child of it, has ended.
void Scheduler::release(Command *command, Wakes &wakes) {
  if (--command->holds_ != 0)
    return;
  if (CommandRef child = command->last_child()) {
    adopt(child.get(), command);
    open(child, wakes);
    return;
  }
  Command *parent = command->parent_;
  finish(command, wakes);
  if (parent)
    release(parent, wakes);
}

// A loop, because a chain of marks may be long.
void Scheduler::finish(Command *command, Wakes &wakes) {
  std::vector<Command *> marks;
  for (size_t next = 0;; ++next) {
    command->done_.store(true, std::memory_order_release);
    if (command->watched_)
      wakes.watchers = true;
    std::vector<Command *> successors;
    successors.swap(command->successors_);
    for (Command *successor : successors) {
      if (--successor->unfinished_ != 0)
        continue;
      if (successor->place_ == Command::Place::mark) {
        successor->run(0, 1);
        marks.push_back(successor);
      } else {
        make_ready(successor, wakes);
      }
    }
    CommandRef dropped(command);
    // The first one's parent is the caller's to tell.
    if (next > 0 && command->parent_)
      release(command->parent_, wakes);
    if (next == marks.size())
      return;
    command = marks[next];
  }
}

void Scheduler::complete(Command *command) {
  Wakes wakes;
  {
    Lock lock(mutex_);
    if (command->place_ == Command::Place::pool)
      unlist_open(command);
    release(command, wakes);
  }
  wake(wakes);
}

void Scheduler::wait_for_stream(Stream *stream) {
  wait(last(stream));
  if (stream != legacy_)
    return;
  // Synchronising with the legacy stream waits for the streams it waits for.
  std::vector<CommandRef> lasts;
  {
    Lock lock(mutex_);
    for (Stream *other : streams_) {
      if (other->blocking())
        lasts.push_back(other->last_);
    }
  }
  for (const CommandRef &last : lasts)
    wait(last);
}

void Scheduler::wait_for_all() {
  std::vector<CommandRef> lasts;
  {
    Lock lock(mutex_);
    for (Stream *stream : streams_)
      lasts.push_back(stream->last_);
  }
  for (const CommandRef &last : lasts)
    wait(last);
}

} // namespace sampan
