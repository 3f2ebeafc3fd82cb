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
  uint64_t pool = 0; // that can be shared with other processes, and its memory with it; 0 = none
};

// Null if there is no memory for it. The memory's alignment is at least 256 bytes.
void *allocate(size_t size, cudaMemoryType type, unsigned flags = 0, uint64_t pool = 0);
// Frees what starts at `pointer` if it is owned and of a type in the set (bit n: type n).
bool release(void *pointer, unsigned types);
// Device and managed memory; a program may still look at its host memory after a reset.
void release_device_memory();

bool register_host(void *pointer, size_t size, unsigned flags); // false if part of it is known
bool unregister_host(void *pointer);

// Makes the memory of the allocation that `pointer` lies in one that other processes can map: the
// file that holds it, which stays the allocation's, and how many bytes of it. Nothing may be using
// the memory meanwhile. Memory of less than kSmallestShared bytes cannot be shared, unless it is of
// such a pool.
constexpr size_t kSmallestShared = 64 << 10;
cudaError_t share_allocation(const void *pointer, int &file, size_t &mapped);
// Enters memory that another process shares, mapped at `start`, as device memory.
void adopt_shared(void *start, size_t size, size_t mapped, uint64_t pool);
constexpr unsigned kForeignFlag = 1u << 30; // Allocation.flags: of adopted memory

// The allocation that `pointer` lies in, or the device variable; false if there is none.
bool find_allocation(const void *pointer, Allocation &found);

size_t allocated_device_bytes();
constexpr unsigned type_bit(cudaMemoryType type) { return 1u << type; }

} // namespace sampan

#endif
