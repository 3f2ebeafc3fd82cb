// The _block and _system forms, and fences.
#include "check.h"

__global__ void run(int *cells, unsigned *flags, int *data) {
  atomicAdd_system(&cells[0], 1);
  atomicMax_system(&cells[1], int(threadIdx.x));
  __shared__ int local;
  if (threadIdx.x == 0)
    local = 0;
  __syncthreads();
  atomicAdd_block(&local, 2);
  atomicOr_block(&cells[4 + blockIdx.x], 1 << (threadIdx.x % 31));
  __syncthreads();
  if (threadIdx.x == 0) {
    cells[2 + blockIdx.x] = local;
    data[blockIdx.x] = 1000 + blockIdx.x;
    __threadfence();
    atomicExch(&flags[blockIdx.x], 1u);
  }
  __threadfence_block();
  __threadfence_system();
}

// Every operation with both scopes, on every lane's own cell: what was there, and what is then.
__global__ void every_operation(int *cells, unsigned *marks) {
  int t = threadIdx.x, *cell = cells + t, at = 0;
  unsigned *mark = marks + t, bad = 0;
#define BOTH(name, cell, operand, result)                                                          \
  before = *cell;                                                                                  \
  bad |= (name##_block(cell, operand) != before || *cell != (result)) << at++;                     \
  before = *cell;                                                                                  \
  bad |= (name##_system(cell, operand) != before || *cell != (result)) << at++;
  {
    int before;
    *cell = t;
    BOTH(atomicAdd, cell, 3, before + 3)
    BOTH(atomicSub, cell, 5, before - 5)
    BOTH(atomicExch, cell, t ^ 9, (t ^ 9))
    BOTH(atomicMin, cell, 12, min(before, 12))
    BOTH(atomicMax, cell, 7, max(before, 7))
    BOTH(atomicAnd, cell, 14, (before & 14))
    BOTH(atomicOr, cell, 33, (before | 33))
    BOTH(atomicXor, cell, 21, (before ^ 21))
  }
  {
    unsigned before;
    *mark = t;
    BOTH(atomicInc, mark, 9u, (before >= 9 ? 0 : before + 1))
    BOTH(atomicDec, mark, 4u, (before == 0 || before > 4 ? 4 : before - 1))
  }
  int kept = *cell;
  bad |= (atomicCAS_block(cell, kept, 77) != kept || *cell != 77) << at++;
  bad |= (atomicCAS_system(cell, 78, 1) != 77 || *cell != 77) << at++;
  *mark = bad;
}

// The last block to finish adds up what the others left: the usual pattern with a fence.
__global__ void last_block_sums(const int *in, int *partial, unsigned *finished, int *result) {
  __shared__ bool last;
  __shared__ int sum;
  if (threadIdx.x == 0)
    sum = 0;
  __syncthreads();
  atomicAdd(&sum, in[blockIdx.x * blockDim.x + threadIdx.x]);
  __syncthreads();
  if (threadIdx.x == 0) {
    partial[blockIdx.x] = sum;
    __threadfence();
    last = atomicInc(finished, gridDim.x) == gridDim.x - 1;
  }
  __syncthreads();
  if (last && threadIdx.x == 0) {
    int total = 0;
    for (int b = 0; b < gridDim.x; ++b)
      total += ((volatile int *)partial)[b];
    *result = total;
  }
}

int main() {
  int *cells = managed<int>(8), *data = managed<int>(2);
  unsigned *flags = managed<unsigned>(2);
  run<<<2, 70>>>(cells, flags, data);
  SYNC();
  EXPECT_EQ(cells[0], 140);
  EXPECT_EQ(cells[1], 69);
  EXPECT_EQ(cells[2], 140);
  EXPECT_EQ(cells[3], 140);
  EXPECT_EQ(cells[4], 0x7fffffff);
  EXPECT(flags[0] == 1 && flags[1] == 1 && data[1] == 1001);

  int *own = managed<int>(64);
  unsigned *marks = managed<unsigned>(64);
  every_operation<<<1, 64>>>(own, marks);
  SYNC();
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(marks[t], 0u);

  const int blocks = 50, threads = 64;
  int *in = managed<int>(blocks * threads), *partial = managed<int>(blocks);
  int *result = managed<int>(1), want = 0;
  unsigned *finished = managed<unsigned>(1);
  for (int i = 0; i < blocks * threads; ++i)
    want += in[i] = i % 91;
  last_block_sums<<<blocks, threads>>>(in, partial, finished, result);
  SYNC();
  EXPECT_EQ(*result, want);
  return verdict();
}
