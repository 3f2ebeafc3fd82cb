// Copies and fills as commands, and the rules about when the caller waits for them.
#ifndef SAMPAN_TRANSFERS_H
#define SAMPAN_TRANSFERS_H

#include <cstddef>

#include "sampan_cuda_types.h"
#include "scheduler.h"

namespace sampan {

// Memory as rows in slices. Linear memory is one row.
struct Region {
  char *start = nullptr;
  size_t pitch = 0; // from row to row
  size_t slice = 0; // from slice to slice
};

struct Size3D {
  size_t width = 0; // bytes
  size_t height = 1;
  size_t depth = 1;
  size_t bytes() const { return width * height * depth; }
};

enum class Wait { always, as_documented };

// Copies in the order of `stream`. Checks what can be known about the pointers.
cudaError_t copy(Region to, Region from, Size3D size, cudaMemcpyKind kind, cudaStream_t stream,
                 Wait wait);
// Fills with elements of 1, 2 or 4 bytes.
cudaError_t fill(Region to, Size3D size, unsigned value, unsigned element, cudaStream_t stream,
                 Wait wait);

// The same as commands to submit, of pieces that several workers may share.
CommandRef copy_command(Region to, Region from, Size3D size);
CommandRef fill_command(Region to, Size3D size, unsigned value, unsigned element);

inline Region linear(const void *pointer) {
  return {const_cast<char *>(static_cast<const char *>(pointer)), 0, 0};
}

} // namespace sampan

#endif
