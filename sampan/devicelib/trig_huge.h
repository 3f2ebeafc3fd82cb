// Payne and Hanek's reduction, for arguments where 2/pi is needed to hundreds of bits.
//
// x = m 2^e with an integer m, so x (2/pi) modulo 4 is 4 frac(m W) with W the bits of 2/pi from
// place e - 2 on: the places before it add multiples of 4. Everything is fixed-point arithmetic in
// 32-bit words. The bits are chosen by selects, not loaded, so that no lane reads memory.
#pragma once

#include "common.h"
#include "constants.h"

namespace sampan {

template <class T> struct Reduced {
  T hi, lo;     // r, |r| <= pi/4
  u32 quadrant; // n of x = n pi/2 + r, of which the two low bits count
};

// 2/pi in words of 32 bits, after one word of zeros.
constexpr int TWO_OVER_PI_WORDS = 38;
constexpr u32 TWO_OVER_PI[TWO_OVER_PI_WORDS] = {
    0x00000000u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u,
    0xfe5163abu, 0xdebbc561u, 0xb7246e3au, 0x424dd2e0u, 0x06492eeau, 0x09d1921cu, 0xfe1deb1cu,
    0xb129a73eu, 0xe88235f5u, 0x2ebb4484u, 0xe99c7026u, 0xb45f7e41u, 0x3991d639u, 0x835339f4u,
    0x9c845f8bu, 0xbdf9283bu, 0x1ff897ffu, 0xde05980fu, 0xef2f118bu, 0x5a0a6d1fu, 0x6d367ecfu,
    0x27cb09b7u, 0x4f463f66u, 0x9e5fea2du, 0x7527bac7u, 0xebe5f17bu, 0x3d0739f7u, 0x8a5292eau,
    0x6bfb5fb1u, 0x1f8d5d08u, 0x56033046u};

// The bits of 2/pi in `out` from place `start` on, the zeros being places 0 to 31.
template <int Available, int Count> INLINE void window(u32 start, u32 (&out)[Count]) {
  u32 words[TWO_OVER_PI_WORDS];
#pragma clang loop unroll(full)
  for (int i = 0; i < Available; ++i)
    words[i] = TWO_OVER_PI[i];
  const u32 index = start >> 5, shift = start & 31;
#pragma clang loop unroll(full)
  for (int step = 16; step > 0; step /= 2) {
    const bool move = (index & u32(step)) != 0;
#pragma clang loop unroll(full)
    for (int i = 0; i < Available; ++i)
      words[i] = choose(move, i + step < Available ? words[i + step] : 0, words[i]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < Count; ++i)
    out[i] = u32((u64(words[i]) << 32 | words[i + 1]) >> (32 - shift));
}

// The result as a double with the quadrant in its two low bits: one number, for a simple call.
SLOW_PATH double reduce_huge_f32(float x) {
  const u32 pattern = bits(abs(x)), exponent = pattern >> 23;
  const u64 m = (pattern & 0x7fffffu) | 0x800000u;
  u32 w[3];
  window<8>(exponent - 150 - 2 + 32, w);
  const u64 turns = ((m * w[0]) << 32) + m * w[1] + ((m * w[2]) >> 32); // of 4 quadrants
  const u64 n = (turns + (u64(1) << 61)) >> 62, quadrant = choose(sign_bit(x), 0 - n, n);
  const double r = double(i64(turns - (n << 62))) * 0x1.921fb54442d18p-62;
  return from_bits((bits(xor_sign(r, double(x))) & ~u64(3)) | (quadrant & 3));
}
INLINE Reduced<float> reduce_huge(float x) {
  const double packed = reduce_huge_f32(x);
  return {is_finite(x) ? float(packed) : Format<float>::nan, 0.0f, u32(bits(packed))};
}

INLINE Reduced<double> reduce_words(double x) {
  using K = Constant<double>;
  const u64 pattern = bits(abs(x)), mask = 0xffffffffu;
  const u32 exponent = u32(pattern >> 52);
  const u64 m = (pattern & 0xfffffffffffffu) | 0x10000000000000u, m0 = m & mask, m1 = m >> 32;
  u32 w[6], product[6];
  window<TWO_OVER_PI_WORDS>(exponent - 1075 - 2 + 32, w);
  u64 carry = 0;
#pragma clang loop unroll(full)
  for (int i = 5; i >= 0; --i) {
    const u64 p = m0 * w[i], q = i == 5 ? 0 : m1 * w[i == 5 ? 5 : i + 1];
    const u64 low = (p & mask) + (q & mask) + (carry & mask);
    product[i] = u32(low);
    carry = (p >> 32) + (q >> 32) + (carry >> 32) + (low >> 32);
  }
  const u64 turns = u64(product[0]) << 32 | product[1], n = (turns + (u64(1) << 61)) >> 62;
  const i64 fraction = i64(turns - (n << 62));
  // The signed fraction and the 64 bits after it as a double word, in units of 2^-62 quadrants.
  const Pair<double> head = two_sum(double(int(fraction >> 32)) * 0x1p32, double(u32(fraction)));
  const Pair<double> rest = two_sum(double(product[2]) * 0x1p-32, double(product[3]) * 0x1p-64);
  const Pair<double> middle = two_sum(head.lo, rest.hi);
  const Pair<double> sum = two_sum(head.hi, middle.hi);
  const Pair<double> units{sum.hi, sum.lo + (middle.lo + rest.lo)};
  const Pair<double> r =
      multiply(units, Pair<double>{K::half_pi_hi * 0x1p-62, K::half_pi_mid * 0x1p-62});
  const u32 quadrant = u32(choose(sign_bit(x), 0 - n, n));
  return {xor_sign(r.hi, x), xor_sign(r.lo, x), quadrant};
}
// Two calls of one result each; the low part carries the quadrant.
SLOW_PATH double reduce_huge_hi(double x) { return reduce_words(x).hi; }
SLOW_PATH double reduce_huge_lo(double x) {
  const Reduced<double> r = reduce_words(x);
  return from_bits((bits(r.lo) & ~u64(3)) | (r.quadrant & 3));
}
INLINE Reduced<double> reduce_huge(double x) {
  const double hi = reduce_huge_hi(x), lo = reduce_huge_lo(x);
  return {is_finite(x) ? hi : Format<double>::nan, lo, u32(bits(lo))};
}

} // namespace sampan
