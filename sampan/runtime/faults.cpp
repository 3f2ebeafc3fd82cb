#include "faults.h"

#include <csignal>
#include <cstdlib>
#include <mutex>
#include <sys/auxv.h>
#include <sys/mman.h>

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

void pass_on(int number, siginfo_t *info, void *context) {
  const struct sigaction &before = previous[number];
  if (before.sa_flags & SA_SIGINFO) {
    before.sa_sigaction(number, info, context);
  } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
    before.sa_handler(number);
  } else {
    // As if nobody had been here: the instruction faults again, or the sent signal arrives again.
    signal(number, SIG_DFL);
    if (info->si_code <= 0)
      raise(number);
  }
}

void on_fault(int number, siginfo_t *info, void *context) {
  // A signal that somebody sent (kill, raise, abort) is not a fault.
  if (info->si_code > 0) {
    FaultSignal fault{number, info->si_code, info->si_addr};
    if (FaultGuard *guard = current_guard)
      siglongjmp(guard->jump, 1);
    if (Worker *worker = Worker::current())
      worker->on_fault(fault); // returns if not the kernel's
  }
  pass_on(number, info, context);
}

} // namespace

void install_fault_handlers() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    // The handler is left by a switch of stacks, so the signal must not stay blocked.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (int number : kSignals)
      sigaction(number, &action, &previous[number]);
  });
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
  switch (signal.number) {
  case SIGSEGV:
    return cudaErrorIllegalAddress;
  case SIGBUS:
    return signal.code == BUS_ADRALN ? cudaErrorMisalignedAddress : cudaErrorIllegalAddress;
  case SIGILL:
    return cudaErrorIllegalInstruction;
  default:
    return cudaErrorLaunchFailure;
  }
}

const char *fault_description(const FaultSignal &signal) {
  switch (signal.number) {
  case SIGSEGV:
    // x86-64 does not say which address it was when it is not a canonical or not an aligned one.
    return signal.code == SI_KERNEL ? "wild or misaligned memory access" : "illegal memory access";
  case SIGBUS:
    return signal.code == BUS_ADRALN ? "misaligned memory access" : "illegal memory access";
  case SIGILL:
    return "illegal instruction";
  case SIGFPE:
    return "arithmetic fault";
  default:
    return "trap";
  }
}

FaultGuard::FaultGuard() {
  install_fault_handlers();
  current_guard = this;
}
FaultGuard::~FaultGuard() { current_guard = nullptr; }

} // namespace sampan
