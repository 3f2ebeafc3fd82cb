// Inline PTX on integers, beside the same in C++ on the host.
#include "check.h"
#include <climits>
#include <cstdint>

constexpr int kResults = 25;
__global__ void run(const uint32_t *x, const uint32_t *y, uint64_t *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  uint32_t a = x[i], b = y[i], r;
  int s;
  uint64_t w;
  uint64_t *o = out + kResults * i;
  asm("lop3.b32 %0, %1, %2, %3, 0x96;" : "=r"(r) : "r"(a), "r"(b), "r"(a >> 3));
  o[0] = r;
  asm("lop3.b32 %0, %1, %2, %3, 0xb8;" : "=r"(r) : "r"(a), "r"(b), "r"(b << 7));
  o[1] = r;
  asm("mul.wide.u32 %0, %1, %2;" : "=l"(w) : "r"(a), "r"(b));
  o[2] = w;
  asm("mad.hi.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(7));
  o[3] = r;
  asm("mul.hi.s32 %0, %1, %2;" : "=r"(s) : "r"(a), "r"(b));
  o[4] = (uint32_t)s;
  asm("bfe.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b & 63), "r"(b >> 8 & 63));
  o[5] = r;
  asm("bfe.s32 %0, %1, %2, %3;" : "=r"(s) : "r"(a), "r"(b & 63), "r"(b >> 8 & 63));
  o[6] = (uint32_t)s;
  asm("bfi.b32 %0, %1, %2, %3, %4;" : "=r"(r) : "r"(a), "r"(b), "r"(b & 63), "r"(b >> 8 & 63));
  o[7] = r;
  asm("bfind.u32 %0, %1;" : "=r"(r) : "r"(a));
  o[8] = r;
  asm("bfind.s32 %0, %1;" : "=r"(r) : "r"(a));
  o[9] = r;
  asm("popc.b32 %0, %1;" : "=r"(r) : "r"(a));
  o[10] = r;
  asm("shl.b32 %0, %1, %2;" : "=r"(r) : "r"(a), "r"(b & 63));
  o[11] = r;
  asm("shr.s32 %0, %1, %2;" : "=r"(s) : "r"(a), "r"(b & 63));
  o[12] = (uint32_t)s;
  asm("shf.l.wrap.b32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(b & 63));
  o[13] = r;
  asm("prmt.b32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(0xc254));
  o[14] = r;
  asm("sad.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(9));
  o[15] = r;
  asm("add.sat.s32 %0, %1, %2;" : "=r"(s) : "r"(a), "r"(b));
  o[16] = (uint32_t)s;
  asm("{ .reg .pred p; setp.lt.s32 p, %1, %2; selp.b32 %0, %1, %2, p; }"
      : "=r"(r)
      : "r"(a), "r"(b));
  o[17] = r;
  asm("{\n\t.reg .u32 t1, t2;\n\t// several statements\n\tadd.u32 t1, %1, 5;\n\t"
      "xor.b32 t2, t1, %2;\n\tnot.b32 %0, t2;\n}"
      : "=r"(r)
      : "r"(a), "r"(b));
  o[18] = r;
  r = 1;
  asm("{ .reg .pred p; setp.gt.u32 p, %1, %2; @p add.u32 %0, %0, 10; @!p mov.u32 %0, 3; }"
      : "+r"(r)
      : "r"(a), "r"(b));
  o[19] = r;
  asm("mov.b64 %0, {%1, %2};" : "=l"(w) : "r"(a), "r"(b));
  o[20] = w;
  uint32_t low, high;
  asm("mov.b64 {%0, %1}, %2;" : "=r"(low), "=r"(high) : "l"((uint64_t)a * b));
  o[21] = (uint64_t)high << 32 | low;
  asm("{ .reg .u32 t<2>; add.cc.u32 t0, %1, %2; addc.u32 t1, 0, 0; mov.b64 %0, {t0, t1}; }"
      : "=l"(w)
      : "r"(a), "r"(b));
  o[22] = w;
  asm("cvt.sat.u8.s32 %0, %1;" : "=r"(r) : "r"(a));
  o[23] = r;
  asm("cvt.s8.s32 %0, %1;" : "=r"(s) : "r"(a));
  o[24] = (uint32_t)s;
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

int main() {
  const int n = 512;
  uint32_t *x = managed<uint32_t>(n), *y = managed<uint32_t>(n);
  uint64_t *out = managed<uint64_t>(n * kResults);
  const uint32_t edges[] = {0, 1, 0x80000000, 0xffffffff, 0x7fffffff, 2, 0x10000, 31};
  uint32_t state = 1;
  auto random = [&] { return state = state * 1664525 + 1013904223, state ^ state >> 15; };
  for (int i = 0; i < n; ++i) {
    x[i] = i < 64 ? edges[i / 8] : random();
    y[i] = i < 64 ? edges[i % 8] : random();
  }
  run<<<4, 128>>>(x, y, out, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    uint32_t a = x[i], b = y[i], at = b & 63, length = b >> 8 & 63;
    int32_t sa = a, sb = b;
    uint32_t mask = 0, third = b << 7;
    for (unsigned k = at; k < 32 && k < at + length; ++k)
      mask |= 1u << k;
    uint64_t both = (uint64_t)b << 32 | a;
    auto find = [](uint32_t v) { return v ? 31u - __builtin_clz(v) : 0xffffffffu; };
    auto byte = [&](int k) { return uint32_t(both >> 8 * k & 255); };
    int64_t sum = (int64_t)sa + sb;
    uint64_t want[kResults] = {a ^ b ^ a >> 3,
                               (a & ~b) | (third & b),
                               (uint64_t)a * b,
                               uint32_t(((uint64_t)a * b >> 32) + 7),
                               uint32_t((int64_t)sa * sb >> 32),
                               field(a, at, length, false),
                               field(a, at, length, true),
                               (b & ~mask) | ((at < 32 ? a << at : 0) & mask),
                               find(a),
                               find(sa < 0 ? ~a : a),
                               (uint64_t)__builtin_popcount(a),
                               at < 32 ? a << at : 0,
                               uint32_t(sa >> (at < 32 ? at : 31)),
                               uint32_t((both << (at & 31)) >> 32),
                               byte(4) | byte(5) << 8 | byte(2) << 16 |
                                   (byte(4) & 128 ? 255u : 0u) << 24,
                               uint32_t((a > b ? a - b : b - a) + 9),
                               uint32_t(sum > INT_MAX   ? INT_MAX
                                        : sum < INT_MIN ? INT_MIN
                                                        : sum),
                               sa < sb ? a : b,
                               uint32_t(~((a + 5) ^ b)),
                               a > b ? 11u : 3u,
                               both,
                               (uint64_t)a * b,
                               (uint64_t)a + b,
                               sa < 0     ? 0u
                               : sa > 255 ? 255u
                                          : a,
                               uint32_t(int32_t(int8_t(a)))};
    for (int k = 0; k < kResults; ++k) {
      if (out[kResults * i + k] != want[k] && ++failures <= 20)
        printf("result %d of %x and %x is %llx, expected %llx\n", k, a, b,
               (unsigned long long)out[kResults * i + k], (unsigned long long)want[k]);
    }
  }
  return verdict();
}
