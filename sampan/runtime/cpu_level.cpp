// Which code of a program runs that has some for several levels of the instruction set.

#include <cstdio>
#include <cstring>
#include <unistd.h>

#include "api.h"
#include "knobs.h"
#include "sampan_abi.h"

namespace sampan {
namespace {

// The levels of the x86-64 psABI, with the names that -mcpu has for them.
struct Level {
  uint32_t number;
  const char *name;
};
constexpr Level kLevels[] = {{4, "avx512"}, {3, "avx2"}, {2, "sse4.2"}};

bool has([[maybe_unused]] uint32_t level) {
#if defined(__x86_64__)
  __builtin_cpu_init(); // this may run before any constructor has
  switch (level) {
  case 4:
    return __builtin_cpu_supports("x86-64-v4");
  case 3:
    return __builtin_cpu_supports("x86-64-v3");
  case 2:
    return __builtin_cpu_supports("x86-64-v2");
  default:
    return false;
  }
#else
  return false;
#endif
}

// A number above all levels where nothing is asked for.
uint32_t most_allowed() {
  const char *text = environment("SAMPAN_LEVEL");
  if (!text)
    return UINT32_MAX;
  for (const Level &level : kLevels) {
    if (std::strcmp(level.name, text) == 0)
      return level.number;
  }
  complain("SAMPAN_LEVEL", text, "avx512, avx2 or sse4.2");
  return UINT32_MAX;
}

} // namespace
} // namespace sampan

SAMPAN_API uint32_t sampan_cpu_level(uint32_t least) {
  using namespace sampan;
  static const uint32_t most = most_allowed();
  for (const Level &level : kLevels) {
    if (level.number <= most && level.number >= least && has(level.number))
      return level.number;
  }
  constexpr int machine_lacks_something = 4; // docs/cli.md
  const char *name = kLevels[2].name;
  for (const Level &level : kLevels)
    name = level.number == least ? level.name : name;
  std::fprintf(stderr,
               "sampan: error: the kernels of this program need a processor with %s or better\n",
               name);
  _exit(machine_lacks_something);
}
