// expect-path: vector
// The DPX functions on random numbers and on their limits, on the device and on the host, against
// sums and comparisons of wider integers.
#include "check.h"
#include <algorithm>
#include <climits>

typedef unsigned int u32;

// Functions of three words, with what they give for numbers a, b, c of any sign and size.
#define THREE(X)                                                                                   \
  X(imax3, std::max({a, b, c}))                                                                    \
  X(imin3, std::min({a, b, c}))                                                                    \
  X(iaddmax, std::max(wrapped(a + b), c))                                                          \
  X(iaddmin, std::min(wrapped(a + b), c))

constexpr int kCount = 256, kResults = 36;

// All functions of one triple of words; `out` has kResults places.
__host__ __device__ void all(u32 a, u32 b, u32 c, u32 *out) {
#define CALL(name, expression)                                                                     \
  *out++ = __v##name##_s32(a, b, c);                                                               \
  *out++ = __v##name##_u32(a, b, c);                                                               \
  *out++ = __v##name##_s16x2(a, b, c);                                                             \
  *out++ = __v##name##_u16x2(a, b, c);                                                             \
  *out++ = __v##name##_s32_relu(a, b, c);                                                          \
  *out++ = __v##name##_s16x2_relu(a, b, c);
  THREE(CALL)
  bool p, q;
  *out++ = __vimax_s32_relu(a, b);
  *out++ = __vimin_s32_relu(a, b);
  *out++ = __vimax_s16x2_relu(a, b);
  *out++ = __vimin_s16x2_relu(a, b);
#define PREDICATE(name)                                                                            \
  *out++ = __v##name##_s32(a, b, &p) ^ (p ? 0x5a5a5a5a : 0);                                       \
  *out++ = __v##name##_u32(a, b, &p) ^ (p ? 0x5a5a5a5a : 0);                                       \
  *out++ = __v##name##_s16x2(a, b, &p, &q) ^ (p ? 0x5a5a0000 : 0) ^ (q ? 0x5a5a : 0);              \
  *out++ = __v##name##_u16x2(a, b, &p, &q) ^ (p ? 0x5a5a0000 : 0) ^ (q ? 0x5a5a : 0);
  PREDICATE(ibmax)
  PREDICATE(ibmin)
}

__global__ void run(const u32 *in, u32 *out) {
  int i = threadIdx.x;
  u32 results[kResults];
  all(in[i], in[i + kCount], in[i + 2 * kCount], results);
  for (int r = 0; r < kResults; ++r)
    out[r * kCount + i] = results[r];
}

// `f` for each number of `bits` bits, put together again.
template <class F> u32 each(u32 x, u32 y, u32 z, int bits, bool is_signed, F f) {
  u32 result = 0;
  for (int shift = 0; shift < 32; shift += bits) {
    auto number = [&](u32 word) {
      long long value = bits == 32 ? word : word >> shift & 0xffff;
      return is_signed && value >> (bits - 1) ? value - (1ll << bits) : value;
    };
    long long got = f(number(x), number(y), number(z));
    result |= u32(got & ((1ll << bits) - 1)) << shift;
  }
  return result;
}

static void expected(u32 x, u32 y, u32 z, u32 *out) {
#define WANT(name, expression)                                                                     \
  for (int form = 0; form < 6; ++form) {                                                           \
    int bits = form == 0 || form == 1 || form == 4 ? 32 : 16;                                      \
    bool is_signed = form != 1 && form != 3, relu = form > 3;                                      \
    *out++ = each(x, y, z, bits, is_signed, [&](long long a, long long b, long long c) {           \
      auto wrapped = [&](long long sum) {                                                          \
        long long low = sum & ((1ll << bits) - 1);                                                 \
        return is_signed && low >> (bits - 1) ? low - (1ll << bits) : low;                         \
      };                                                                                           \
      (void)wrapped;                                                                               \
      long long best = expression;                                                                 \
      return relu && best < 0 ? 0 : best;                                                          \
    });                                                                                            \
  }
  THREE(WANT)
  for (int bits : {32, 16})
    for (bool largest : {true, false})
      *out++ = each(x, y, z, bits, true, [&](long long a, long long b, long long) {
        return std::max(largest ? std::max(a, b) : std::min(a, b), 0ll);
      });
  for (bool largest : {true, false})
    for (int bits : {32, 16})
      for (bool is_signed : {true, false})
        *out++ = each(x, y, z, bits, is_signed, [&](long long a, long long b, long long) {
          bool is_a = largest ? a >= b : a <= b;
          return (is_a ? a : b) ^ (is_a ? (bits == 32 ? 0x5a5a5a5a : 0x5a5a) : 0);
        });
}

int main() {
  u32 *in = managed<u32>(3 * kCount), *out = managed<u32>(kResults * kCount), state = 1;
  const u32 limits[] = {0, 1, 0xffffffff, 0x80000000, 0x7fffffff, 0x80008000, 0x7fff7fff, 0x8000};
  for (int i = 0; i < 3 * kCount; ++i) {
    state = state * 1664525 + 1013904223;
    in[i] = state >> 29 ? state >> 16 ^ state << 16 : limits[state >> 26 & 7];
  }
  run<<<1, kCount>>>(in, out);
  SYNC();
  for (int i = 0; i < kCount; ++i) {
    u32 want[kResults], host[kResults];
    expected(in[i], in[i + kCount], in[i + 2 * kCount], want);
    all(in[i], in[i + kCount], in[i + 2 * kCount], host);
    for (int r = 0; r < kResults; ++r) {
      EXPECT_EQ(out[r * kCount + i], want[r]);
      EXPECT_EQ(host[r], want[r]);
    }
  }
  return verdict();
}
