// expect-path: vector
// __ballot_sync, __any_sync, __all_sync, __uni_sync and __activemask, with member masks that name
// the whole warp or a part of it, in the last warp of a block that is not full, and in branches.
#include "check.h"

__global__ void votes(unsigned *out, int limit) {
  int t = threadIdx.x;
  const unsigned all = 0xffffffff;
  unsigned *row = out + t * 6;
  row[0] = __ballot_sync(all, t % 3 == 0);
  row[1] = __any_sync(all, t == limit);
  row[2] = __all_sync(all, t < limit);
  row[3] = __uni_sync(all, t < limit);
  row[4] = __activemask();
  unsigned own_half = t & 16 ? 0xffff0000u : 0x0000ffffu;
  row[5] = __ballot_sync(own_half, t % 2 == 1);
}

__global__ void in_branches(unsigned *out, int limit) {
  int t = threadIdx.x;
  out[t] = 0;
  unsigned members = __ballot_sync(0xffffffff, t % 4 != 1 && t < limit);
  if (t % 4 != 1 && t < limit)
    out[t] = __ballot_sync(members, t % 8 < 4) ^ __activemask();
}

static unsigned bits(int first, int threads, bool (*set)(int, int), int argument) {
  unsigned result = 0;
  for (int t = first; t < threads && t < first + 32; ++t)
    result |= set(t, argument) ? 1u << (t - first) : 0;
  return result;
}

int main() {
  unsigned *out = managed<unsigned>(6 * 128);
  for (int threads : {32, 64, 96, 77, 1, 33})
    for (int limit : {0, 7, 32, 50, 128}) {
      votes<<<1, threads>>>(out, limit);
      SYNC();
      for (int t = 0; t < threads; ++t) {
        int first = t / 32 * 32;
        unsigned present = bits(first, threads, [](int, int) { return true; }, 0);
        unsigned below = bits(first, threads, [](int x, int n) { return x < n; }, limit);
        unsigned odd = bits(first, threads, [](int x, int) { return x % 2 == 1; }, 0);
        const unsigned *row = out + t * 6;
        EXPECT_EQ(row[0], bits(first, threads, [](int x, int) { return x % 3 == 0; }, 0));
        EXPECT_EQ(row[1], limit >= first && limit < first + 32 && limit < threads);
        EXPECT_EQ(row[2], below == present);
        EXPECT_EQ(row[3], below == present || below == 0);
        EXPECT_EQ(row[4], present);
        EXPECT_EQ(row[5], odd & (t & 16 ? 0xffff0000u : 0x0000ffffu));
      }
      in_branches<<<1, threads>>>(out, limit);
      SYNC();
      for (int t = 0; t < threads; ++t) {
        auto member = [](int x, int n) { return x % 4 != 1 && x < n; };
        auto chosen = [](int x, int n) { return x % 4 != 1 && x < n && x % 8 < 4; };
        int first = t / 32 * 32;
        unsigned want = bits(first, threads, member, limit) ^ bits(first, threads, chosen, limit);
        EXPECT_EQ(out[t], member(t, limit) ? want : 0u);
      }
    }
  return verdict();
}
