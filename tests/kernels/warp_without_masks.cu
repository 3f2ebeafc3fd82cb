// expect-path: vector
// expect-error: the lanes that take part are not named: use __shfl_down_sync
// The forms from before Volta, which name no members, and __fns.
#include "check.h"

__global__ void old_forms(int *out) {
  int t = threadIdx.x, sum = t;
  double product = t * 0.5;
  for (int distance = 16; distance; distance >>= 1) {
    sum += __shfl_down(sum, distance);
    product += __shfl_xor(product, distance);
  }
  int *row = out + t * 4;
  row[0] = __shfl(sum, 0);
  row[1] = int(product);
  row[2] = __shfl_up(t, 1, 8);
  row[3] = __ballot(t & 1) + __any(t == 3) + __all(t < 3);
}

__global__ void find_set(unsigned *out, unsigned mask, int base) {
  out[threadIdx.x] = __fns(mask, base, int(threadIdx.x) - 8);
}

static unsigned nth_set(unsigned mask, int base, int offset) {
  int step = offset < 0 ? -1 : 1, left = offset < 0 ? -offset : offset;
  if (offset == 0)
    return mask >> base & 1 ? base : ~0u;
  for (int at = base; at >= 0 && at < 32; at += step)
    if (mask >> at & 1 && --left == 0)
      return at;
  return ~0u;
}

int main() {
  int *out = managed<int>(32 * 4);
  old_forms<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t) {
    EXPECT_EQ(out[t * 4], 496);
    EXPECT_EQ(out[t * 4 + 1], 248);
    EXPECT_EQ(out[t * 4 + 2], t % 8 ? t - 1 : t);
    EXPECT_EQ(out[t * 4 + 3], int(0xaaaaaaaa) + 1);
  }
  unsigned *found = managed<unsigned>(16);
  for (unsigned mask : {0u, 0xffffffffu, 0x5555u, 0x80000001u, 0x00f0f000u})
    for (int base : {0, 3, 14, 31}) {
      find_set<<<1, 16>>>(found, mask, base);
      SYNC();
      for (int i = 0; i < 16; ++i)
        EXPECT_EQ(found[i], nth_set(mask, base, i - 8));
    }
  return verdict();
}
