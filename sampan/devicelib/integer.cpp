// Integer intrinsics.
#include "common.h"

using namespace sampan;

CHEAP int __nv_abs(int a) { return a < 0 ? int(0u - u32(a)) : a; }
CHEAP long long __nv_llabs(long long a) { return a < 0 ? i64(0ull - u64(a)) : a; }

CHEAP int __nv_min(int a, int b) { return a < b ? a : b; }
CHEAP int __nv_max(int a, int b) { return a > b ? a : b; }
CHEAP unsigned int __nv_umin(unsigned int a, unsigned int b) { return a < b ? a : b; }
CHEAP unsigned int __nv_umax(unsigned int a, unsigned int b) { return a > b ? a : b; }
CHEAP long long __nv_llmin(long long a, long long b) { return a < b ? a : b; }
CHEAP long long __nv_llmax(long long a, long long b) { return a > b ? a : b; }
CHEAP unsigned long long __nv_ullmin(unsigned long long a, unsigned long long b) {
  return a < b ? a : b;
}
CHEAP unsigned long long __nv_ullmax(unsigned long long a, unsigned long long b) {
  return a > b ? a : b;
}

CHEAP int __nv_popc(unsigned int a) { return __builtin_popcount(a); }
CHEAP int __nv_popcll(unsigned long long a) { return __builtin_popcountll(a); }
CHEAP int __nv_clz(int a) { return a == 0 ? 32 : __builtin_clz(u32(a)); }
CHEAP int __nv_clzll(long long a) { return a == 0 ? 64 : __builtin_clzll(u64(a)); }
CHEAP int __nv_ffs(int a) { return a == 0 ? 0 : __builtin_ctz(u32(a)) + 1; }
CHEAP int __nv_ffsll(long long a) { return a == 0 ? 0 : __builtin_ctzll(u64(a)) + 1; }
CHEAP int __nv_brev(int a) { return int(__builtin_bitreverse32(u32(a))); }
CHEAP long long __nv_brevll(long long a) { return i64(__builtin_bitreverse64(u64(a))); }

// One byte of the eight in {b, a}, chosen by the low three bits of the selector.
INLINE u32 pick_byte(u32 a, u32 b, u32 selector) {
  const u32 word = (selector & 4) != 0 ? b : a;
  return (word >> ((selector & 3) * 8)) & 0xff;
}
CHEAP int __nv_byte_perm(int a, int b, int c) {
  const u32 low = u32(a), high = u32(b), s = u32(c);
  return int(pick_byte(low, high, s) | pick_byte(low, high, s >> 4) << 8 |
             pick_byte(low, high, s >> 8) << 16 | pick_byte(low, high, s >> 12) << 24);
}

CHEAP int __nv_mulhi(int a, int b) { return int((i64(a) * b) >> 32); }
CHEAP unsigned int __nv_umulhi(unsigned int a, unsigned int b) { return u32((u64(a) * b) >> 32); }
CHEAP unsigned long long __nv_umul64hi(unsigned long long a, unsigned long long b) {
  return u64(((unsigned __int128)a * b) >> 64);
}
CHEAP long long __nv_mul64hi(long long a, long long b) { return i64(((__int128)a * b) >> 64); }
CHEAP int __nv_mul24(int a, int b) {
  return int(u32(int(u32(a) << 8) >> 8) * u32(int(u32(b) << 8) >> 8));
}
CHEAP unsigned int __nv_umul24(unsigned int a, unsigned int b) {
  return (a & 0xffffffu) * (b & 0xffffffu);
}

CHEAP int __nv_sad(int a, int b, int c) {
  return int(choose(a > b, u32(a) - u32(b), u32(b) - u32(a)) + u32(c));
}
CHEAP unsigned int __nv_usad(unsigned int a, unsigned int b, unsigned int c) {
  return choose(a > b, a - b, b - a) + c;
}

// Averages that cannot overflow: the common bits plus half of the differing ones.
CHEAP int __nv_hadd(int a, int b) { return (a & b) + ((a ^ b) >> 1); }
CHEAP int __nv_uhadd(unsigned int a, unsigned int b) { return int((a & b) + ((a ^ b) >> 1)); }
CHEAP int __nv_rhadd(int a, int b) { return (a | b) - ((a ^ b) >> 1); }
CHEAP unsigned int __nv_urhadd(unsigned int a, unsigned int b) { return (a | b) - ((a ^ b) >> 1); }
