#include "knobs.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sched.h>
#include <unistd.h>
#include <vector>

// A program may carry the architecture it was compiled for, as major * 10 + minor.
extern "C" __attribute__((weak)) int sampan_compute_capability;

namespace sampan {
namespace {

unsigned available_cpus() {
  // More CPUs than a cpu_set_t holds make the call fail with EINVAL, so grow the set.
  for (int cpus = CPU_SETSIZE; cpus <= (1 << 20); cpus *= 2) {
    cpu_set_t *set = CPU_ALLOC(cpus);
    size_t size = CPU_ALLOC_SIZE(cpus);
    bool known = set && sched_getaffinity(0, size, set) == 0;
    unsigned count = known ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (count)
      return count;
  }
  return 1;
}

// A number from 1 to `most`; 0 where there is none that makes sense.
unsigned read_number(const char *name, unsigned most) {
  const char *text = environment(name);
  if (!text)
    return 0;
  char *end;
  long value = std::strtol(text, &end, 10);
  if (*end || value < 1 || value > static_cast<long>(most)) {
    std::string use = "a number from 1 to " + std::to_string(most);
    complain(name, text, use.c_str());
    return 0;
  }
  return static_cast<unsigned>(value);
}

unsigned read_threads() {
  unsigned threads = read_number("SAMPAN_THREADS", 4096);
  return threads ? threads : available_cpus();
}

// Programs make grids for a device of tens of multiprocessors; some divide by what a few would
// hold.
constexpr unsigned kLeastProcessors = 16;

unsigned read_processors(unsigned threads) {
  unsigned processors = read_number("SAMPAN_PROCESSORS", 4096);
  return processors ? processors : std::max(threads, kLeastProcessors);
}

size_t read_size(const char *name, size_t fallback) {
  const char *text = environment(name);
  if (!text)
    return fallback;
  char *end;
  double value = std::strtod(text, &end);
  static constexpr char units[] = "kmgt";
  double scale = 1;
  if (*end) {
    const char *unit = std::strchr(units, *end | 0x20);
    scale = unit && *unit ? static_cast<double>(1ull << (10 * (unit - units + 1))) : -1;
    ++end;
    if (*end == 'i')
      ++end;
    if ((*end | 0x20) == 'b')
      ++end;
  }
  if (*end || end == text || !(value * scale >= 1)) {
    complain(name, text, "a size such as 128K, 500M or 2G");
    return fallback;
  }
  return static_cast<size_t>(value * scale);
}

// In seconds.
double read_time(const char *name) {
  const char *text = environment(name);
  if (!text)
    return 0;
  char *end;
  double value = std::strtod(text, &end);
  if (*end == 's')
    ++end;
  if (*end || end == text || !(value >= 0 && value < 1e9)) {
    complain(name, text, "a number of seconds, 0 for no limit");
    return 0;
  }
  return value;
}

bool read_flag(const char *name) {
  const char *text = environment(name);
  return text && std::strcmp(text, "0") != 0;
}

// 8.0, 80, sm_80, sm_90a
void read_arch(Knobs &knobs) {
  int code = &sampan_compute_capability ? sampan_compute_capability : 80;
  if (const char *text = environment("SAMPAN_ARCH")) {
    const char *digits = text + std::strcspn(text, "0123456789");
    int major = 0;
    int minor = -1;
    if (std::sscanf(digits, "%d.%d", &major, &minor) == 1 && major >= 10) {
      minor = major % 10;
      major /= 10;
    }
    if (major >= 1 && major < 100 && minor >= 0 && minor <= 9) {
      code = major * 10 + minor;
    } else {
      complain("SAMPAN_ARCH", text, "a compute capability such as 8.0 or sm_80");
    }
  }
  knobs.arch_major = code / 10;
  knobs.arch_minor = code % 10;
}

// opencl:N. Without a name a program that was compiled for OpenCL devices takes the first.
void read_device(Knobs &knobs) {
  const char *text = environment("SAMPAN_DEVICE");
  if (!text)
    return;
  knobs.device_name = text;
  static constexpr char prefix[] = "opencl:";
  const char *digits = text + sizeof prefix - 1;
  bool named = std::strncmp(text, prefix, sizeof prefix - 1) == 0 && *digits &&
               std::strlen(digits) <= 4 && digits[std::strspn(digits, "0123456789")] == 0;
  knobs.device = named ? std::atoi(digits) : -1;
}

// A file that holds one number, such as a control group's limit; 0 where there is none.
size_t number_in(const char *path) {
  std::ifstream file(path);
  size_t value = 0;
  return file >> value ? value : 0;
}

// Bytes of the largest cache that the first CPU has; where the kernel does not say, more than any
// has. (The C library adds up those of all groups of cores, even of cores that are another's.)
size_t last_cache() {
  size_t most = 0;
  for (int level = 0; level < 10; ++level) {
    std::string folder = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(level);
    size_t kilobytes = number_in((folder + "/size").c_str());
    if (!kilobytes)
      break;
    most = std::max(most, kilobytes << 10);
  }
  return most ? most : SIZE_MAX;
}

// The number after `key` in a file of "key number …" lines.
size_t number_after(const char *path, const char *key) {
  std::ifstream file(path);
  std::string name, rest;
  size_t value;
  while (file >> name >> value && std::getline(file, rest)) {
    if (name == key)
      return value;
  }
  return 0;
}

size_t group_limit() {
  size_t limit = number_in("/sys/fs/cgroup/memory.max");
  return limit ? limit : number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes");
}

// Without the page cache that would be dropped for an allocation.
size_t group_usage() {
  size_t usage = number_in("/sys/fs/cgroup/memory.current");
  size_t cache = number_after("/sys/fs/cgroup/memory.stat", "inactive_file");
  if (!usage) {
    usage = number_in("/sys/fs/cgroup/memory/memory.usage_in_bytes");
    cache = number_after("/sys/fs/cgroup/memory/memory.stat", "total_inactive_file");
  }
  return usage > cache ? usage - cache : 0;
}

Knobs read_knobs() {
  Knobs knobs{};
  knobs.threads = read_threads();
  knobs.processors = read_processors(knobs.threads);
  knobs.fibre_stack = read_size("SAMPAN_FIBRE_STACK", 128 << 10);
  knobs.devices = std::max(1u, read_number("SAMPAN_DEVICES", 64));
  knobs.memory = read_size("SAMPAN_MEMORY", usable_memory());
  knobs.uncached = read_size("SAMPAN_UNCACHED", last_cache() / 2);
  knobs.timeout = read_time("SAMPAN_TIMEOUT");
  read_arch(knobs);
  read_device(knobs);
  if (const char *path = environment("SAMPAN_STATS"))
    knobs.stats = path;
  if (const char *folder = environment("SAMPAN_KERNELS"))
    knobs.kernels = folder;
  unsigned compiler = read_number("SAMPAN_COMPILER", INT32_MAX);
  knobs.compiler = compiler ? static_cast<int>(compiler) : -1;
  knobs.verbose = read_flag("SAMPAN_VERBOSE");
  knobs.launch_blocking = read_flag("CUDA_LAUNCH_BLOCKING");
  return knobs;
}

} // namespace

void complain(const char *name, const char *text, const char *use) {
  std::fprintf(stderr, "sampan: %s=%s makes no sense; use %s\n", name, text, use);
}

const char *environment(const char *name) {
  const char *text = std::getenv(name);
  return text && *text ? text : nullptr;
}

size_t usable_memory() {
  size_t physical = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  size_t limit = group_limit();
  return limit ? std::min(limit, physical) : physical;
}

size_t available_memory() {
  size_t available = number_after("/proc/meminfo", "MemAvailable:") << 10;
  if (!available)
    available = usable_memory();
  if (size_t limit = group_limit(); limit && limit < SIZE_MAX / 2) {
    size_t usage = group_usage();
    available = std::min(available, limit > usage ? limit - usage : 0);
  }
  return available;
}

const Knobs &knobs() {
  static const Knobs &knobs = *new Knobs(read_knobs());
  return knobs;
}

} // namespace sampan
