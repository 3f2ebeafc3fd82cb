// expect-path: vector
#include "check.h"
#include <climits>

__global__ void run(const unsigned *in, const unsigned long long *in64, unsigned long long *out) {
  int i = threadIdx.x;
  unsigned x = in[i], y = in[i + 1];
  unsigned long long w = in64[i];
  unsigned long long *o = out + 32 * i;
  o[0] = __popc(x);
  o[1] = __popcll(w);
  o[2] = __clz(int(x));
  o[3] = __clzll((long long)w);
  o[4] = __ffs(int(x));
  o[5] = __ffsll((long long)w);
  o[6] = __brev(x);
  o[7] = __brevll(w);
  o[8] = __byte_perm(x, y, 0x3715);
  o[9] = __funnelshift_l(x, y, 13);
  o[10] = __funnelshift_r(x, y, 45);  // takes the count modulo 32
  o[11] = __funnelshift_lc(x, y, 45); // clamps it to 32
  o[12] = __umulhi(x, y);
  o[13] = (unsigned)__mulhi(int(x), int(y));
  o[14] = __umul64hi(w, w ^ x);
  o[15] = (unsigned long long)__mul64hi((long long)w, (long long)x - 5);
  o[16] = (unsigned)__mul24(int(x), int(y));
  o[17] = __umul24(x, y);
  o[18] = __sad(int(x), int(y), 7u);
  o[19] = __usad(x, y, 7u);
  o[20] = (unsigned)__hadd(int(x), int(y));
  o[21] = __urhadd(x, y);
  o[22] = __uhadd(x, y);
  o[23] = (unsigned)abs(int(x) | 1);
  o[24] = min(x, y) + (unsigned long long)max(x, y) * 3;
  o[25] = (unsigned)(min(int(x), int(y)) ^ max(int(x), 5));
  o[26] = llmin((long long)w, 77ll) + ullmax(w, 99ull);
  o[27] = __float_as_uint(__uint_as_float(x & 0x7f7fffffu));
  o[28] = (unsigned)__double2hiint(__longlong_as_double((long long)(w >> 2)));
  o[29] = (unsigned)__double2loint(__hiloint2double(int(x >> 2), int(y)));
  o[30] = __funnelshift_rc(x, y, 20);
  o[31] = (unsigned)(__rhadd(int(x), int(y)));
}

static unsigned reverse32(unsigned x) {
  unsigned r = 0;
  for (int i = 0; i < 32; ++i)
    r |= (x >> i & 1u) << (31 - i);
  return r;
}

int main() {
  const int n = 64;
  unsigned *in = managed<unsigned>(n + 1);
  unsigned long long *in64 = managed<unsigned long long>(n), *out;
  CUDA(cudaMallocManaged(&out, n * 32 * sizeof *out));
  unsigned long long state = 88172645463325252ull;
  for (int i = 0; i <= n; ++i) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    in[i] = unsigned(state) >> (i % 31);
    if (i < n)
      in64[i] = state >> (i * 3 % 64);
  }
  in[3] = 0, in[4] = 0xffffffffu, in[5] = 0x80000000u, in[6] = 1;
  in64[3] = 0, in64[4] = ~0ull, in64[5] = 1ull << 63;
  run<<<1, n>>>(in, in64, out);
  SYNC();
  for (int i = 0; i < n; ++i) {
    unsigned x = in[i], y = in[i + 1];
    int sx = int(x), sy = int(y);
    unsigned long long w = in64[i], *o = out + 32 * i;
    EXPECT_EQ(o[0], __builtin_popcount(x));
    EXPECT_EQ(o[1], __builtin_popcountll(w));
    EXPECT_EQ(o[2], x ? __builtin_clz(x) : 32);
    EXPECT_EQ(o[3], w ? __builtin_clzll(w) : 64);
    EXPECT_EQ(o[4], __builtin_ffs(sx));
    EXPECT_EQ(o[5], __builtin_ffsll((long long)w));
    EXPECT_EQ(o[6], reverse32(x));
    EXPECT(o[7] == ((unsigned long long)reverse32(unsigned(w)) << 32 | reverse32(w >> 32)));
    unsigned long long both = (unsigned long long)y << 32 | x;
    unsigned permuted = 0;
    for (int k = 0; k < 4; ++k)
      permuted |= unsigned(both >> ((0x3715 >> 4 * k & 7) * 8) & 255) << 8 * k;
    EXPECT_EQ(o[8], permuted);
    EXPECT_EQ(o[9], unsigned(both << 13 >> 32));
    EXPECT_EQ(o[10], unsigned(both >> 13));
    EXPECT_EQ(o[11], x); // by 32: the low word
    EXPECT_EQ(o[12], unsigned((unsigned long long)x * y >> 32));
    EXPECT_EQ(o[13], unsigned((long long)sx * sy >> 32));
    EXPECT(o[14] == (unsigned long long)((unsigned __int128)w * (w ^ x) >> 64));
    EXPECT(o[15] == (unsigned long long)((__int128)(long long)w * ((long long)x - 5) >> 64));
    long long x24 = (long long)(int)(x << 8) >> 8, y24 = (long long)(int)(y << 8) >> 8;
    EXPECT_EQ(o[16], unsigned(x24 * y24));
    EXPECT_EQ(o[17], unsigned((unsigned long long)(x & 0xffffff) * (y & 0xffffff)));
    long long difference = (long long)sx - sy;
    EXPECT_EQ(o[18], unsigned((difference < 0 ? -difference : difference) + 7));
    EXPECT_EQ(o[19], (x > y ? x - y : y - x) + 7u);
    EXPECT_EQ(o[20], unsigned(((long long)sx + sy) >> 1));
    EXPECT_EQ(o[21], unsigned(((unsigned long long)x + y + 1) >> 1));
    EXPECT_EQ(o[22], unsigned(((unsigned long long)x + y) >> 1));
    EXPECT_EQ(o[23], unsigned(sx | 1) & 0x80000000u ? 0u - (x | 1) : x | 1);
    EXPECT_EQ(o[24], (x < y ? x : y) + (unsigned long long)(x < y ? y : x) * 3);
    EXPECT_EQ(o[25], unsigned((sx < sy ? sx : sy) ^ (sx > 5 ? sx : 5)));
    EXPECT(o[26] ==
           (unsigned long long)((long long)w < 77 ? (long long)w : 77) + (w > 99 ? w : 99));
    EXPECT_EQ(o[27], x & 0x7f7fffffu);
    EXPECT_EQ(o[28], unsigned(w >> 34));
    EXPECT_EQ(o[29], y);
    EXPECT_EQ(o[30], unsigned(both >> 20));
    EXPECT_EQ(o[31], unsigned(((long long)sx + sy + 1) >> 1));
  }
  return verdict();
}
