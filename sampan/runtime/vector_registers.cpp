// Whether this machine's vector registers are as large as the kernels of a program assume. Asked
// when the program starts: with others, code for vectors of fixed size would compute nonsense.

#include <cstdio>
#include <unistd.h>

#include "api.h"
#include "sampan_abi.h"

#if defined(__aarch64__)
#include <sys/prctl.h>
#elif defined(__riscv)
#include <csetjmp>
#include <csignal>
#endif

namespace sampan {
namespace {

#if defined(__aarch64__)

#ifndef PR_SVE_SET_VL
#define PR_SVE_SET_VL 50
#endif

// Larger registers can be used as smaller ones: threads inherit this from the first.
unsigned register_bits(unsigned wanted) {
  constexpr int length = 0xffff; // of the result: bytes
  int found = prctl(PR_SVE_SET_VL, wanted / 8, 0, 0, 0);
  return found < 0 ? 0 : static_cast<unsigned>(found & length) * 8;
}

bool serves(unsigned found, unsigned wanted) { return found == wanted; }

#elif defined(__riscv)

sigjmp_buf no_vectors;

unsigned register_bits(unsigned) {
  struct sigaction action = {}, before = {};
  action.sa_handler = [](int) { siglongjmp(no_vectors, 1); };
  sigaction(SIGILL, &action, &before);
  unsigned long bytes = 0;
  if (sigsetjmp(no_vectors, 1) == 0)
    asm volatile("csrr %0, 0xc22" : "=r"(bytes)); // vlenb
  sigaction(SIGILL, &before, nullptr);
  return static_cast<unsigned>(bytes) * 8;
}

bool serves(unsigned found, unsigned wanted) { return found >= wanted; }

#else

unsigned register_bits(unsigned wanted) { return wanted; }
bool serves(unsigned, unsigned) { return true; }

#endif

} // namespace
} // namespace sampan

SAMPAN_API void sampan_require_vectors(uint32_t bits) {
  unsigned found = sampan::register_bits(bits);
  if (sampan::serves(found, bits))
    return;
  constexpr int machine_lacks_something = 4; // docs/cli.md
  std::fprintf(stderr,
               "sampan: error: the kernels of this program are compiled for vector registers of %u "
               "bits; this machine has %s\n",
               bits, found ? "others" : "none");
  _exit(machine_lacks_something);
}
