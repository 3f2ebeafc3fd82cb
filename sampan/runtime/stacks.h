// Memory for the stacks that kernels run on: reserved, committed by the first touch, and with a
// guard below each so that an overflow faults instead of writing into its neighbour.
#ifndef SAMPAN_STACKS_H
#define SAMPAN_STACKS_H

#include <cstddef>

namespace sampan {

struct Stack {
  char *low = nullptr; // usable bytes are [low, high)
  char *high = nullptr;
  size_t guard = 0; // inaccessible bytes below `low`; 0 where the system allows no more of them

  bool overflowed_at(const void *address) const {
    auto *at = static_cast<const char *>(address);
    return at < low && at >= low - guard;
  }
};

size_t page_size();
constexpr size_t round_up(size_t size, size_t to) { return (size + to - 1) / to * to; }

// `count` stacks of at least `size` bytes in one mapping, which `unmap_stacks` takes back whole.
// Returns false where there is no memory.
bool map_stacks(size_t size, unsigned count, Stack *stacks);
void unmap_stacks(size_t size, unsigned count, const Stack &first);

} // namespace sampan

#endif
