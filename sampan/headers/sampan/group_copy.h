// Copies by one thread or by the threads of a group together: each takes every step-th word. They
// are done when the call returns.
#ifndef SAMPAN_GROUP_COPY_H
#define SAMPAN_GROUP_COPY_H

namespace __sampan {

template <typename Word>
__device__ inline void copy_words(size_t first, size_t step, void *to, const void *from,
                                  size_t count) {
  auto *target = static_cast<Word *>(to);
  auto *source = static_cast<const Word *>(from);
  for (size_t i = first; i < count; i += step)
    target[i] = source[i];
}

__device__ inline void copy_bytes(size_t first, size_t step, void *to, const void *from,
                                  size_t bytes) {
  bool words = ((reinterpret_cast<size_t>(to) | reinterpret_cast<size_t>(from) | bytes) & 3) == 0;
  if (words)
    copy_words<unsigned int>(first, step, to, from, bytes / 4);
  else
    copy_words<unsigned char>(first, step, to, from, bytes);
}

} // namespace __sampan

#endif
