// The table of memory that programs allocated through the runtime, or registered with it.
#ifndef SAMPAN_ALLOCATIONS_H
#define SAMPAN_ALLOCATIONS_H

#include <cstddef>
#include <cstdint>

#include "sampan_cuda_types.h"

namespace sampan {

struct Allocation {
  char *start = nullptr;
  size_t size = 0;
  cudaMemoryType type = cudaMemoryTypeDevice;
  unsigned flags = 0;
  int device = 0;    // that was the thread's when it was allocated
  bool owned = true; // else the program registered its own memory
};

// Null if there is no memory for it. The memory's alignment is at least 256 bytes.
void *allocate(size_t size, cudaMemoryType type, unsigned flags = 0);
// Frees what starts at `pointer` if it is owned and of a type in the set (bit n: type n).
bool release(void *pointer, unsigned types);
// Device and managed memory; a program may still look at its host memory after a reset.
void release_device_memory();

bool register_host(void *pointer, size_t size, unsigned flags); // false if part of it is known
bool unregister_host(void *pointer);

// The allocation that `pointer` lies in, or the device variable; false if there is none.
bool find_allocation(const void *pointer, Allocation &found);

size_t allocated_device_bytes();
constexpr unsigned type_bit(cudaMemoryType type) { return 1u << type; }

} // namespace sampan

#endif
