// Included before the runtime's files (direct.py): a worker that knows no more than fibres need stands
// in for the runtime's. A kernel that cannot go on ends the process.
#ifndef SAMPAN_WORKER_H
#define SAMPAN_WORKER_H

#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "fibres.h"
#include "sampan_abi.h"

namespace sampan {

struct Failure {
  enum class Kind { none, fault, assertion, trap, deadlock, no_memory, timeout, cancelled };
};
struct Code { uint32_t local_bytes; };
struct Kernel { Code code; };
struct KernelRun {
  const SampanLaunch *launch;
  Kernel *kernel;
  const SampanVariant *variant;
  uint64_t first, count;
  bool together;
  bool cancelled() const { return false; }
};
class Worker {
public:
  [[noreturn]] void abandon(Failure::Kind kind, const SampanThread *, const void * = nullptr) {
    fprintf(stderr, kind == Failure::Kind::deadlock ? "threads wait for ever\n" : "kernel left\n");
    _exit(3); // not exit: this is a fibre's stack
  }
  void abandon_if_due(const SampanThread *, const void *) {}
  void *native_context() const { return native; }
  void *native = nullptr;
};

} // namespace sampan

#endif
