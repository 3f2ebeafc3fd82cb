// Faults of kernels and of copies: the signals they raise are caught, everything else is passed on
// to whoever handled it before.
#ifndef SAMPAN_FAULTS_H
#define SAMPAN_FAULTS_H

#include <csetjmp>
#include <cstdint>

#include "sampan_cuda_types.h"

namespace sampan {

// Installs the signal handlers, the first time it is called.
void install_fault_handlers();

// An alternate signal stack for the calling thread, for its lifetime, unless it has one: a fault
// for lack of stack must be handled on another one.
class SignalStack {
public:
  SignalStack();
  ~SignalStack();
  SignalStack(const SignalStack &) = delete;
  SignalStack &operator=(const SignalStack &) = delete;

private:
  void *memory_ = nullptr;
  size_t size_ = 0;
};

// What a signal said, in a form that a signal handler can write.
struct FaultSignal {
  int number = 0;
  int code = 0;
  const void *address = nullptr;
};

// The error a kernel's signal stands for, and what to call it.
cudaError_t fault_error(const FaultSignal &signal);
const char *fault_description(const FaultSignal &signal);

// While one exists, a fault of this thread jumps to its `jump`, which was set by sigsetjmp(…, 0).
struct FaultGuard {
  FaultGuard();
  ~FaultGuard();
  sigjmp_buf jump;
};

// Runs `body` (which may hold no locks and no destructors); false if it touched memory that is not
// there.
template <typename Body> bool guarded(Body &&body) {
  FaultGuard guard;
  if (sigsetjmp(guard.jump, 0))
    return false;
  body();
  return true;
}

} // namespace sampan

#endif
