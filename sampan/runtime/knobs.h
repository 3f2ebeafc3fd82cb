// The SAMPAN_* environment variables that the runtime reads, once, when it is first used.
#ifndef SAMPAN_KNOBS_H
#define SAMPAN_KNOBS_H

#include <cstddef>
#include <string>

namespace sampan {

struct Knobs {
  unsigned threads;    // SAMPAN_THREADS: workers; default the CPUs this process may use
  unsigned processors; // SAMPAN_PROCESSORS: multiprocessors that programs are told of
  size_t fibre_stack;  // SAMPAN_FIBRE_STACK: bytes of a fibre's stack
  unsigned devices;    // SAMPAN_DEVICES: logical devices that a program sees; default one
  size_t memory;       // SAMPAN_MEMORY: bytes of device memory; default all of the machine's
  int arch_major;      // SAMPAN_ARCH: the compute capability programs are told
  int arch_minor;
  std::string device_name; // SAMPAN_DEVICE: the device that kernels run on, instead of the CPU
  int device;              // its number among the OpenCL devices; -1 where the name is none
  std::string stats;       // SAMPAN_STATS: where to write what the kernels did; "-" is stderr
  size_t uncached;      // SAMPAN_UNCACHED: a grid that stores so many bytes does so past the caches
  double timeout;       // SAMPAN_TIMEOUT: seconds that a kernel may take; 0 is for ever
  std::string kernels;  // SAMPAN_KERNELS: where libraries of single kernels lie (at_launch.h)
  int compiler;         // SAMPAN_COMPILER: a socket to what makes them; -1 for none
  bool verbose;         // SAMPAN_VERBOSE: explain every failed call, not only the first of a kind
  bool launch_blocking; // CUDA_LAUNCH_BLOCKING: a launch returns when its grid has finished
};

const Knobs &knobs();

// The value of an environment variable that is set and not empty, else null.
const char *environment(const char *name);
// Says of a variable's value that it is none, and what would be.
void complain(const char *name, const char *text, const char *use);

// Memory this process may use: the machine's, or its control group's limit where that is smaller.
size_t usable_memory();
// What of it is free now.
size_t available_memory();

} // namespace sampan

#endif
