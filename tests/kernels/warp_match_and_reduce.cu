// expect-path: vector
// __match_any_sync, __match_all_sync and __reduce_*_sync, over the warp and over parts of it.
#include "check.h"

template <class T> __global__ void matches(unsigned *out, int divisor) {
  int t = threadIdx.x, all_equal;
  const unsigned all = 0xffffffff;
  out[t * 4] = __match_any_sync(all, T(t / divisor));
  out[t * 4 + 1] = __match_all_sync(all, T(t / divisor), &all_equal);
  out[t * 4 + 2] = all_equal;
  unsigned pair = 3u << (t & 30);
  out[t * 4 + 3] = __match_any_sync(pair, T(t / divisor));
}

template <class T> static void check_matches() {
  unsigned *out = managed<unsigned>(4 * 64);
  for (int threads : {64, 40})
    for (int divisor : {1, 2, 3, 32, 64}) {
      matches<T><<<1, threads>>>(out, divisor);
      SYNC();
      for (int t = 0; t < threads; ++t) {
        unsigned same = 0, present = 0;
        for (int u = t & 32; u < threads && u < (t & 32) + 32; ++u) {
          present |= 1u << (u & 31);
          same |= u / divisor == t / divisor ? 1u << (u & 31) : 0;
        }
        EXPECT_EQ(out[t * 4], same);
        EXPECT_EQ(out[t * 4 + 1], same == present ? present : 0);
        EXPECT_EQ(out[t * 4 + 2], same == present);
        EXPECT_EQ(out[t * 4 + 3], same & (3u << (t & 30)));
      }
    }
}

__global__ void reductions(int *out, unsigned members_of_even, int whole) {
  int t = threadIdx.x, v = (t * 37 + 11) % 101 - 50;
  unsigned members = whole ? 0xffffffffu : t % 2 ? ~members_of_even : members_of_even;
  int *row = out + t * 8;
  row[0] = __reduce_add_sync(members, v);
  row[1] = __reduce_min_sync(members, v);
  row[2] = __reduce_max_sync(members, v);
  row[3] = __reduce_min_sync(members, unsigned(v));
  row[4] = __reduce_max_sync(members, unsigned(v));
  row[5] = __reduce_and_sync(members, unsigned(v) | 1u << (t & 7));
  row[6] = __reduce_or_sync(members, 1u << (v & 7));
  row[7] = __reduce_xor_sync(members, unsigned(v));
}

static void check_reductions(int threads, int whole) {
  int *out = managed<int>(8 * 64);
  reductions<<<1, threads>>>(out, 0x55555555, whole);
  SYNC();
  for (int t = 0; t < threads; ++t) {
    int add = 0, low = 1 << 30, high = -(1 << 30);
    unsigned ulow = ~0u, uhigh = 0, band = ~0u, bor = 0, bxor = 0;
    for (int u = t & 32; u < threads && u < (t & 32) + 32; ++u) {
      if (!whole && u % 2 != t % 2)
        continue;
      int v = (u * 37 + 11) % 101 - 50;
      add += v;
      low = v < low ? v : low;
      high = v > high ? v : high;
      ulow = unsigned(v) < ulow ? unsigned(v) : ulow;
      uhigh = unsigned(v) > uhigh ? unsigned(v) : uhigh;
      band &= unsigned(v) | 1u << (u & 7);
      bor |= 1u << (v & 7);
      bxor ^= unsigned(v);
    }
    int want[] = {add, low, high, int(ulow), int(uhigh), int(band), int(bor), int(bxor)};
    for (int i = 0; i < 8; ++i)
      EXPECT_EQ(out[t * 8 + i], want[i]);
  }
}

int main() {
  check_matches<int>();
  check_matches<unsigned>();
  check_matches<float>();
  check_matches<double>();
  check_matches<long long>();
  check_matches<unsigned long>();
  for (int threads : {64, 51, 5})
    for (int whole : {0, 1})
      check_reductions(threads, whole);
  return verdict();
}
