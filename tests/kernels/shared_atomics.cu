// Atomic operations on shared memory: every operation, with results used and not, by some threads
// of a warp, several on one address; old values in the order of the threads.
// expect-path: vector
#include <algorithm>

#include "check.h"

constexpr int kThreads = 96;

__global__ void operations(int *out, unsigned *wide, float *sums, int *old) {
  __shared__ int cells[8];
  __shared__ unsigned bits[8];
  __shared__ float real[4];
  __shared__ int tickets[3];
  int t = threadIdx.x;
  if (t < 8)
    cells[t] = t == 5 ? 1000 : 0, bits[t] = t == 3 ? 0xffffffffu : t == 6 ? 77 : 0;
  if (t < 4)
    real[t] = t;
  if (t < 3)
    tickets[t] = 0;
  __syncthreads();
  atomicAdd(&cells[t % 4], t);
  atomicSub(&cells[4], 2);
  atomicMin(&cells[5], 500 - t * 7);
  atomicMax(&cells[6], t * 5 % 83 - 40);
  atomicAnd(&bits[3], ~(1u << t % 20));
  atomicOr(&bits[4], 1u << t % 31);
  atomicXor(&bits[5], t * 2654435761u);
  atomicMin(&bits[6], 60u + t);
  atomicMax(&bits[7], 0x80000000u + t * 3 % 50);
  atomicAdd(&real[t % 4], 0.5f);
  if (t % 3 == 1)
    old[t] = atomicAdd(&tickets[t / 32], 1);
  else if (t % 5 == 2)
    old[t] = atomicExch(&cells[7], t);
  else
    old[t] = atomicInc(&bits[0], 6) + 100 * atomicCAS(&bits[1], 0u, (unsigned)t);
  __syncthreads();
  if (t < 8)
    out[t] = cells[t], wide[t] = bits[t];
  if (t < 4)
    sums[t] = real[t];
}

int main() {
  int *out = managed<int>(8), *old = managed<int>(kThreads);
  unsigned *wide = managed<unsigned>(8);
  float *sums = managed<float>(4);
  operations<<<1, kThreads>>>(out, wide, sums, old);
  SYNC();
  int cells[8] = {0, 0, 0, 0, 0, 1000};
  unsigned bits[8] = {0, 0, 0, 0xffffffffu, 0, 0, 77, 0};
  for (int t = 0; t < kThreads; ++t) {
    cells[t % 4] += t, cells[4] -= 2;
    cells[5] = std::min(cells[5], 500 - t * 7), cells[6] = std::max(cells[6], t * 5 % 83 - 40);
    bits[3] &= ~(1u << t % 20), bits[4] |= 1u << t % 31, bits[5] ^= t * 2654435761u;
    bits[6] = std::min(bits[6], 60u + t), bits[7] = std::max(bits[7], 0x80000000u + t * 3 % 50);
  }
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(out[i], cells[i]);
  for (int i = 3; i < 8; ++i)
    EXPECT_EQ(wide[i], bits[i]);
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(sums[i], i + 12.0f);
  int taken[3] = {}, seen = 0;
  for (int t = 1; t < kThreads; t += 3) {
    EXPECT(old[t] >= 0 && old[t] < 11);
    taken[t / 32] |= 1 << old[t];
    ++seen;
  }
  EXPECT_EQ(seen, 32);
  EXPECT_EQ(taken[0], (1 << 11) - 1); // threads 1, 4, ... 31
  EXPECT_EQ(taken[1], (1 << 10) - 1);
  EXPECT_EQ(taken[2], (1 << 11) - 1);
  return verdict();
}
