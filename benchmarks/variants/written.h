// The ways to write a kernel that variants.py compares, as macros:
//   INDEX      the type of indices: int (as it is) or size_t
//   BLOCKS     1 or 2: the axes of a block
//   STRIDE     defined: a loop over the grid's threads; else a thread an element
//   RESTRICT   __restrict__, or not defined
//   ARRAYS     defined: structures of arrays; else arrays of structures
#pragma once
#include "../hosts/cuda_host.h"

#ifndef INDEX
#define INDEX int
#endif
#ifndef RESTRICT
#define RESTRICT
#endif

// The thread's number in the grid, and how many there are.
__device__ inline INDEX number() {
#if BLOCKS == 2
  return ((INDEX)blockIdx.x * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
#else
  return (INDEX)blockIdx.x * blockDim.x + threadIdx.x;
#endif
}

#ifdef STRIDE
#define EACH(i, n)                                                                                 \
  for (INDEX i = number(); i < (INDEX)(n); i += (INDEX)gridDim.x * blockDim.x * blockDim.y)
#else
#define EACH(i, n) if (INDEX i = number(); i < (INDEX)(n))
#endif

// The place of a member of element i of n, of structures with `members` floats.
#ifdef ARRAYS
#define AT(i, member, n, members) ((INDEX)(member) * (n) + (i))
#else
#define AT(i, member, n, members) ((i) * (members) + (member))
#endif

// Column and row of a thread in a matrix.
#if BLOCKS == 2
#define EACH_CELL(COLUMN, ROW, WIDTH, HEIGHT)                                                      \
  INDEX COLUMN = (INDEX)blockIdx.x * blockDim.x + threadIdx.x;                                     \
  INDEX ROW = (INDEX)blockIdx.y * blockDim.y + threadIdx.y;                                        \
  if (COLUMN < (INDEX)(WIDTH) && ROW < (INDEX)(HEIGHT))
#else
#define EACH_CELL(COLUMN, ROW, WIDTH, HEIGHT)                                                      \
  INDEX linear = number(), COLUMN = linear % (WIDTH), ROW = linear / (WIDTH);                      \
  if (ROW < (INDEX)(HEIGHT))
#endif
