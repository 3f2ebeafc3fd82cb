// What every file of the device math library uses.
//
// The library is scalar C++ that Sampan's vectoriser later turns into vector code, hence its style:
// straight-line arithmetic, with ternaries on values that are already computed (clang makes them
// selects), no tables in memory, no conversion that could be poison on a lane it is not meant for.
// A branch guards a rare and costly path only. Built with -ffp-contract=off: an operation is fused
// where the source says fma.
#pragma once

#define __DEVICE__
#define CUDA_VERSION 9000 // so that the SIMD-in-a-word functions are declared too
#include <__clang_cuda_libdevice_declares.h>

// A public function. CHEAP ones are always inlined, SLOW ones (rare paths, large bodies) never.
#define PUBLIC extern "C"
#define CHEAP extern "C" __attribute__((always_inline))
#define SLOW extern "C" __attribute__((noinline))
#define INLINE [[maybe_unused]] static inline __attribute__((always_inline))
#define SLOW_PATH [[maybe_unused]] static __attribute__((noinline))

namespace sampan {

using i32 = int;
using u32 = unsigned int;
using i64 = long long;
using u64 = unsigned long long;

INLINE u32 bits(float x) { return __builtin_bit_cast(u32, x); }
INLINE u64 bits(double x) { return __builtin_bit_cast(u64, x); }
INLINE float from_bits(u32 x) { return __builtin_bit_cast(float, x); }
INLINE double from_bits(u64 x) { return __builtin_bit_cast(double, x); }

INLINE float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
INLINE double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
INLINE float abs(float x) { return __builtin_fabsf(x); }
INLINE double abs(double x) { return __builtin_fabs(x); }
INLINE float sqrt(float x) { return __builtin_sqrtf(x); }
INLINE double sqrt(double x) { return __builtin_sqrt(x); }
INLINE float rint(float x) { return __builtin_rintf(x); }
INLINE double rint(double x) { return __builtin_rint(x); }
INLINE float floor(float x) { return __builtin_floorf(x); }
INLINE double floor(double x) { return __builtin_floor(x); }
INLINE float ceil(float x) { return __builtin_ceilf(x); }
INLINE double ceil(double x) { return __builtin_ceil(x); }
INLINE float trunc(float x) { return __builtin_truncf(x); }
INLINE double trunc(double x) { return __builtin_trunc(x); }
INLINE float copysign(float x, float s) { return __builtin_copysignf(x, s); }
INLINE double copysign(double x, double s) { return __builtin_copysign(x, s); }

// The properties of a format that the algorithms need.
template <class T> struct Format;
template <> struct Format<float> {
  using Bits = u32;
  static constexpr int fraction_bits = 23;
  static constexpr int bias = 127;
  static constexpr float inf = __builtin_inff();
  static constexpr float nan = __builtin_nanf("");
  static constexpr float max = 0x1.fffffep127f;
  static constexpr float min_normal = 0x1p-126f;
  static constexpr float denormal_min = 0x1p-149f;
  // Adding it to a small x rounds x to an integer, which then is in the low bits.
  static constexpr float shifter = 0x1.8p23f;
  static constexpr Bits sign_mask = 0x80000000u;
};
template <> struct Format<double> {
  using Bits = u64;
  static constexpr int fraction_bits = 52;
  static constexpr int bias = 1023;
  static constexpr double inf = __builtin_inf();
  static constexpr double nan = __builtin_nan("");
  static constexpr double max = 0x1.fffffffffffffp1023;
  static constexpr double min_normal = 0x1p-1022;
  static constexpr double denormal_min = 0x1p-1074;
  static constexpr double shifter = 0x1.8p52;
  static constexpr Bits sign_mask = 0x8000000000000000u;
};

// Forms of ?:, && and || whose operands are all computed beforehand, so that no branch comes of
// them.
template <class T> INLINE T choose(bool condition, T yes, T no) { return condition ? yes : no; }
INLINE bool both(bool a, bool b) { return a & b; }
INLINE bool both(bool a, bool b, bool c) { return a & b & c; }
INLINE bool either(bool a, bool b) { return a | b; }

// Comparisons that keep a NaN in x.
template <class T> INLINE T at_most(T x, T limit) { return x > limit ? limit : x; }
template <class T> INLINE T at_least(T x, T limit) { return x < limit ? limit : x; }

template <class T> INLINE bool is_nan(T x) { return x != x; }
template <class T> INLINE bool is_inf(T x) { return abs(x) == Format<T>::inf; }
template <class T> INLINE bool is_finite(T x) { return abs(x) < Format<T>::inf; }
template <class T> INLINE bool sign_bit(T x) { return (bits(x) & Format<T>::sign_mask) != 0; }
// x with its sign flipped where s has its sign bit set.
template <class T> INLINE T xor_sign(T x, T s) {
  return from_bits(bits(x) ^ (bits(s) & Format<T>::sign_mask));
}

// 2^n for an integral n in the normal exponent range, without a conversion to an integer: the
// shifter leaves n in the low bits, and the shift drops the rest.
template <class T> INLINE T exp2_integer(T n) {
  using F = Format<T>;
  return from_bits((bits(n + F::shifter) + typename F::Bits(F::bias)) << F::fraction_bits);
}

// x * 2^n, rounded once also where the result is denormal, for |x| of order one and integral n
// within twice the exponent range.
template <class T> INLINE T scale_by_exp2(T x, T n) {
  T half = rint(n * T(0.5));
  return x * exp2_integer(half) * exp2_integer(n - half);
}

// ---- Polynomials -------------------------------------------------------------------------------

// Estrin's scheme: the dependency chain is logarithmic in the degree, which matters because a gang
// is only a few vectors wide. Coefficients are constants, lowest degree first.
template <int Low, int Size, class T, int N>
INLINE T estrin(const T (&c)[N], T x, T x2, T x4, T x8, T x16) {
  if constexpr (Size == 1)
    return c[Low];
  else if constexpr (Size == 2)
    return fma(c[Low + 1], x, c[Low]);
  else {
    constexpr int split = Size > 16 ? 16 : Size > 8 ? 8 : Size > 4 ? 4 : 2;
    const T power = split == 16 ? x16 : split == 8 ? x8 : split == 4 ? x4 : x2;
    return fma(estrin<Low + split, Size - split>(c, x, x2, x4, x8, x16), power,
               estrin<Low, split>(c, x, x2, x4, x8, x16));
  }
}
template <class T, int N> INLINE T poly(const T (&c)[N], T x) {
  const T x2 = x * x, x4 = x2 * x2, x8 = x4 * x4;
  return estrin<0, N>(c, x, x2, x4, x8, x8 * x8);
}

// Where the rounding of the low terms matters: Horner's scheme for the first three coefficients and
// Estrin's for the rest.
template <class T, int N> INLINE T careful_poly(const T (&c)[N], T x) {
  const T x2 = x * x, x4 = x2 * x2, x8 = x4 * x4;
  const T rest = estrin<3, N - 3>(c, x, x2, x4, x8, x8 * x8);
  return fma(fma(fma(rest, x, c[2]), x, c[1]), x, c[0]);
}
// (p(x) - c[0]) / x
template <class T, int N> INLINE T poly_after_first(const T (&c)[N], T x) {
  const T x2 = x * x, x4 = x2 * x2, x8 = x4 * x4;
  return fma(estrin<2, N - 2>(c, x, x2, x4, x8, x8 * x8), x, c[1]);
}

// ---- Error-free transformations (Dekker, Knuth) and double-word arithmetic ---------------------

template <class T> struct Pair {
  T hi, lo;
};

template <class T> INLINE Pair<T> two_sum(T a, T b) {
  const T s = a + b, t = s - a;
  return {s, (a - (s - t)) + (b - t)};
}
// Requires |a| >= |b| or a == 0.
template <class T> INLINE Pair<T> fast_two_sum(T a, T b) {
  const T s = a + b;
  return {s, b - (s - a)};
}
template <class T> INLINE Pair<T> two_product(T a, T b) {
  const T p = a * b;
  return {p, fma(a, b, -p)};
}
template <class T> INLINE Pair<T> add(Pair<T> a, Pair<T> b) {
  const Pair<T> s = two_sum(a.hi, b.hi);
  return fast_two_sum(s.hi, s.lo + (a.lo + b.lo));
}
template <class T> INLINE Pair<T> add(Pair<T> a, T b) {
  const Pair<T> s = two_sum(a.hi, b);
  return fast_two_sum(s.hi, s.lo + a.lo);
}
template <class T> INLINE Pair<T> multiply(Pair<T> a, Pair<T> b) {
  const Pair<T> p = two_product(a.hi, b.hi);
  return fast_two_sum(p.hi, fma(a.hi, b.lo, fma(a.lo, b.hi, p.lo)));
}
template <class T> INLINE Pair<T> multiply(Pair<T> a, T b) {
  const Pair<T> p = two_product(a.hi, b);
  return fast_two_sum(p.hi, fma(a.lo, b, p.lo));
}
// a / b with one division, b of moderate size: the residual makes up for the rounded reciprocal
// too.
template <class T> INLINE Pair<T> divide(Pair<T> a, Pair<T> b) {
  const T reciprocal = T(1) / b.hi, q = a.hi * reciprocal;
  const T residual = fma(-q, b.hi, a.hi) + fma(-q, b.lo, a.lo);
  return fast_two_sum(q, residual * reciprocal);
}

} // namespace sampan
