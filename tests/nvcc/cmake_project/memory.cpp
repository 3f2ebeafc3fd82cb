#include "numbers.h"

void *shared_memory(size_t bytes) {
  void *memory = nullptr;
  if (cudaMallocManaged(&memory, bytes) == cudaSuccess)
    cudaMemset(memory, 0, bytes);
  return memory;
}
