// expect-path: vector
// Inline PTX: loads and stores of every space and width, atomics, predicated accesses, asynchronous
// copies, and shared addresses in 32 bits.
#include "check.h"

__device__ unsigned shared_address(const void *pointer) {
  return static_cast<unsigned>(__cvta_generic_to_shared(pointer));
}

__global__ void loads(const unsigned *in, unsigned *out) {
  __shared__ unsigned box[64];
  int t = threadIdx.x;
  unsigned a, b, c, d, at = shared_address(box + t);
  asm volatile("ld.global.nc.L1::no_allocate.u32 %0, [%1];" : "=r"(a) : "l"(in + t));
  asm volatile("st.shared.u32 [%0], %1;" ::"r"(at), "r"(a) : "memory");
  __syncthreads();
  asm volatile("ld.shared.u32 %0, [%1+4];" : "=r"(b) : "r"(shared_address(box + (t & ~1))));
  asm volatile("ld.global.v2.u32 {%0, %1}, [%2];" : "=r"(c), "=r"(d) : "l"(in + (t & ~1)));
  asm volatile("st.global.v4.u32 [%0], {%1, %2, %3, %4};" ::"l"(out + t * 4), "r"(a), "r"(b),
               "r"(c), "r"(d)
               : "memory");
}

__global__ void bytes(const unsigned char *in, int *out) {
  unsigned plain;
  int with_sign;
  asm volatile("ld.global.u8 %0, [%1];" : "=r"(plain) : "l"(in + threadIdx.x));
  asm volatile("ld.global.s8 %0, [%1];" : "=r"(with_sign) : "l"(in + threadIdx.x));
  out[threadIdx.x] = plain * 1000 + with_sign;
}

// Where the predicate is false the address is not touched: here it is null.
__global__ void predicated(const int *in, int *out, int limit) {
  int t = threadIdx.x, value = -5;
  const int *from = t < limit ? in + t : nullptr;
  int *to = t % 3 ? out + t : nullptr;
  asm volatile("{ .reg .pred p; setp.lt.s32 p, %1, %2; @p ld.global.s32 %0, [%3]; }"
               : "+r"(value)
               : "r"(t), "r"(limit), "l"(from));
  asm volatile("{ .reg .pred p; setp.ne.s32 p, %0, 0; @p st.global.s32 [%1], %2; }" ::"r"(t % 3),
               "l"(to), "r"(value)
               : "memory");
}

__global__ void atomics(int *counters, unsigned *old) {
  int t = threadIdx.x;
  asm volatile("red.global.add.s32 [%0], %1;" ::"l"(counters), "r"(t) : "memory");
  asm volatile("atom.global.max.s32 %0, [%1], %2;"
               : "=r"(old[t])
               : "l"(counters + 1), "r"(t * 7 % 32)
               : "memory");
  asm volatile("atom.relaxed.gpu.global.cas.b32 %0, [%1], %2, %3;"
               : "=r"(old[t])
               : "l"(counters + 2 + t), "r"(0), "r"(t + 100)
               : "memory");
  asm volatile("fence.acq_rel.gpu; membar.cta;" ::: "memory");
}

__global__ void staged(const int *in, int *out, int n) {
  __shared__ alignas(16) int box[32 * 4];
  int t = threadIdx.x, left = n - t * 4, size = left >= 4 ? 16 : left > 0 ? left * 4 : 0;
  asm volatile(
      "cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" ::"r"(shared_address(box + t * 4)),
      "l"(in + (left > 0 ? t * 4 : 0)), "r"(size)
      : "memory");
  asm volatile("cp.async.commit_group;\n cp.async.wait_group 0;" ::: "memory");
  asm volatile("bar.sync 0;" ::: "memory");
  for (int i = 0; i < 4; ++i)
    out[t * 4 + i] = box[(t * 4 + i) ^ 4];
}

__global__ void vectors(const uint4 *from, uint4 *to, unsigned *most) {
  __shared__ unsigned tile[256];
  int t = threadIdx.x;
  uint4 v;
  asm volatile("ld.global.nc.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
               : "l"(from + t));
  asm volatile("st.shared.u32 [%0], %1;" ::"r"(shared_address(tile + t)), "r"(v.x + v.w)
               : "memory");
  asm volatile("bar.sync 0;" ::: "memory");
  asm volatile("ld.shared.u32 %0, [%1+0];"
               : "=r"(v.y)
               : "r"(shared_address(tile + (t ^ 1)))
               : "memory");
  asm volatile("st.global.cs.v4.b32 [%0], {%1, %2, %3, %4};" ::"l"(to + t), "r"(v.x), "r"(v.y),
               "r"(v.z), "r"(v.w)
               : "memory");
  unsigned before;
  asm volatile("atom.global.max.u32 %0, [%1], %2;" : "=r"(before) : "l"(most), "r"(v.z) : "memory");
}

int main() {
  unsigned *in = managed<unsigned>(64), *out = managed<unsigned>(256);
  for (int i = 0; i < 64; ++i)
    in[i] = i * i + 3;
  loads<<<1, 64>>>(in, out);
  SYNC();
  for (int t = 0; t < 64; ++t) {
    EXPECT_EQ(out[t * 4], in[t]);
    EXPECT_EQ(out[t * 4 + 1], in[t | 1]);
    EXPECT_EQ(out[t * 4 + 2], in[t & ~1]);
    EXPECT_EQ(out[t * 4 + 3], in[t | 1]);
  }
  unsigned char *narrow = managed<unsigned char>(64);
  int *numbers = managed<int>(128), *result = managed<int>(128);
  for (int i = 0; i < 64; ++i)
    narrow[i] = i * 9;
  bytes<<<1, 64>>>(narrow, result);
  SYNC();
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(result[i], narrow[i] * 1000 + (signed char)narrow[i]);
  for (int i = 0; i < 128; ++i) {
    numbers[i] = i * 11;
    result[i] = -1;
  }
  predicated<<<1, 64>>>(numbers, result, 40);
  SYNC();
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(result[t], t % 3 == 0 ? -1 : t < 40 ? t * 11 : -5);
  int *counters = managed<int>(66);
  atomics<<<1, 64>>>(counters, out);
  SYNC();
  EXPECT_EQ(counters[0], 63 * 32);
  EXPECT_EQ(counters[1], 31);
  for (int t = 0; t < 64; ++t) {
    EXPECT_EQ(counters[2 + t], t + 100);
    EXPECT_EQ(out[t], 0u);
  }
  staged<<<1, 32>>>(numbers, result, 101);
  SYNC();
  for (int i = 0; i < 128; ++i)
    EXPECT_EQ(result[i], (i ^ 4) < 101 ? numbers[i ^ 4] : 0);

  uint4 *from = managed<uint4>(256), *to = managed<uint4>(256);
  unsigned *most = managed<unsigned>(1);
  for (unsigned t = 0; t < 256; ++t)
    from[t] = make_uint4(t, 2 * t, 0x80000000u + t * 37 % 256, 1000 - t);
  vectors<<<1, 256>>>(from, to, most);
  SYNC();
  for (unsigned t = 0; t < 256; ++t) {
    EXPECT_EQ(to[t].x, t);
    EXPECT_EQ(to[t].y, 1000);
    EXPECT_EQ(to[t].z, from[t].z);
    EXPECT_EQ(to[t].w, 1000 - t);
  }
  EXPECT_EQ(*most, 0x80000000u + 255);
  return verdict();
}
