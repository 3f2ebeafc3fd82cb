// The device that kernels run on when SAMPAN_DEVICE names one, or when the program was compiled for
// devices alone.
//
// Its memory is the host's as well (fine-grained shared virtual memory): a pointer is the same
// number on both sides, so copies, fills and managed memory are done as without a device, and
// streams, events and graphs order launches as ever. Only memory and grids come here.
#ifndef SAMPAN_ACCELERATOR_H
#define SAMPAN_ACCELERATOR_H

#include <cstddef>
#include <string>

#include "grid.h"
#include "registry.h"
#include "worker.h"

namespace sampan::accelerator {

// Whether there shall be one. A module with device code wants one, whatever SAMPAN_DEVICE says.
bool wanted();
// Opens it at the first call. An error where it is wanted and cannot be had; why was said on
// standard error.
cudaError_t state();

// Memory that both sides see, aligned to 256 bytes at least; null if there is none.
void *allocate(size_t bytes, size_t alignment);
void release(void *memory);
// Whether kernels may use memory that was not allocated here.
bool sees_host_memory();

// Copies a module's variables to the device and notes their places in its table.
void place_variables(const SampanModule &module);

// Whether it can run the kernel in that shape; `why` says why not.
cudaError_t check(const Kernel &kernel, const LaunchShape &shape, std::string &why);
// Runs a whole grid; what it ends with goes where the run says.
void run(const KernelRun &run);

// What the device calls itself, and how much it has.
struct Description {
  std::string name;
  unsigned units = 1;
  size_t memory = 0;
};
const Description &description();

} // namespace sampan::accelerator

#endif
