// sampan-flags: -G
// Lanes come along that ask at one place in the code. Those that ask elsewhere do not, although all
// places call the same functions, which unoptimised code does not inline by itself.
#include "check.h"
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
namespace cg = cooperative_groups;

__global__ void masks(unsigned *out) {
  unsigned t = threadIdx.x, active, sum;
  if (t % 3 == 0) {
    active = __activemask();
    sum = __reduce_add_sync(active, t);
  } else {
    active = __activemask();
    sum = __reduce_add_sync(active, t * 100);
  }
  out[t * 2] = active;
  out[t * 2 + 1] = sum;
}

__global__ void groups(unsigned *out) {
  unsigned t = threadIdx.x;
  if (t < 10) {
    auto group = cg::coalesced_threads();
    out[t * 2] = group.size();
    out[t * 2 + 1] = cg::reduce(group, t, cg::plus<unsigned>());
  } else {
    auto group = cg::coalesced_threads();
    out[t * 2] = group.size();
    out[t * 2 + 1] = cg::reduce(group, t * 100, cg::plus<unsigned>());
  }
}

int main() {
  unsigned *out = managed<unsigned>(64);
  masks<<<1, 32>>>(out);
  SYNC();
  unsigned thirds = 0, sum = 0, others = 0;
  for (unsigned t = 0; t < 32; ++t)
    t % 3 == 0 ? (thirds |= 1u << t, sum += t) : others += t * 100;
  for (unsigned t = 0; t < 32; ++t) {
    EXPECT_EQ(out[t * 2], t % 3 == 0 ? thirds : ~thirds);
    EXPECT_EQ(out[t * 2 + 1], t % 3 == 0 ? sum : others);
  }
  groups<<<1, 32>>>(out);
  SYNC();
  for (unsigned t = 0; t < 32; ++t) {
    EXPECT_EQ(out[t * 2], t < 10 ? 10u : 22u);
    EXPECT_EQ(out[t * 2 + 1], t < 10 ? 45u : (496u - 45u) * 100u);
  }
  return verdict();
}
