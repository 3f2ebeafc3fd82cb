// Inline PTX that loads, stores and updates memory, with vectors, guards and shared addresses.
#include "check.h"
#include <cstdint>

__global__ void run(const uint4 *from, uint4 *to, unsigned *sum, unsigned *most, int *flags) {
  __shared__ unsigned tile[256];
  int t = threadIdx.x;
  unsigned address = (unsigned)__cvta_generic_to_shared(&tile[t]);
  uint4 v;
  asm volatile("ld.global.nc.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
               : "l"(from + t));
  asm volatile("st.shared.u32 [%0], %1;" ::"r"(address), "r"(v.x + v.w) : "memory");
  asm volatile("bar.sync 0;" ::: "memory");
  unsigned other = (unsigned)__cvta_generic_to_shared(&tile[t ^ 1]);
  unsigned got;
  asm volatile("ld.volatile.shared.u32 %0, [%1+0];" : "=r"(got) : "r"(other) : "memory");
  v.y = got;
  asm volatile("st.global.cs.v4.b32 [%0], {%1, %2, %3, %4};" ::"l"(to + t), "r"(v.x), "r"(v.y),
               "r"(v.z), "r"(v.w)
               : "memory");
  asm volatile("red.global.add.u32 [%0], %1;" ::"l"(sum), "r"(v.x) : "memory");
  unsigned before;
  asm volatile("atom.global.max.u32 %0, [%1], %2;" : "=r"(before) : "l"(most), "r"(v.z) : "memory");
  // Only where the predicate holds: the other lanes' pointer is not valid.
  int *flag = t % 3 == 0 ? flags + t : nullptr;
  asm volatile("{ .reg .pred p; setp.ne.u64 p, %0, 0; @p st.global.u32 [%0], %1; }" ::"l"(flag),
               "r"(t + 1)
               : "memory");
  unsigned kept = 77;
  asm volatile("{ .reg .pred p; setp.ne.u64 p, %1, 0; @p ld.global.u32 %0, [%1]; }"
               : "+r"(kept)
               : "l"(flag)
               : "memory");
  flags[256 + t] = kept;
}

int main() {
  uint4 *from = managed<uint4>(256), *to = managed<uint4>(256);
  unsigned *sum = managed<unsigned>(1), *most = managed<unsigned>(1);
  int *flags = managed<int>(512);
  for (unsigned t = 0; t < 256; ++t)
    from[t] = make_uint4(t, 2 * t, t * 37 % 256, 1000 - t);
  run<<<1, 256>>>(from, to, sum, most, flags);
  SYNC();
  for (unsigned t = 0; t < 256; ++t) {
    EXPECT_EQ(to[t].x, t);
    EXPECT_EQ(to[t].y, 1000);
    EXPECT_EQ(to[t].z, t * 37 % 256);
    EXPECT_EQ(to[t].w, 1000 - t);
    EXPECT_EQ(flags[t], t % 3 == 0 ? t + 1 : 0);
    EXPECT_EQ(flags[256 + t], t % 3 == 0 ? t + 1 : 77);
  }
  EXPECT_EQ(*sum, 255 * 128);
  EXPECT_EQ(*most, 255);
  return verdict();
}
