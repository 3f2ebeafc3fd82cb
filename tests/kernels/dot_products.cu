// expect-path: vector
// __dp4a, __dp2a_lo and __dp2a_hi, signed and unsigned, of words and of vectors; sums that wrap.
#include "check.h"
#include <climits>

constexpr int kCount = 256;

__global__ void run(const int *a, const int *b, const int *c, int *out) {
  int i = threadIdx.x;
  unsigned ua = a[i], ub = b[i], uc = c[i];
  out[i] = __dp4a(a[i], b[i], c[i]);
  out[i + kCount] = __dp4a(ua, ub, uc);
  out[i + 2 * kCount] = __dp2a_lo(a[i], b[i], c[i]);
  out[i + 3 * kCount] = __dp2a_lo(ua, ub, uc);
  out[i + 4 * kCount] = __dp2a_hi(a[i], b[i], c[i]);
  out[i + 5 * kCount] = __dp2a_hi(ua, ub, uc);
}

__global__ void run_vectors(const int *a, const int *b, const int *c, int *out) {
  int i = threadIdx.x;
  out[i] = __dp4a(((const char4 *)a)[i], ((const char4 *)b)[i], c[i]);
  out[i + kCount] = __dp4a(((const uchar4 *)a)[i], ((const uchar4 *)b)[i], unsigned(c[i]));
  short2 shorts = ((const short2 *)a)[i];
  ushort2 words = ((const ushort2 *)a)[i];
  out[i + 2 * kCount] = __dp2a_lo(shorts, ((const char4 *)b)[i], c[i]);
  out[i + 3 * kCount] = __dp2a_lo(words, ((const uchar4 *)b)[i], unsigned(c[i]));
  out[i + 4 * kCount] = __dp2a_hi(shorts, ((const char4 *)b)[i], c[i]);
  out[i + 5 * kCount] = __dp2a_hi(words, ((const uchar4 *)b)[i], unsigned(c[i]));
}

static long long part(unsigned word, int number, int bits, bool is_signed) {
  long long value = word >> number * bits & ((1u << bits) - 1);
  return is_signed && value >> (bits - 1) ? value - (1 << bits) : value;
}

int main() {
  int *a = managed<int>(kCount), *b = managed<int>(kCount), *c = managed<int>(kCount);
  int *out = managed<int>(12 * kCount);
  unsigned state = 1;
  for (int i = 0; i < kCount; ++i)
    for (int *word : {a, b, c}) {
      state = state * 1664525 + 1013904223;
      word[i] = i % 4       ? int(state >> 16 ^ state << 16)
                : word == c ? INT_MAX
                            : int(0x80808080 - i / 128);
    }
  run<<<1, kCount>>>(a, b, c, out);
  run_vectors<<<1, kCount>>>(a, b, c, out + 6 * kCount);
  SYNC();
  for (int i = 0; i < kCount; ++i)
    for (int form = 0; form < 6; ++form) {
      bool is_signed = form % 2 == 0;
      long long sum = c[i];
      for (int p = 0; p < (form < 2 ? 4 : 2); ++p)
        sum += form < 2 ? part(a[i], p, 8, is_signed) * part(b[i], p, 8, is_signed)
                        : part(a[i], p, 16, is_signed) *
                              part(b[i], p + (form > 3 ? 2 : 0), 8, is_signed);
      EXPECT_EQ(out[form * kCount + i], int(sum));
      EXPECT_EQ(out[(6 + form) * kCount + i], int(sum));
    }
  return verdict();
}
