#include "worker.h"

#include <cstdio>
#include <memory>
#include <sys/mman.h>
#include <vector>

#include "api.h"
#include "context_switch.h"
#include "scheduler.h"
#include "watchdog.h"

namespace sampan {
namespace {

// Vector code keeps a gang's private arrays on it, so it is generous; only touched pages count.
constexpr size_t kBaseStack = 64 << 20;

__attribute__((tls_model("initial-exec"))) thread_local Worker *current_worker = nullptr;

// How many blocks of a group, or on fibres, there are at once.
size_t resident_blocks(const KernelRun &run) {
  const uint32_t *cluster = run.launch->cluster;
  return run.together ? run.count : size_t{cluster[0]} * cluster[1] * cluster[2];
}

} // namespace

WorkBuffer::~WorkBuffer() {
  if (memory_)
    munmap(memory_, capacity_ + page_size());
}

uint8_t *WorkBuffer::ending_at_guard(size_t size) {
  size = round_up(size ? size : 1, 128);
  if (size > capacity_) {
    size_t capacity = round_up(std::max<size_t>(size, 64 << 10), page_size());
    void *memory = mmap(nullptr, capacity + page_size(), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
      return nullptr;
    if (memory_)
      munmap(memory_, capacity_ + page_size());
    memory_ = static_cast<char *>(memory);
    capacity_ = capacity;
    mprotect(memory_ + capacity_, page_size(), PROT_NONE);
  }
  return reinterpret_cast<uint8_t *>(memory_ + capacity_ - size);
}

Worker::Worker() : fibres_(*this), thread_id_(pthread_self()) {
  current_worker = this;
  install_fault_handlers();
  watchdog::add(this);
}

Worker::~Worker() {
  watchdog::remove(this);
  if (base_.low)
    unmap_stacks(kBaseStack, 1, base_);
  current_worker = nullptr;
}

Worker *Worker::current() { return current_worker; }

namespace {

// The thread's workers: the first, and those for kernels that it runs while others wait.
thread_local std::vector<std::unique_ptr<Worker>> workers;
thread_local size_t waiting = 0; // how many of them wait

} // namespace

Worker &Worker::of_this_thread() {
  while (workers.size() <= waiting)
    workers.push_back(std::make_unique<Worker>());
  current_worker = workers[waiting].get();
  return *current_worker;
}

Worker::Pause::Pause() : worker_(current_worker) {
  if (!worker_)
    return;
  worker_->paused_.store(true, std::memory_order_relaxed);
  worker_->in_kernel_.store(false, std::memory_order_relaxed);
  current_worker = nullptr;
  ++waiting;
}

Worker::Pause::~Pause() {
  if (!worker_)
    return;
  --waiting;
  current_worker = worker_;
  worker_->in_kernel_.store(true, std::memory_order_relaxed);
  worker_->paused_.store(false, std::memory_order_relaxed);
}

void Worker::run(const KernelRun &run) {
  run_ = run;
  failure_ = {};
  const SampanKernel &code = run.kernel->code;
  size_t shared = round_up(code.static_shared, 16) + run.launch->dynamic_shared;
  if (sampan_is_vector(run.variant)) {
    bool group = run.variant->kind == SAMPAN_BLOCK_GROUP;
    size_t blocks = group ? resident_blocks(run) : 1, stride = round_up(shared, 128);
    thread_.shared_stride = static_cast<uint32_t>(stride);
    thread_.shared = shared_.ending_at_guard(blocks > 1 ? stride * blocks : shared);
    size_t gangs = round_up(run.launch->block_threads, run.variant->width) / run.variant->width;
    thread_.scratch = scratch_.ending_at_guard(run.variant->scratch_per_warp * gangs * blocks);
    if (thread_.shared && thread_.scratch) {
      run_vector();
    } else {
      failure_.kind = Failure::Kind::no_memory;
    }
  } else {
    size_t stride = round_up(shared, 128);
    size_t resident = resident_blocks(run);
    uint8_t *memory = shared_.ending_at_guard(stride * resident);
    void *context = memory ? fibres_.start(run_, memory, stride) : nullptr;
    if (context) {
      enter(context);
    } else {
      failure_.kind = Failure::Kind::no_memory;
    }
    if (failure_.kind != Failure::Kind::none)
      fibres_.discard();
  }
  if (failure_.kind != Failure::Kind::none)
    report();
}

void Worker::run_vector() {
  if (!base_.low && !map_stacks(kBaseStack, 1, &base_)) {
    failure_.kind = Failure::Kind::no_memory;
    return;
  }
  if (!base_context_)
    base_context_ = prepare_context(base_.high, run_vector_entry, this);
  thread_.launch = run_.launch;
  thread_.runtime = nullptr;
  enter(base_context_);
  if (failure_.kind != Failure::Kind::none)
    base_context_ = nullptr;
}

void Worker::run_vector_entry(void *worker) {
  auto &self = *static_cast<Worker *>(worker);
  for (;;) {
    auto entry = reinterpret_cast<SampanBlockEntry>(self.run_.variant->entry);
    const KernelRun &run = self.run_;
    if (run.variant->kind != SAMPAN_BLOCK_GROUP || run.together) {
      entry(&self.thread_, run.first, run.count);
    } else { // there is memory for one cluster
      uint8_t *shared = self.thread_.shared;
      uint64_t blocks = resident_blocks(run);
      for (uint64_t block = run.first; block < run.first + run.count; block += blocks) {
        self.thread_.shared = shared;
        entry(&self.thread_, block, blocks);
      }
    }
    sampan_switch(&self.base_context_, self.native_);
  }
}

void Worker::enter(void *context) {
  interrupted_.store(false, std::memory_order_relaxed);
  given_up_.store(false, std::memory_order_relaxed);
  deadline_.store(run_.deadline, std::memory_order_relaxed);
  in_kernel_.store(true, std::memory_order_relaxed);
  sampan_switch(&native_, context);
  in_kernel_.store(false, std::memory_order_relaxed);
}

void Worker::abandon(Failure::Kind kind, const SampanThread *thread, const void *pc) {
  in_kernel_.store(false, std::memory_order_relaxed);
  failure_.kind = kind;
  failure_.pc = pc;
  if (thread) {
    failure_.thread_known = true;
    for (int i = 0; i < 3; ++i) {
      failure_.block[i] = thread->ctaid[i];
      failure_.thread[i] = thread->tid[i];
    }
    failure_.linear_thread = thread->linear_tid;
  }
  void *never_resumed;
  sampan_switch(&never_resumed, native_);
  __builtin_unreachable();
}

void Worker::misaligned(const void *address, const SampanThread *thread, const void *pc) {
  failure_.signal = {SIGBUS, BUS_ADRALN, address, pc, true, 0, 0};
  abandon(Failure::Kind::fault, thread, pc);
}

// ---- Faults and interruptions ------------------------------------------------------------------

const SampanThread &Worker::running_thread() const {
  Fibre *fibre = sampan_is_vector(run_.variant) ? nullptr : fibres_.running();
  return fibre ? fibre->thread : thread_;
}

void Worker::on_fault(const FaultSignal &signal, const void *context) {
  if (!in_kernel_.load(std::memory_order_relaxed) || shields_)
    return;
  const void *pc = signal.pc;
  if (code_at(pc, run_.kernel->module) == Code::other) {
    if (pc != signal.address)
      return; // of a signal handler of the program, for one
    // A call through a wild pointer: its return address tells where it was made.
    pc = before(return_address(context));
  }
  Fibre *fibre = sampan_is_vector(run_.variant) ? nullptr : fibres_.running();
  failure_.signal = signal;
  failure_.stack_overflow = (fibre ? fibre->stack : base_).overflowed_at(signal.address);
  abandon(Failure::Kind::fault, &running_thread(), pc);
}

bool Worker::late() const {
  uint64_t deadline = deadline_.load(std::memory_order_relaxed);
  return deadline && now_nanoseconds() > deadline;
}

bool Worker::interrupt(bool all) {
  if (!in_kernel_.load(std::memory_order_relaxed))
    return false;
  if (all || late()) {
    interrupted_.store(true, std::memory_order_relaxed);
    signalled_.store(true);
    pthread_kill(thread_id_, kInterrupt);
  }
  return true;
}

Worker::State Worker::look() {
  if (paused_.load(std::memory_order_relaxed))
    return State::works;
  if (!in_kernel_.load(std::memory_order_relaxed))
    return State::idle;
  uint64_t deeds = fibres_.deeds(), looks = fibres_.looks();
  if (deeds != seen_deeds_) {
    seen_deeds_ = deeds;
    seen_looks_ = looks;
    return State::works;
  }
  // On a busy machine this takes a while.
  return looks - seen_looks_ >= 2 * fibres_.round() ? State::looked : State::still;
}

bool Worker::on_interrupt(const void *pc) {
  if (!signalled_.exchange(false))
    return false;
  // Only the kernel's own code holds no lock.
  if (!in_kernel_.load(std::memory_order_relaxed) || shields_ ||
      code_at(pc, run_.kernel->module) != Code::kernel)
    return true;
  if (run_.cancelled())
    abandon(Failure::Kind::cancelled, nullptr);
  if (late())
    abandon(Failure::Kind::timeout, &running_thread(), pc);
  return true;
}

void Worker::abandon_if_due(const SampanThread *waiting, const void *pc) {
  if (run_.cancelled())
    abandon(Failure::Kind::cancelled, nullptr);
  if (interrupted_.load(std::memory_order_relaxed) && late())
    abandon(Failure::Kind::timeout, waiting, pc);
  if (given_up_.load(std::memory_order_relaxed))
    abandon(Failure::Kind::stuck, waiting, pc);
}

Worker::Shield::Shield() : worker_(current_worker) {
  if (worker_)
    worker_->shields_ = worker_->shields_ + 1;
}

Worker::Shield::~Shield() {
  if (worker_)
    worker_->shields_ = worker_->shields_ - 1;
}

} // namespace sampan
