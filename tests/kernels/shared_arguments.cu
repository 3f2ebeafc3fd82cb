// expect-path: vector
// Functions that are not inlined, with pointers that all threads share, that differ, or that are
// one or the other in different calls; in divergent code, recursive, and through a pointer.
#include "check.h"

__device__ __noinline__ int pick(const int *from, const int *index, int i, int *count) {
  if (i % 3 == 0)
    atomicAdd(count, 1);
  int sum = from[0];
  for (int k = 0; k < i % 5; ++k)
    sum += from[index[(i + k) % 64]] * (k + 1);
  return sum;
}

__device__ __noinline__ long long steps(long long key, const int *from, int depth) {
  if (depth == 0)
    return key + from[0];
  return depth % 2 ? steps(key * 3, from + 1, depth - 1)
                   : steps(key, from, depth - 1) + from[depth];
}

typedef int (*Pick)(const int *, const int *, int, int *);

__global__ void run(const int *a, const int *b, int *out, int *count, Pick *pointer) {
  int i = threadIdx.x, *own = out + 8 * i;
  own[0] = pick(a, b, i, count);
  own[1] = pick(a + i, b, i, count);
  own[2] = pick(a, b + i % 2, i, count);
  own[3] = pick(a + i % 4, b + i % 2, i, count);
  if (i % 7 > 2)
    own[4] = pick(b, a, i, count);
  if (i == 200) // nobody
    own[4] = pick(nullptr, nullptr, i, nullptr);
  own[5] = int(steps(blockIdx.x + 5, a, i % 9));
  own[6] = int(steps(i, a, 6));
  *pointer = pick;
  own[7] = (*pointer)(i % 2 ? a : b, b, i, count);
}

static int pick_host(const int *from, const int *index, int i) {
  int sum = from[0];
  for (int k = 0; k < i % 5; ++k)
    sum += from[index[(i + k) % 64]] * (k + 1);
  return sum;
}

static long long steps_host(long long key, const int *from, int depth) {
  if (depth == 0)
    return key + from[0];
  return depth % 2 ? steps_host(key * 3, from + 1, depth - 1)
                   : steps_host(key, from, depth - 1) + from[depth];
}

int main() {
  int *a = managed<int>(256), *b = managed<int>(256), *out = managed<int>(8 * 128);
  int *count = managed<int>(1);
  Pick *pointer = managed<Pick>(1);
  for (int i = 0; i < 256; ++i)
    a[i] = i * 37 % 101, b[i] = i * 53 % 97;
  run<<<1, 128>>>(a, b, out, count, pointer);
  SYNC();
  int counted = 0;
  for (int i = 0; i < 128; ++i) {
    const int *own = out + 8 * i;
    EXPECT_EQ(own[0], pick_host(a, b, i));
    EXPECT_EQ(own[1], pick_host(a + i, b, i));
    EXPECT_EQ(own[2], pick_host(a, b + i % 2, i));
    EXPECT_EQ(own[3], pick_host(a + i % 4, b + i % 2, i));
    EXPECT_EQ(own[4], i % 7 > 2 ? pick_host(b, a, i) : 0);
    EXPECT_EQ(own[5], steps_host(5, a, i % 9));
    EXPECT_EQ(own[6], steps_host(i, a, 6));
    EXPECT_EQ(own[7], pick_host(i % 2 ? a : b, b, i));
    counted += i % 3 == 0 ? (i % 7 > 2 ? 6 : 5) : 0;
  }
  EXPECT_EQ(*count, counted);
  return verdict();
}
