// expect-path: vector
// Inline PTX: integer arithmetic, carries, bits, shifts, predicates and scoped registers.
#include "check.h"
#include <climits>
#include <cstdint>

__global__ void arithmetic(const unsigned *in, unsigned *out) {
  unsigned a = in[threadIdx.x], b = in[threadIdx.x + 32], *row = out + threadIdx.x * 32;
  int n = 0;
#define OP2(text)                                                                                  \
  asm(text " %0, %1, %2;" : "=r"(row[n]) : "r"(a), "r"(b));                                        \
  ++n
  OP2("add.u32");
  OP2("sub.s32");
  OP2("mul.lo.u32");
  OP2("mul.hi.u32");
  OP2("mul.hi.s32");
  OP2("min.s32");
  OP2("max.u32");
  OP2("and.b32");
  OP2("xor.b32");
  OP2("shl.b32");
  OP2("shr.u32");
  OP2("shr.s32");
  OP2("add.sat.s32");
#undef OP2
#define OP1(text)                                                                                  \
  asm(text " %0, %1;" : "=r"(row[n]) : "r"(a));                                                    \
  ++n
  OP1("not.b32");
  OP1("neg.s32");
  OP1("abs.s32");
  OP1("popc.b32");
  OP1("clz.b32");
  OP1("brev.b32");
  OP1("bfind.u32");
  OP1("bfind.s32");
  OP1("cnot.b32");
#undef OP1
  asm("mad.lo.u32 %0, %1, %2, %3;" : "=r"(row[n++]) : "r"(a), "r"(b), "r"(7));
  asm("lop3.b32 %0, %1, %2, %3, 0xe8;" : "=r"(row[n++]) : "r"(a), "r"(b), "r"(0x12345678));
  asm("bfe.u32 %0, %1, 5, 9;" : "=r"(row[n++]) : "r"(a));
  asm("bfe.s32 %0, %1, 5, 9;" : "=r"(row[n++]) : "r"(a));
  asm("bfi.b32 %0, %1, %2, 4, 8;" : "=r"(row[n++]) : "r"(a), "r"(b));
  asm("shf.l.wrap.b32 %0, %1, %2, 37;" : "=r"(row[n++]) : "r"(a), "r"(b));
  asm("shf.r.clamp.b32 %0, %1, %2, 40;" : "=r"(row[n++]) : "r"(a), "r"(b));
  asm("prmt.b32 %0, %1, %2, 0x7045;" : "=r"(row[n++]) : "r"(a), "r"(b));
  asm("dp4a.s32.u32 %0, %1, %2, %3;" : "=r"(row[n++]) : "r"(a), "r"(b), "r"(9));
  asm("vabsdiff4.u32.u32.u32.add %0, %1, %2, %3;" : "=r"(row[n++]) : "r"(a), "r"(b), "r"(3));
}

static int arithmetic_of(unsigned a, unsigned b, unsigned *want) {
  int n = 0, sa = a, sb = b;
  auto clamp = [](long long x) { return x > INT_MAX ? INT_MAX : x < INT_MIN ? INT_MIN : int(x); };
  want[n++] = a + b;
  want[n++] = a - b;
  want[n++] = a * b;
  want[n++] = unsigned((unsigned long long)a * b >> 32);
  want[n++] = unsigned((long long)sa * sb >> 32);
  want[n++] = sa < sb ? a : b;
  want[n++] = a > b ? a : b;
  want[n++] = a & b;
  want[n++] = a ^ b;
  want[n++] = b > 31 ? 0 : a << b;
  want[n++] = b > 31 ? 0 : a >> b;
  want[n++] = sa >> (b > 31 ? 31 : b);
  want[n++] = clamp((long long)sa + sb);
  want[n++] = ~a;
  want[n++] = -a;
  want[n++] = sa < 0 ? -a : a;
  want[n++] = __builtin_popcount(a);
  want[n++] = a ? __builtin_clz(a) : 32;
  unsigned reversed = 0;
  for (int i = 0; i < 32; ++i)
    reversed |= (a >> i & 1) << (31 - i);
  want[n++] = reversed;
  want[n++] = a ? 31 - __builtin_clz(a) : ~0u;
  unsigned folded = sa < 0 ? ~a : a;
  want[n++] = folded ? 31 - __builtin_clz(folded) : ~0u;
  want[n++] = a == 0;
  want[n++] = a * b + 7;
  want[n++] = (a & b) | (a & 0x12345678) | (b & 0x12345678);
  want[n++] = a >> 5 & 511;
  want[n++] = unsigned(int(a << 18) >> 23);
  want[n++] = (b & ~0xff0u) | (a & 0xff) << 4;
  want[n++] = b << 5 | a >> 27;
  want[n++] = b;
  unsigned char bytes[8];
  memcpy(bytes, &a, 4);
  memcpy(bytes + 4, &b, 4);
  want[n++] = bytes[5] | bytes[4] << 8 | bytes[0] << 16 | unsigned(bytes[7]) << 24;
  int dot = 9;
  unsigned distance = 3;
  for (int i = 0; i < 4; ++i) {
    dot += (signed char)(a >> 8 * i) * int(b >> 8 * i & 255);
    distance += abs(int(a >> 8 * i & 255) - int(b >> 8 * i & 255));
  }
  want[n++] = dot;
  want[n++] = distance;
  return n;
}

// 128-bit sums by carries, a 64-bit product by parts, and predicates in a scope of their own.
__global__ void wide(const unsigned *in, unsigned *out) {
  unsigned *row = out + threadIdx.x * 32;
  const unsigned *a = in + threadIdx.x, *b = in + threadIdx.x + 16;
  asm("add.cc.u32 %0, %4, %8;\n\t"
      "addc.cc.u32 %1, %5, %9;\n\t"
      "addc.cc.u32 %2, %6, %10;\n\t"
      "addc.u32 %3, %7, %11;"
      : "=r"(row[0]), "=r"(row[1]), "=r"(row[2]), "=r"(row[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(b[2]), "r"(b[3]));
  asm("sub.cc.u32 %0, %2, %4; subc.u32 %1, %3, %5;"
      : "=r"(row[4]), "=r"(row[5])
      : "r"(a[0]), "r"(a[1]), "r"(b[0]), "r"(b[1]));
  unsigned long long product;
  asm("mul.wide.u32 %0, %1, %2;" : "=l"(product) : "r"(a[0]), "r"(b[0]));
  asm("mov.b64 {%0, %1}, %2;" : "=r"(row[6]), "=r"(row[7]) : "l"(product));
  row[8] = 77;
  asm("{\n\t"
      ".reg .pred p, q;  // names that end with the scope\n\t"
      ".reg .u32 t<2>;\n\t"
      "setp.gt.and.s32 p|q, %1, %2, 1;\n\t"
      "@p  add.u32 t0, %1, 1;\n\t"
      "@!p sub.u32 t0, %2, 1;\n\t"
      "selp.u32 t1, 0x100, 512, q;\n\t"
      "@q mov.u32 %0, t1;\n\t"
      "add.u32 %0, %0, t0; /* both */\n\t"
      "}"
      : "+r"(row[8])
      : "r"(a[0]), "r"(b[0]));
  unsigned lane, block;
  asm volatile("mov.u32 %0, %%laneid;" : "=r"(lane));
  asm("mov.u32 %0, %%ntid.x;" : "=r"(block));
  row[9] = lane * 100 + block;
}

// Fields and shifts by numbers that only the lane knows, also beyond the word; what guards do.
constexpr int kVariable = 16;
__global__ void variable(const uint32_t *x, const uint32_t *y, uint64_t *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  uint32_t a = x[i], b = y[i], r;
  int s;
  uint64_t w, *o = out + kVariable * i;
  asm("lop3.b32 %0, %1, %2, %3, 0xb8;" : "=r"(r) : "r"(a), "r"(b), "r"(b << 7));
  *o++ = r;
  asm("mad.hi.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(7));
  *o++ = r;
  asm("bfe.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b & 63), "r"(b >> 8 & 63));
  *o++ = r;
  asm("bfe.s32 %0, %1, %2, %3;" : "=r"(s) : "r"(a), "r"(b & 63), "r"(b >> 8 & 63));
  *o++ = (uint32_t)s;
  asm("bfi.b32 %0, %1, %2, %3, %4;" : "=r"(r) : "r"(a), "r"(b), "r"(b & 63), "r"(b >> 8 & 63));
  *o++ = r;
  asm("shl.b32 %0, %1, %2;" : "=r"(r) : "r"(a), "r"(b & 63));
  *o++ = r;
  asm("shr.s32 %0, %1, %2;" : "=r"(s) : "r"(a), "r"(b & 63));
  *o++ = (uint32_t)s;
  asm("shf.l.wrap.b32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(b & 63));
  *o++ = r;
  asm("prmt.b32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(0xc254));
  *o++ = r;
  asm("sad.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(9));
  *o++ = r;
  asm("{\n\t.reg .u32 t1, t2;\n\t// several statements\n\tadd.u32 t1, %1, 5;\n\t"
      "xor.b32 t2, t1, %2;\n\tnot.b32 %0, t2;\n}"
      : "=r"(r)
      : "r"(a), "r"(b));
  *o++ = r;
  r = 1;
  asm("{ .reg .pred p; setp.gt.u32 p, %1, %2; @p add.u32 %0, %0, 10; @!p mov.u32 %0, 3; }"
      : "+r"(r)
      : "r"(a), "r"(b));
  *o++ = r;
  asm("mov.b64 %0, {%1, %2};" : "=l"(w) : "r"(a), "r"(b));
  *o++ = w;
  asm("{ .reg .u32 t<2>; add.cc.u32 t0, %1, %2; addc.u32 t1, 0, 0; mov.b64 %0, {t0, t1}; }"
      : "=l"(w)
      : "r"(a), "r"(b));
  *o++ = w;
  asm("cvt.sat.u8.s32 %0, %1;" : "=r"(r) : "r"(a));
  *o++ = r;
  asm("cvt.s8.s32 %0, %1;" : "=r"(s) : "r"(a));
  *o++ = (uint32_t)s;
}

static uint32_t field(uint32_t a, unsigned at, unsigned length, bool sign) {
  uint32_t r = 0;
  unsigned top = at + length - 1 > 31 ? 31 : at + length - 1;
  for (unsigned k = 0; k < 32; ++k) {
    uint32_t bit = k < length && at + k < 32 ? a >> (at + k) & 1
                   : sign && length          ? a >> top & 1
                                             : 0;
    r |= bit << k;
  }
  return r;
}

static void check_variable() {
  const int n = 512;
  uint32_t *x = managed<uint32_t>(n), *y = managed<uint32_t>(n);
  uint64_t *out = managed<uint64_t>(n * kVariable);
  const uint32_t edges[] = {0, 1, 0x80000000, 0xffffffff, 0x7fffffff, 2, 0x10000, 31};
  uint32_t state = 1;
  auto random = [&] { return state = state * 1664525 + 1013904223, state ^ state >> 15; };
  for (int i = 0; i < n; ++i) {
    x[i] = i < 64 ? edges[i / 8] : random();
    y[i] = i < 64 ? edges[i % 8] : random();
  }
  variable<<<4, 128>>>(x, y, out);
  SYNC();
  for (int i = 0; i < n; ++i) {
    uint32_t a = x[i], b = y[i], at = b & 63, length = b >> 8 & 63;
    int32_t sa = a;
    uint32_t mask = 0, third = b << 7;
    for (unsigned k = at; k < 32 && k < at + length; ++k)
      mask |= 1u << k;
    uint64_t both = (uint64_t)b << 32 | a;
    auto byte = [&](int k) { return uint32_t(both >> 8 * k & 255); };
    uint64_t want[kVariable] = {(a & ~b) | (third & b),
                                uint32_t(((uint64_t)a * b >> 32) + 7),
                                field(a, at, length, false),
                                field(a, at, length, true),
                                (b & ~mask) | ((at < 32 ? a << at : 0) & mask),
                                at < 32 ? a << at : 0,
                                uint32_t(sa >> (at < 32 ? at : 31)),
                                uint32_t((both << (at & 31)) >> 32),
                                byte(4) | byte(5) << 8 | byte(2) << 16 |
                                    (byte(4) & 128 ? 255u : 0u) << 24,
                                uint32_t((a > b ? a - b : b - a) + 9),
                                uint32_t(~((a + 5) ^ b)),
                                a > b ? 11u : 3u,
                                both,
                                (uint64_t)a + b,
                                sa < 0     ? 0u
                                : sa > 255 ? 255u
                                           : a,
                                uint32_t(int32_t(int8_t(a)))};
    for (int k = 0; k < kVariable; ++k) {
      if (out[kVariable * i + k] != want[k] && ++failures <= 20)
        printf("result %d of %x and %x is %llx, expected %llx\n", k, a, b,
               (unsigned long long)out[kVariable * i + k], (unsigned long long)want[k]);
    }
  }
}

int main() {
  unsigned *in = managed<unsigned>(64), *out = managed<unsigned>(32 * 32), want[32];
  unsigned seed = 1;
  for (int i = 0; i < 64; ++i)
    in[i] = (seed = seed * 1664525u + 1013904223u) >> (i % 5 == 0 ? 28 : 0);
  in[3] = 0;
  in[4] = 0x80000000;
  in[5 + 32] = 0x7fffffff;
  arithmetic<<<1, 32>>>(in, out);
  SYNC();
  for (int t = 0; t < 32; ++t) {
    int count = arithmetic_of(in[t], in[t + 32], want);
    for (int i = 0; i < count; ++i)
      if (out[t * 32 + i] != want[i]) {
        ++failures;
        printf("operation %d of %x, %x is %x, expected %x\n", i, in[t], in[t + 32], out[t * 32 + i],
               want[i]);
      }
  }
  wide<<<1, 32>>>(in, out);
  SYNC();
  for (int t = 0; t < 32; ++t) {
    const unsigned *row = out + t * 32, *a = in + t, *b = in + t + 16;
    unsigned __int128 x = 0, y = 0, sum = 0;
    for (int i = 3; i >= 0; --i) {
      x = x << 32 | a[i];
      y = y << 32 | b[i];
      sum = sum << 32 | row[i];
    }
    EXPECT(sum == x + y);
    unsigned long long difference = (unsigned long long)x - (unsigned long long)y;
    EXPECT_EQ(row[4] | (unsigned long long)row[5] << 32, difference);
    EXPECT_EQ(row[6] | (unsigned long long)row[7] << 32, (unsigned long long)a[0] * b[0]);
    bool greater = int(a[0]) > int(b[0]);
    EXPECT_EQ(row[8], greater ? 77 + a[0] + 1 : 256 + b[0] - 1);
    EXPECT_EQ(row[9], t * 100 + 32u);
  }
  check_variable();
  return verdict();
}
