// expect-path: vector
// Inline PTX: shuffles, votes, reductions, ldmatrix and mma.sync on halves, tf32 and bytes.
#include "check.h"

__global__ void warps(int *out) {
  int t = threadIdx.x, lane = t & 31, *row = out + t * 8;
  asm volatile("shfl.sync.bfly.b32 %0, %1, 8, 31, 0xffffffff;" : "=r"(row[0]) : "r"(t));
  int inside;
  asm volatile("{ .reg .pred p; shfl.sync.down.b32 %0|p, %2, 5, 31, -1; selp.s32 %1, 1, 0, p; }"
               : "=r"(row[1]), "=r"(inside)
               : "r"(t));
  row[2] = inside;
  asm volatile("{ .reg .pred p; setp.lt.s32 p, %1, 10; vote.sync.ballot.b32 %0, p, -1; }"
               : "=r"(row[3])
               : "r"(lane));
  asm volatile("redux.sync.add.s32 %0, %1, 0xffffffff;" : "=r"(row[4]) : "r"(t));
  asm volatile("activemask.b32 %0;" : "=r"(row[5]));
  asm volatile("match.any.sync.b32 %0, %1, 0xffffffff;" : "=r"(row[6]) : "r"(lane / 4));
  asm volatile("bar.warp.sync 0xffffffff;" ::: "memory");
  asm volatile("{ .reg .pred p; elect.sync _|p, -1; selp.s32 %0, 1, 0, p; }" : "=r"(row[7]));
}

__global__ void guarded(const int *in, int *out) {
  __shared__ __align__(16) int tile[4 * 64];
  int t = threadIdx.x, v = in[t], r;
  unsigned lane, below;
  asm volatile("{ .reg .pred p; shfl.sync.down.b32 %0|p, %1, 1, 0x1f, 0xffffffff;\n"
               "@p add.s32 %0, %0, %1; }"
               : "=r"(r)
               : "r"(v));
  out[t] = r;
  asm("mov.u32 %0, %%laneid;" : "=r"(lane));
  asm("mov.u32 %0, %%lanemask_lt;" : "=r"(below));
  out[64 + t] = lane + (below == (1u << lane) - 1 ? 100 : 0);
  unsigned to = (unsigned)__cvta_generic_to_shared(&tile[4 * t]);
  int size = t % 2 ? 16 : 8; // beyond the size is zero
  asm volatile("cp.async.ca.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(in + 4 * (t % 16)),
               "r"(size)
               : "memory");
  asm volatile("cp.async.commit_group;\n" ::: "memory");
  asm volatile("cp.async.wait_group 0;\n" ::: "memory");
  __syncthreads();
  out[128 + t] = tile[4 * (t ^ 1) + 1] * 1000 + tile[4 * (t ^ 1) + 3];
}

// d = a * b + c for one m16n8k16 tile; a is row by row, b column by column.
__global__ void halves(const _Float16 *a, const _Float16 *b, const float *c, float *d) {
  __shared__ alignas(16) _Float16 box[16 * 16];
  int lane = threadIdx.x, group = lane / 4, member = lane % 4;
  for (int i = lane; i < 256; i += 32)
    box[i] = a[i];
  __syncwarp();
  unsigned fa[4], fb[2];
  unsigned at = __cvta_generic_to_shared(box + lane % 16 * 16 + lane / 16 * 8);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(fa[0]), "=r"(fa[1]), "=r"(fa[2]), "=r"(fa[3])
               : "r"(at));
  memcpy(&fb[0], b + group * 16 + member * 2, 4);
  memcpy(&fb[1], b + group * 16 + member * 2 + 8, 4);
  const float *own = c + group * 8 + member * 2;
  float r[4] = {own[0], own[1], own[64], own[65]};
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, "
               "{%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
               : "+f"(r[0]), "+f"(r[1]), "+f"(r[2]), "+f"(r[3])
               : "r"(fa[0]), "r"(fa[1]), "r"(fa[2]), "r"(fa[3]), "r"(fb[0]), "r"(fb[1]));
  float *to = d + group * 8 + member * 2;
  to[0] = r[0];
  to[1] = r[1];
  to[64] = r[2];
  to[65] = r[3];
}

__global__ void tf32(const float *a, const float *b, float *d) {
  int lane = threadIdx.x, group = lane / 4, member = lane % 4;
  unsigned fa[4], fb[2];
  for (int i = 0; i < 4; ++i)
    memcpy(&fa[i], a + (group + i % 2 * 8) * 8 + member + i / 2 * 4, 4);
  for (int i = 0; i < 2; ++i)
    memcpy(&fb[i], b + group * 8 + member + i * 4, 4);
  float r[4] = {};
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+f"(r[0]), "+f"(r[1]), "+f"(r[2]), "+f"(r[3])
      : "r"(fa[0]), "r"(fa[1]), "r"(fa[2]), "r"(fa[3]), "r"(fb[0]), "r"(fb[1]));
  for (int i = 0; i < 4; ++i)
    d[(group + i / 2 * 8) * 8 + member * 2 + i % 2] = r[i];
}

__global__ void signed_bytes(const signed char *a, const signed char *b, int *d) {
  int lane = threadIdx.x, group = lane / 4, member = lane % 4;
  unsigned fa[2], fb;
  memcpy(&fa[0], a + group * 16 + member * 4, 4);
  memcpy(&fa[1], a + (group + 8) * 16 + member * 4, 4);
  memcpy(&fb, b + group * 16 + member * 4, 4);
  int r[4] = {1, 2, 3, 4};
  asm("mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5}, {%6}, "
      "{%0, %1, %2, %3};"
      : "+r"(r[0]), "+r"(r[1]), "+r"(r[2]), "+r"(r[3])
      : "r"(fa[0]), "r"(fa[1]), "r"(fb));
  for (int i = 0; i < 4; ++i)
    d[(group + i / 2 * 8) * 8 + member * 2 + i % 2] = r[i];
}

// Eight rows of a matrix, read as columns.
__global__ void transposed(const unsigned short *in, unsigned *out) {
  __shared__ alignas(16) unsigned short box[64];
  box[threadIdx.x] = in[threadIdx.x];
  box[threadIdx.x + 32] = in[threadIdx.x + 32];
  __syncwarp();
  unsigned at = __cvta_generic_to_shared(box + threadIdx.x % 8 * 8);
  asm volatile("ldmatrix.sync.aligned.m8n8.x1.trans.shared.b16 {%0}, [%1];"
               : "=r"(out[threadIdx.x])
               : "r"(at));
}

int main() {
  int *out = managed<int>(64 * 8);
  warps<<<1, 64>>>(out);
  SYNC();
  for (int t = 0; t < 64; ++t) {
    const int *row = out + t * 8, lane = t % 32;
    EXPECT_EQ(row[0], t ^ 8);
    EXPECT_EQ(row[1], lane + 5 < 32 ? t + 5 : t);
    EXPECT_EQ(row[2], lane + 5 < 32);
    EXPECT_EQ(row[3], 1023);
    EXPECT_EQ(row[4], t < 32 ? 496 : 496 + 1024);
    EXPECT_EQ(row[5], -1);
    EXPECT_EQ(unsigned(row[6]), 15u << lane / 4 * 4);
    EXPECT_EQ(row[7], lane == 0);
  }

  int *in = managed<int>(64);
  for (int t = 0; t < 64; ++t)
    in[t] = t * 29 % 101;
  guarded<<<1, 64>>>(in, out);
  SYNC();
  for (int t = 0; t < 64; ++t) {
    int o = 4 * ((t ^ 1) % 16);
    EXPECT_EQ(out[t], t % 32 == 31 ? in[t] : in[t + 1] + in[t]);
    EXPECT_EQ(out[64 + t], t % 32 + 100);
    EXPECT_EQ(out[128 + t], in[o + 1] * 1000 + ((t ^ 1) % 2 ? in[o + 3] : 0));
  }

  _Float16 *a = managed<_Float16>(256), *b = managed<_Float16>(128);
  float *c = managed<float>(128), *d = managed<float>(128);
  for (int i = 0; i < 256; ++i)
    a[i] = (i * 7 % 23 - 11) / 4.0;
  for (int i = 0; i < 128; ++i) {
    b[i] = (i * 5 % 19 - 9) / 2.0;
    c[i] = i % 10;
  }
  halves<<<1, 32>>>(a, b, c, d);
  SYNC();
  for (int row = 0; row < 16; ++row)
    for (int column = 0; column < 8; ++column) {
      float want = c[row * 8 + column];
      for (int k = 0; k < 16; ++k)
        want += float(a[row * 16 + k]) * float(b[column * 16 + k]);
      EXPECT_EQ(d[row * 8 + column], want);
    }

  float *x = managed<float>(128), *y = managed<float>(64);
  for (int i = 0; i < 128; ++i)
    x[i] = i % 13 - 6;
  for (int i = 0; i < 64; ++i)
    y[i] = i % 7 - 3;
  tf32<<<1, 32>>>(x, y, d);
  SYNC();
  for (int row = 0; row < 16; ++row)
    for (int column = 0; column < 8; ++column) {
      float want = 0;
      for (int k = 0; k < 8; ++k)
        want += x[row * 8 + k] * y[column * 8 + k];
      EXPECT_EQ(d[row * 8 + column], want);
    }

  signed char *p = managed<signed char>(256), *q = managed<signed char>(128);
  for (int i = 0; i < 256; ++i)
    p[i] = i * 31 % 256 - 128;
  for (int i = 0; i < 128; ++i)
    q[i] = i * 57 % 256 - 128;
  signed_bytes<<<1, 32>>>(p, q, out);
  SYNC();
  for (int row = 0; row < 16; ++row)
    for (int column = 0; column < 8; ++column) {
      int want = 1 + row / 8 * 2 + column % 2;
      for (int k = 0; k < 16; ++k)
        want += p[row * 16 + k] * q[column * 16 + k];
      EXPECT_EQ(out[row * 8 + column], want);
    }

  unsigned short *rows = managed<unsigned short>(64);
  unsigned *columns = managed<unsigned>(32);
  for (int i = 0; i < 64; ++i)
    rows[i] = i * 3;
  transposed<<<1, 32>>>(rows, columns);
  SYNC();
  for (int lane = 0; lane < 32; ++lane) {
    int column = lane / 4, first = lane % 4 * 2;
    EXPECT_EQ(columns[lane],
              unsigned(rows[first * 8 + column]) | unsigned(rows[(first + 1) * 8 + column]) << 16);
  }
  return verdict();
}
