// What targets lower in their own way: masks that live across blocks, with breaks, nested branches
// and lanes of other widths; signed division by constants, at the ends of their ranges; conversions
// between float and 64-bit integers, where two roundings are not one.
#include "../kernels/check.h"

__host__ __device__ int steps(unsigned n) {
  int count = 0;
  while (n != 1) {
    n = n & 1 ? 3 * n + 1 : n / 2;
    if (++count > 200)
      break;
  }
  return count;
}

__host__ __device__ double branches(double x, short y, int limit) {
  double sum = 0;
  for (int k = 0; k < limit; ++k) {
    if (x > 1 && (y & 1)) {
      if (sum < 3)
        sum += x;
      else
        x *= 0.5;
    } else if (x < -1 || y > 40) {
      x = 0.25 - x;
      y -= 3;
    } else {
      sum += 0.5;
      x += 0.125;
      if (sum > 8)
        break;
    }
    y ^= k;
  }
  return sum + x + y;
}

__host__ __device__ int find(const int *table, int count, int key) {
  int low = 0, high = count;
  while (low < high) {
    int middle = (low + high) / 2;
    if (table[middle] == key)
      return middle;
    if (table[middle] < key)
      low = middle + 1;
    else
      high = middle;
  }
  return -1;
}

template <class T> __host__ __device__ long long divisions(T x) {
  // Unsigned sums: what overflows is the same everywhere.
  unsigned long long sum = x / 3;
  sum = sum * 31 + x % 3;
  sum = sum * 31 + x / 10;
  sum = sum * 31 + x % 100;
  sum = sum * 31 + x / -7;
  sum = sum * 31 + x % -7;
  sum = sum * 31 + x / 16;
  sum = sum * 31 + x % 16;
  sum = sum * 31 + x / -8;
  return static_cast<long long>(sum);
}

struct Results {
  int steps;
  double branches;
  int found;
  long long divisions;
};

__host__ __device__ int spread(int i) {
  const int ends[] = {0,     1,      -1,  2147483647, -2147483647 - 1, 6, -6, 7, -7,
                      32767, -32768, 127, -128};
  return i < 13 ? ends[i] : static_cast<int>(i * 2654435761u);
}

__host__ __device__ Results all(int i, const int *table, int count) {
  int x = spread(i);
  long long quotients = divisions(x) ^ divisions(static_cast<signed char>(x)) ^
                        divisions(static_cast<short>(x)) ^ divisions(x * 4294967297LL);
  return {steps(i % 97 + 1), branches((i % 37) * 0.25 - 4, static_cast<short>(i % 53), i % 29),
          find(table, count, i), quotients};
}

__global__ void run(Results *out, const int *table, int count) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = all(i, table, count);
}

__global__ void votes(unsigned *out) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x, mine = 0;
  for (unsigned k = 0; k < i % 32 / 4; ++k) {
    unsigned same = __ballot_sync(__activemask(), (i ^ k) & 2);
    mine = mine * 3 + (same >> k);
  }
  out[i] = mine + __ballot_sync(~0u, i % 5 > 1 || mine > 100);
}

// One thread's part of `votes` in the warp of thread `first`.
unsigned vote(unsigned first, unsigned lane, bool last) {
  unsigned mine = 0;
  for (unsigned k = 0; k < (first + lane) % 32 / 4; ++k) {
    unsigned same = 0;
    for (unsigned other = 0; other < 32; ++other)
      same |= unsigned(k < other / 4 && ((first + other) ^ k) & 2) << other;
    mine = mine * 3 + (same >> k);
  }
  unsigned all = 0;
  for (unsigned other = 0; last && other < 32; ++other)
    all |= unsigned((first + other) % 5 > 1 || vote(first, other, false) > 100) << other;
  return mine + all;
}

// Next to where a float is halfway between two, by more than a double has places for.
__host__ __device__ long long between(int i) {
  long long halfway = ((1LL << 62) >> i % 40) + ((1LL << 38) >> i % 40);
  return (i & 1 ? -halfway : halfway) + i % 3 - 1;
}

__global__ void convert(float *rounded, long long *whole) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  rounded[2 * i] = static_cast<float>(between(i));
  rounded[2 * i + 1] = static_cast<float>(static_cast<unsigned long long>(between(i)));
  whole[2 * i] = static_cast<long long>(spread(i) * 1e9f);
  whole[2 * i + 1] = static_cast<long long>(static_cast<unsigned long long>(i * 3e9f));
}

int main() {
  constexpr int kBlock = 96, kThreads = 3 * kBlock, kTable = 41;
  Results *out = managed<Results>(kThreads);
  int *table = managed<int>(kTable);
  for (int i = 0; i < kTable; ++i)
    table[i] = 5 * i;
  run<<<kThreads / kBlock, kBlock>>>(out, table, kTable);
  SYNC();
  for (int i = 0; i < kThreads; ++i) {
    Results want = all(i, table, kTable);
    EXPECT_EQ(out[i].steps, want.steps);
    EXPECT_EQ(out[i].branches, want.branches);
    EXPECT_EQ(out[i].found, want.found);
    EXPECT(out[i].divisions == want.divisions);
  }
  float *rounded = managed<float>(2 * kThreads);
  long long *whole = managed<long long>(2 * kThreads);
  convert<<<kThreads / kBlock, kBlock>>>(rounded, whole);
  SYNC();
  for (int i = 0; i < kThreads; ++i) {
    EXPECT_EQ(rounded[2 * i], static_cast<float>(between(i)));
    EXPECT_EQ(rounded[2 * i + 1], static_cast<float>(static_cast<unsigned long long>(between(i))));
    EXPECT_EQ(whole[2 * i], static_cast<long long>(spread(i) * 1e9f));
    EXPECT_EQ(whole[2 * i + 1], static_cast<long long>(i * 3e9f));
  }
  unsigned *words = managed<unsigned>(kThreads);
  votes<<<kThreads / kBlock, kBlock>>>(words);
  SYNC();
  for (unsigned i = 0; i < kThreads; ++i)
    EXPECT_EQ(words[i], vote(i / 32 * 32, i % 32, true));
  return verdict();
}
