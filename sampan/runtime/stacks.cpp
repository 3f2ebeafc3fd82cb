#include "stacks.h"

#include <algorithm>
#include <atomic>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102 // Linux 6.13: a guard that splits no mapping
#endif

namespace sampan {
namespace {

// Each guard made by mprotect costs two of the process's mappings, of which Linux allows 65530 by
// default; leave most of them to the program.
std::atomic<int> guards_left{12000};
std::atomic<bool> guards_are_free{true};

// Large, because a function may skip many pages at once when it makes room for its frame.
size_t guard_size(size_t size) {
  return std::max(page_size(), std::min<size_t>(size / 2, 1 << 20) & ~(page_size() - 1));
}

size_t rounded(size_t size) { return (size + page_size() - 1) & ~(page_size() - 1); }

// Lets the system read the byte, not us: under a debugger a fault of ours would stop the program.
bool readable(const char *at) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    return true;
  bool read = write(ends[1], at, 1) == 1;
  close(ends[0]);
  close(ends[1]);
  return read;
}

// An emulator may accept advice that it does not know, so the first guard is tried.
bool guard_holds(const char *at) {
  static const bool holds = !readable(at);
  return holds;
}

bool install_guard(char *at, size_t size) {
  if (guards_are_free.load(std::memory_order_relaxed)) {
    if (madvise(at, size, MADV_GUARD_INSTALL) == 0 && guard_holds(at))
      return true;
    guards_are_free.store(false, std::memory_order_relaxed);
  }
  if (guards_left.fetch_sub(1, std::memory_order_relaxed) <= 0)
    return false;
  return mprotect(at, size, PROT_NONE) == 0;
}

} // namespace

size_t page_size() {
  static const size_t size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

bool map_stacks(size_t size, unsigned count, Stack *stacks) {
  size = rounded(size);
  size_t guard = guard_size(size);
  void *mapping = mmap(nullptr, (size + guard) * count, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (mapping == MAP_FAILED)
    return false;
  // A huge page per stack would commit far more than the page or two that most need.
  madvise(mapping, (size + guard) * count, MADV_NOHUGEPAGE);
  char *at = static_cast<char *>(mapping);
  for (unsigned i = 0; i < count; ++i, at += guard + size) {
    stacks[i].guard = install_guard(at, guard) ? guard : 0;
    stacks[i].low = at + guard;
    stacks[i].high = at + guard + size;
  }
  return true;
}

void unmap_stacks(size_t size, unsigned count, const Stack &first) {
  if (!guards_are_free.load(std::memory_order_relaxed))
    guards_left.fetch_add(count);
  size = rounded(size);
  munmap(first.low - guard_size(size), (size + guard_size(size)) * count);
}

} // namespace sampan
