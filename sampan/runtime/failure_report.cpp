// What a worker says of a kernel that failed.

#include <algorithm>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <mutex>

#include "api.h"
#include "knobs.h"
#include "lines.h"
#include "watchdog.h"
#include "worker.h"

SAMPAN_API const char *cudaGetErrorName(cudaError_t error);

namespace sampan {
namespace {

__attribute__((format(printf, 1, 2))) std::string text(const char *format, ...) {
  char buffer[200];
  va_list values;
  va_start(values, format);
  std::vsnprintf(buffer, sizeof buffer, format, values);
  va_end(values);
  return buffer;
}

std::string index(const uint32_t (&i)[3]) { return text("[%u,%u,%u]", i[0], i[1], i[2]); }

std::string thread_index(uint32_t linear, const uint32_t (&block)[3]) {
  const uint32_t i[3] = {linear % block[0], linear / block[0] % block[1],
                         linear / block[0] / block[1]};
  return index(i);
}

} // namespace

// ", block …, thread …": as much as is known.
std::string Worker::where() const {
  if (!failure_.thread_known)
    return "";
  std::string result = ", block " + index(failure_.block);
  // Vector code keeps track of its gang of threads; a call out of it may name one of them.
  bool named = failure_.kind == Failure::Kind::assertion || failure_.kind == Failure::Kind::trap;
  if (named || run_.variant->width <= 1)
    return result + ", thread " + index(failure_.thread);
  const SampanLaunch &launch = *run_.launch;
  uint32_t first = failure_.linear_thread;
  uint32_t end = std::max(first + 1, std::min(first + run_.variant->width, launch.block_threads));
  // A gather or scatter tells which of its elements it was; a gang may take several of them.
  uint32_t step = 1, lane = 0;
  const FaultSignal &signal = failure_.signal;
  if (failure_.kind == Failure::Kind::fault && signal.elements) {
    step = std::min(signal.elements, run_.variant->width);
    lane = signal.element % step;
  }
  if (step > 1 && first + lane < end) {
    std::string threads;
    for (uint32_t thread = first + lane; thread < end; thread += step)
      threads += (threads.empty() ? "" : " or ") + thread_index(thread, launch.block);
    return result + ", thread " + threads;
  }
  if (end - first == 1)
    return result + ", thread " + thread_index(first, launch.block);
  return result + ", a thread of " + thread_index(first, launch.block) + " to " +
         thread_index(end - 1, launch.block);
}

void Worker::report() const {
  cudaError_t error = cudaErrorLaunchFailure;
  std::string what;
  switch (failure_.kind) {
  case Failure::Kind::none:
  case Failure::Kind::cancelled:
    return;
  case Failure::Kind::assertion:
    error = cudaErrorAssert;
    what = "assertion failed"; // which, and in which line, it has said itself
    break;
  case Failure::Kind::fault:
    error = fault_error(failure_.signal);
    if (failure_.stack_overflow) {
      error = cudaErrorHardwareStackError;
      what = "stack overflow";
      if (!sampan_is_vector(run_.variant))
        what += " (SAMPAN_FIBRE_STACK makes stacks larger)";
    } else {
      what = fault_description(failure_.signal);
      auto address = reinterpret_cast<uintptr_t>(failure_.signal.address);
      if (failure_.signal.number == SIGSEGV || failure_.signal.number == SIGBUS) {
        bool known = failure_.signal.code != SI_KERNEL || address;
        what += known ? text(" at address 0x%zx", address) : " (the address is not known)";
      }
    }
    break;
  case Failure::Kind::trap:
    what = "trap";
    break;
  case Failure::Kind::deadlock:
    what = "deadlock: its threads wait for each other";
    break;
  case Failure::Kind::stuck:
    what = "deadlock: all its threads wait, and nobody is left who could change what they wait for";
    break;
  case Failure::Kind::timeout:
    error = cudaErrorLaunchTimeout;
    what = text("did not end in %g s (SAMPAN_TIMEOUT)", knobs().timeout);
    break;
  case Failure::Kind::no_memory:
    error = cudaErrorLaunchOutOfResources;
    what = "no memory for its stacks or its shared memory";
    break;
  }
  // Said before the program can see the error, which may end it.
  static std::mutex reporting;
  std::lock_guard<std::mutex> lock(reporting);
  if (!run_.outcome && sticky_error())
    return; // another worker's message is enough
  std::string line = failure_.pc ? source_line(failure_.pc) : "";
  std::string text = "kernel " + run_.kernel->display_name() + where() + ": " + what;
  if (!line.empty())
    text += ", " + line;
  if (run_.outcome) {
    run_.outcome->fail(error, std::move(text));
  } else {
    std::fprintf(stderr, "sampan: %s (%s)\n", text.c_str(), cudaGetErrorName(error));
    set_sticky_error(error);
  }
  watchdog::end_all();
}

} // namespace sampan
