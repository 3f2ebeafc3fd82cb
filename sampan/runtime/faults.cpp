#include "faults.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <link.h>
#include <mutex>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "fault_operand.h"
#include "stacks.h"
#include "worker.h"

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif

namespace sampan {
namespace {

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
struct sigaction previous[NSIG];

__attribute__((tls_model("initial-exec"))) thread_local FaultGuard *current_guard = nullptr;
// The signal that is being passed on. Initial-exec, because a handler may not allocate.
__attribute__((tls_model("initial-exec"))) thread_local int passing_on = 0;

// ---- Whose code is it --------------------------------------------------------------------------

struct Range {
  uintptr_t begin = 0, end = 0;
  bool holds(uintptr_t address) const { return begin <= address && address < end; }
};
// The objects that hold this library, the C library and the library of math.
Range own_libraries[3];

struct Search {
  uintptr_t address;
  Range *found;
};

int find_range(dl_phdr_info *info, size_t, void *data) {
  auto &search = *static_cast<Search *>(data);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto &segment = info->dlpi_phdr[i];
    uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
    if (segment.p_type != PT_LOAD || search.address - begin >= segment.p_memsz)
      continue;
    *search.found = {begin, begin + segment.p_memsz};
    return 1;
  }
  return 0;
}

void find_libraries() {
  double (*math)(double, double) = std::fmod;
  void *(*string)(void *, const void *, size_t) = std::memcpy;
  const uintptr_t inside[3] = {reinterpret_cast<uintptr_t>(&find_libraries),
                               reinterpret_cast<uintptr_t>(string),
                               reinterpret_cast<uintptr_t>(math)};
  for (int i = 0; i < 3; ++i) {
    Search search{inside[i], &own_libraries[i]};
    dl_iterate_phdr(find_range, &search);
  }
}

// ---- The handlers ------------------------------------------------------------------------------

void call(const struct sigaction &action, int number, siginfo_t *info, void *context) {
  if (action.sa_flags & SA_SIGINFO) {
    action.sa_sigaction(number, info, context);
  } else {
    action.sa_handler(number);
  }
}

bool handles(const struct sigaction &action) {
  return (action.sa_flags & SA_SIGINFO) ||
         (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN);
}

// As if nobody had been here.
void pass_on(int number, siginfo_t *info, void *context) {
  const struct sigaction &before = previous[number];
  bool sent = info->si_code <= 0;
  // A handler that has seen enough (Python's faulthandler) puts back the one that it found, which
  // may be ours, and raises the signal again.
  bool again = sent && passing_on == number;
  if (handles(before) && !again) {
    // The signal itself stays open: raised by the handler, it has to arrive here.
    sigset_t mask = before.sa_mask, old;
    sigdelset(&mask, number);
    int outer = passing_on;
    passing_on = number;
    pthread_sigmask(SIG_BLOCK, &mask, &old);
    call(before, number, info, context);
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    passing_on = outer;
    return;
  }
  if (before.sa_handler == SIG_IGN && sent)
    return;
  // The instruction faults again, or the sent signal arrives again.
  signal(number, SIG_DFL);
  if (sent)
    raise(number);
}

const void *pointer(unsigned long long value) { return reinterpret_cast<const void *>(value); }

const mcontext_t &machine_of(const void *context) {
  return static_cast<const ucontext_t *>(context)->uc_mcontext;
}

const void *program_counter(const void *context) {
  const mcontext_t &machine = machine_of(context);
#if defined(__x86_64__)
  return pointer(machine.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return pointer(machine.pc);
#elif defined(__riscv)
  return pointer(machine.__gregs[REG_PC]);
#elif defined(__loongarch__)
  return pointer(machine.__pc);
#endif
}

void on_fault(int number, siginfo_t *info, void *context) {
  // A signal that somebody sent (kill, raise, abort) is not a fault.
  if (info->si_code > 0) {
    if (FaultGuard *guard = current_guard)
      siglongjmp(guard->jump, 1);
    if (Worker *worker = Worker::current()) {
      FaultSignal fault{number, info->si_code, info->si_addr, program_counter(context)};
      look_at_operand(fault, context);
      worker->on_fault(fault, context); // returns if not the kernel's
    }
  }
  pass_on(number, info, context);
}

void on_interrupt(int number, siginfo_t *info, void *context) {
  if (info->si_code == SI_TKILL && info->si_pid == getpid()) {
    Worker *worker = Worker::current();
    // It returns if the kernel may go on; the program's own signals are passed on.
    if (worker && worker->on_interrupt(program_counter(context)))
      return;
  }
  if (handles(previous[number]))
    call(previous[number], number, info, context);
}

void install(int number, void (*handler)(int, siginfo_t *, void *), int flags) {
  struct sigaction action = {}, found = {};
  action.sa_sigaction = handler;
  // The handler is left by a switch of stacks, so the signal must not stay blocked.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | flags;
  sigemptyset(&action.sa_mask);
  sigaction(number, nullptr, &found);
  if ((found.sa_flags & SA_SIGINFO) && found.sa_sigaction == handler)
    return;
  previous[number] = found;
  sigaction(number, &action, nullptr);
}

} // namespace

void install_fault_handlers() {
  static std::mutex mutex;
  static bool known = false;
  std::lock_guard<std::mutex> lock(mutex);
  if (!known) {
    find_libraries();
    known = true;
  }
  for (int number : kSignals)
    install(number, on_fault, 0);
  install(kInterrupt, on_interrupt, SA_RESTART);
}

void keep_fault_handlers() {
  struct sigaction found;
  if (sigaction(SIGSEGV, nullptr, &found) == 0 &&
      (!(found.sa_flags & SA_SIGINFO) || found.sa_sigaction != on_fault))
    install_fault_handlers();
}

const void *return_address(const void *context) {
  const mcontext_t &machine = machine_of(context);
#if defined(__x86_64__)
  return *reinterpret_cast<const void *const *>(machine.gregs[REG_RSP]);
#elif defined(__aarch64__)
  return pointer(machine.regs[30]);
#elif defined(__riscv)
  return pointer(machine.__gregs[REG_RA]);
#elif defined(__loongarch__)
  return pointer(machine.__gregs[1]);
#endif
}

Code code_at(const void *pc, const SampanModule &module) {
  auto at = reinterpret_cast<uintptr_t>(pc);
  Range text{reinterpret_cast<uintptr_t>(module.text_begin),
             reinterpret_cast<uintptr_t>(module.text_end)};
  if (text.holds(at))
    return Code::kernel;
  for (const Range &library : own_libraries) {
    if (library.holds(at))
      return Code::library;
  }
  return text.begin ? Code::other : Code::kernel;
}

SignalStack::SignalStack() {
  stack_t old = {};
  size_t least = getauxval(AT_MINSIGSTKSZ);
  if (sigaltstack(nullptr, &old) == 0 && !(old.ss_flags & SS_DISABLE) && old.ss_size >= 2 * least) {
    return;
  }
  size_ = (least + (64 << 10) + page_size() - 1) & ~(page_size() - 1);
  void *memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return;
  memory_ = memory;
  stack_t stack = {};
  stack.ss_sp = memory;
  stack.ss_size = size_;
  sigaltstack(&stack, nullptr);
}

SignalStack::~SignalStack() {
  if (!memory_)
    return;
  stack_t old = {};
  if (sigaltstack(nullptr, &old) == 0 && old.ss_sp == memory_) {
    stack_t none = {};
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, nullptr);
  }
  munmap(memory_, size_);
}

cudaError_t fault_error(const FaultSignal &signal) {
  if (signal.misaligned)
    return cudaErrorMisalignedAddress;
  switch (signal.number) {
  case SIGSEGV:
  case SIGBUS:
    return cudaErrorIllegalAddress;
  case SIGILL:
    return cudaErrorIllegalInstruction;
  default:
    return cudaErrorLaunchFailure;
  }
}

const char *fault_description(const FaultSignal &signal) {
  if (signal.misaligned)
    return "misaligned memory access";
  switch (signal.number) {
  case SIGSEGV:
  case SIGBUS:
    return "illegal memory access";
  case SIGILL:
    return "illegal instruction";
  case SIGFPE:
    return "arithmetic fault";
  default:
    return "trap";
  }
}

FaultGuard::FaultGuard() {
  static const bool installed = (install_fault_handlers(), true);
  (void)installed;
  current_guard = this;
}
FaultGuard::~FaultGuard() { current_guard = nullptr; }

} // namespace sampan
