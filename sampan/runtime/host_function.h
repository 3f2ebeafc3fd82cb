// A host function as a command of a stream or a graph.
#ifndef SAMPAN_HOST_FUNCTION_H
#define SAMPAN_HOST_FUNCTION_H

#include "api.h"
#include "scheduler.h"

namespace sampan {

class HostFunction final : public Command {
public:
  HostFunction(cudaHostFn_t function, void *data)
      : Command(Place::host_thread), function_(function), data_(data) {}
  // CUDA does not call it after an error either.
  void run(uint64_t, uint64_t) override {
    if (!sticky_error())
      function_(data_);
  }

private:
  cudaHostFn_t function_;
  void *data_;
};

} // namespace sampan

#endif
