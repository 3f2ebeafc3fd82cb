// Inline PTX in which lanes work together, special registers, and asynchronous copies.
#include "check.h"

__global__ void run(const int *in, int *out) {
  __shared__ __align__(16) int tile[4 * 64];
  int t = threadIdx.x;
  int v = in[t], r;
  unsigned mask, lane, below;
  asm volatile("shfl.sync.bfly.b32 %0, %1, 0x10, 0x1f, 0xffffffff;" : "=r"(r) : "r"(v));
  out[t] = r;
  asm volatile("{ .reg .pred p; shfl.sync.down.b32 %0|p, %1, 1, 0x1f, 0xffffffff;\n"
               "@p add.s32 %0, %0, %1; }"
               : "=r"(r)
               : "r"(v));
  out[64 + t] = r;
  asm volatile("{ .reg .pred p; setp.gt.s32 p, %1, 50; vote.sync.ballot.b32 %0, p, 0xffffffff; }"
               : "=r"(mask)
               : "r"(v));
  out[128 + t] = mask;
  asm("mov.u32 %0, %%laneid;" : "=r"(lane));
  asm("mov.u32 %0, %%lanemask_lt;" : "=r"(below));
  out[192 + t] = lane + (below == (1u << lane) - 1 ? 100 : 0);
  unsigned to = (unsigned)__cvta_generic_to_shared(&tile[4 * t]);
  int size = t % 2 ? 16 : 8; // beyond the size is zero
  asm volatile("cp.async.ca.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(in + 4 * (t % 16)),
               "r"(size)
               : "memory");
  asm volatile("cp.async.commit_group;\n" ::: "memory");
  asm volatile("cp.async.wait_group 0;\n" ::: "memory");
  __syncthreads();
  out[256 + t] = tile[4 * (t ^ 1) + 1] * 1000 + tile[4 * (t ^ 1) + 3];
}

int main() {
  int *in = managed<int>(64), *out = managed<int>(320);
  for (int t = 0; t < 64; ++t)
    in[t] = t * 29 % 101;
  run<<<1, 64>>>(in, out);
  SYNC();
  for (int t = 0; t < 64; ++t) {
    unsigned mask = 0;
    for (int k = 0; k < 32; ++k)
      mask |= unsigned(in[(t & 32) + k] > 50) << k;
    int o = 4 * ((t ^ 1) % 16);
    EXPECT_EQ(out[t], in[t ^ 16]);
    EXPECT_EQ(out[64 + t], t % 32 == 31 ? in[t] : in[t + 1] + in[t]);
    EXPECT_EQ((unsigned)out[128 + t], mask);
    EXPECT_EQ(out[192 + t], t % 32 + 100);
    EXPECT_EQ(out[256 + t], in[o + 1] * 1000 + ((t ^ 1) % 2 ? in[o + 3] : 0));
  }
  return verdict();
}
