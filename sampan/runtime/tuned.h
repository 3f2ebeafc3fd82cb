// SAMPAN_TUNED: what to do otherwise with single kernels, and whether to watch the results.
//
// The file, which sampan/at_launch/choices.py writes, has a line for each kernel:
//
//     MODULE KERNEL CODE CLAIM WORKERS
//
// the module's id (of a kernel compiled at launch that of its library), the mangled name, the form
// of its code as the compiler at launch knows it or "-", nanoseconds of work that a worker claims
// at a time or 0, and how many workers at most or 0. A line "check" asks for a digest of what the
// program takes back from the device.
#ifndef SAMPAN_TUNED_H
#define SAMPAN_TUNED_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace sampan {

struct TunedChoice {
  std::string code;     // empty: what the compiler prefers
  float claim = 0;      // nanoseconds; 0: the usual
  unsigned workers = 0; // 0: the whole pool
};

// Null where the kernel runs as usual.
const TunedChoice *tuned_choice(const char *module, const char *kernel);

// Whether results are watched.
bool watches_results();
// Adds to the digest what lies at `data`; `place` tells apart what else has the same bytes. The
// order of calls does not matter.
void watch_result(const void *data, size_t size, uint64_t place);
uint64_t results_digest();

} // namespace sampan

#endif
