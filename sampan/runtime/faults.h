// Faults of kernels and of copies: the signals they raise are caught, everything else is passed on
// to whoever handled it before.
#ifndef SAMPAN_FAULTS_H
#define SAMPAN_FAULTS_H

#include <csetjmp>
#include <csignal>
#include <cstdint>

#include "sampan_abi.h"
#include "sampan_cuda_types.h"

namespace sampan {

// Installs the signal handlers where they are not.
void install_fault_handlers();
// The same if the program has put a handler of its own in their place since; that one is then
// called for what is no fault of a kernel. Cheap.
void keep_fault_handlers();

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
  const void *pc = nullptr; // of the instruction
  bool misaligned = false;
  // Of an instruction that accesses `elements` addresses: the number of the one that faulted.
  unsigned element = 0, elements = 0;
};

// Whose code an instruction is.
enum class Code {
  kernel,  // between `text_begin` and `text_end`
  library, // this library's, the C library's
  other,   // the program's: a signal handler of its own, say
};
Code code_at(const void *pc, const SampanModule &module);

// Where the code goes on that was just called, from the context of a signal handler.
const void *return_address(const void *context);

// Sent to a worker's thread to make it look at whether its kernel shall go on. Ignored by default,
// so one that comes too late does no harm.
constexpr int kInterrupt = SIGURG;

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
