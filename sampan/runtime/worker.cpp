#include "worker.h"

#include <cstdio>
#include <memory>
#include <sys/mman.h>

#include "api.h"
#include "context_switch.h"

namespace sampan {
namespace {

// Vector code keeps a gang's private arrays on it, so it is generous; only touched pages count.
constexpr size_t kBaseStack = 64 << 20;

__attribute__((tls_model("initial-exec"))) thread_local Worker *current_worker = nullptr;

constexpr size_t round_up(size_t size, size_t to) { return (size + to - 1) / to * to; }

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

Worker::Worker() : fibres_(*this) {
  current_worker = this;
  install_fault_handlers();
}

Worker::~Worker() {
  if (base_.low)
    unmap_stacks(kBaseStack, 1, base_);
  current_worker = nullptr;
}

Worker *Worker::current() { return current_worker; }

Worker &Worker::of_this_thread() {
  static thread_local std::unique_ptr<Worker> worker;
  if (!worker)
    worker = std::make_unique<Worker>();
  return *worker;
}

void Worker::run(const KernelRun &run) {
  run_ = run;
  failure_ = {};
  const SampanKernel &code = run.kernel->code;
  size_t shared = round_up(code.static_shared, 16) + run.launch->dynamic_shared;
  if (run.variant->kind == SAMPAN_BLOCK_VECTOR) {
    thread_.shared = shared_.ending_at_guard(shared);
    size_t gangs = round_up(run.launch->block_threads, run.variant->width) / run.variant->width;
    thread_.scratch = scratch_.ending_at_guard(run.variant->scratch_per_warp * gangs);
    if (thread_.shared && thread_.scratch) {
      run_vector();
    } else {
      failure_.kind = Failure::Kind::no_memory;
    }
  } else {
    size_t stride = round_up(shared, 128);
    uint8_t *memory = shared_.ending_at_guard(run.together ? stride * run.count : stride);
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
    entry(&self.thread_, self.run_.first, self.run_.count);
    sampan_switch(&self.base_context_, self.native_);
  }
}

void Worker::enter(void *context) {
  in_kernel_ = true;
  sampan_switch(&native_, context);
  in_kernel_ = false;
}

void Worker::abandon(Failure::Kind kind, const SampanThread *thread) {
  in_kernel_ = false;
  failure_.kind = kind;
  if (thread) {
    failure_.thread_known = true;
    for (int i = 0; i < 3; ++i) {
      failure_.block[i] = thread->ctaid[i];
      failure_.thread[i] = thread->tid[i];
    }
  }
  void *never_resumed;
  sampan_switch(&never_resumed, native_);
  __builtin_unreachable();
}

void Worker::on_fault(const FaultSignal &signal) {
  if (!in_kernel_ || shields_)
    return;
  Fibre *fibre = run_.variant->kind == SAMPAN_BLOCK_VECTOR ? nullptr : fibres_.running();
  const SampanThread &thread = fibre ? fibre->thread : thread_;
  failure_.signal = signal;
  failure_.stack_overflow = (fibre ? fibre->stack : base_).overflowed_at(signal.address);
  abandon(Failure::Kind::fault, &thread);
}

void Worker::report() const {
  cudaError_t error = cudaErrorLaunchFailure;
  char what[160] = "";
  switch (failure_.kind) {
  case Failure::Kind::none:
  case Failure::Kind::cancelled:
    return;
  case Failure::Kind::assertion: // has been reported where it failed
    if (!run_.outcome)
      set_sticky_error(cudaErrorAssert);
    return;
  case Failure::Kind::fault:
    error = fault_error(failure_.signal);
    if (failure_.stack_overflow) {
      error = cudaErrorHardwareStackError;
      bool fibre = run_.variant->kind != SAMPAN_BLOCK_VECTOR;
      std::snprintf(what, sizeof what, "stack overflow%s",
                    fibre ? " (SAMPAN_FIBRE_STACK makes stacks larger)" : "");
    } else {
      std::snprintf(what, sizeof what, "%s at address %p", fault_description(failure_.signal),
                    failure_.signal.address);
    }
    break;
  case Failure::Kind::trap:
    std::snprintf(what, sizeof what, "trap");
    break;
  case Failure::Kind::deadlock:
    std::snprintf(what, sizeof what, "deadlock: its threads wait for each other");
    break;
  case Failure::Kind::no_memory:
    error = cudaErrorLaunchOutOfResources;
    std::snprintf(what, sizeof what, "no memory for its stacks or its shared memory");
    break;
  }
  if (!run_.outcome && !set_sticky_error(error))
    return; // another worker's message is enough
  char where[160] = "";
  if (failure_.thread_known) {
    const uint32_t *b = failure_.block, *t = failure_.thread;
    // Vector code keeps track of its gang of threads only.
    bool vector = run_.variant->kind == SAMPAN_BLOCK_VECTOR;
    int used = std::snprintf(where, sizeof where, ", block [%u,%u,%u]", b[0], b[1], b[2]);
    if (!vector || failure_.kind != Failure::Kind::fault) {
      std::snprintf(where + used, sizeof where - used, ", thread [%u,%u,%u]", t[0], t[1], t[2]);
    }
  }
  std::string text = "kernel " + run_.kernel->display_name() + where + ": " + what;
  if (run_.outcome) {
    run_.outcome->fail(error, std::move(text));
  } else {
    std::fprintf(stderr, "sampan: %s\n", text.c_str());
  }
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
