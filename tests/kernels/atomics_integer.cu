// Every integer atomic, on global memory, all lanes on one address or on several.
#include "check.h"

template <class T> __global__ void hammer(T *cells, T *old_sum) {
  T v = T(blockIdx.x * blockDim.x + threadIdx.x);
  atomicAdd(&cells[0], v);
  atomicMin(&cells[2], T(1000) - v);
  atomicMax(&cells[3], v);
  atomicAnd(&cells[4], ~(T(1) << (v % 29)));
  atomicOr(&cells[5], T(1) << (v % 30));
  atomicXor(&cells[6], v * 3);
  if (v % 4 == 1)
    atomicAdd(&cells[8 + v % 8], T(1)); // some lanes, several addresses
  T old = atomicAdd(&cells[7], T(2));   // every result different
  atomicAdd(old_sum, old);
}

__global__ void only_32_bits(int *cells, unsigned *wrapping) {
  int v = blockIdx.x * blockDim.x + threadIdx.x;
  atomicSub(&cells[0], v);
  unsigned ticket = atomicInc(&wrapping[0], 9); // 0, 1, ..., 9, 0, ...
  atomicAdd(&wrapping[2 + ticket], 1u);
  unsigned down = atomicDec(&wrapping[1], 4); // 0, 4, 3, 2, 1, 0, 4, ...
  atomicAdd(&wrapping[12 + down], 1u);
}

template <class T> __global__ void exchange(T *cell, T *seen) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  seen[i] = atomicExch(cell, T(i + 1)); // each value is handed out once
}

template <class T> __global__ void compare_and_swap(T *cell, T *winners) {
  T i = T(blockIdx.x * blockDim.x + threadIdx.x);
  if (atomicCAS(cell, T(0), i + 1) == T(0))
    atomicAdd(winners, T(1)); // one thread wins
  T old = cell[1], assumed;   // and a loop
  do {
    assumed = old;
    old = atomicCAS(&cell[1], assumed, assumed + i);
  } while (old != assumed);
}

template <class T> void test() {
  const int blocks = 5, threads = 100, n = blocks * threads;
  T *cells = managed<T>(16), *old_sum = managed<T>(1);
  cells[2] = T(5000);
  cells[4] = T(-1);
  hammer<T><<<blocks, threads>>>(cells, old_sum);
  SYNC();
  T sum = 0, bits = 0, mixed = 0, olds = 0, some[8] = {};
  for (int v = 0; v < n; ++v) {
    sum += T(v);
    bits |= T(1) << (v % 30);
    mixed ^= T(v) * 3;
    olds += T(2 * v);
    if (v % 4 == 1)
      some[v % 8] += 1;
  }
  EXPECT_EQ(cells[0], sum);
  EXPECT_EQ(cells[2], T(1000 - (n - 1)));
  EXPECT_EQ(cells[3], T(n - 1));
  EXPECT_EQ(cells[4], T(-1) & ~((T(1) << 29) - 1));
  EXPECT_EQ(cells[5], bits);
  EXPECT_EQ(cells[6], mixed);
  EXPECT_EQ(cells[7], T(2 * n));
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(cells[8 + i], some[i]);
  EXPECT_EQ(*old_sum, olds);
}

template <class T> void test_exchange() {
  const int n = 320;
  T *cell = managed<T>(2), *seen = managed<T>(n), *winners = managed<T>(1);
  exchange<T><<<5, 64>>>(cell, seen);
  SYNC();
  unsigned long long total = (unsigned long long)cell[0];
  for (int i = 0; i < n; ++i)
    total += (unsigned long long)seen[i];
  EXPECT_EQ(total, n * (n + 1ull) / 2);
  cell[0] = 0;
  compare_and_swap<T><<<5, 64>>>(cell, winners);
  SYNC();
  EXPECT(cell[0] >= T(1) && cell[0] <= T(n));
  EXPECT_EQ(*winners, T(1));
  EXPECT_EQ(cell[1], T(n * (n - 1) / 2));
}

int main() {
  test<int>();
  test<unsigned>();
  test<unsigned long long>();
  test_exchange<int>();
  test_exchange<unsigned>();
  test_exchange<unsigned long long>();

  int *cells = managed<int>(1);
  unsigned *wrapping = managed<unsigned>(20);
  only_32_bits<<<5, 100>>>(cells, wrapping);
  SYNC();
  EXPECT_EQ(*cells, -499 * 500 / 2);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(wrapping[2 + i], 50u);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(wrapping[12 + i], 100u);
  return verdict();
}
