// SIMD within a 32-bit word: two halves or four bytes at once (__vadd2, __vabsdiffu4, …).
#include "common.h"

using namespace sampan;

namespace sampan {

constexpr int lowest(int width) { return -(1 << (width - 1)); }
constexpr int highest(int width) { return (1 << (width - 1)) - 1; }
INLINE int clamp(int x, int low, int high) { return x < low ? low : x > high ? high : x; }

// Fields of `width` bits, extended with their sign or with zeros.
template <int width, bool is_signed> INLINE int field(u32 word, int index) {
  const u32 top = word << (32 - width * (index + 1));
  return is_signed ? int(top) >> (32 - width) : int(top >> (32 - width));
}

// What `operation` makes of every pair of fields, as a word again.
template <int width, bool is_signed, class F> INLINE int each(int a, int b, F operation) {
  constexpr u32 mask = (1u << width) - 1;
  u32 result = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < 32 / width; ++i) {
    const int x = field<width, is_signed>(u32(a), i), y = field<width, is_signed>(u32(b), i);
    result |= (u32(operation(x, y)) & mask) << (width * i);
  }
  return int(result);
}
// The sum of the operation's results.
template <int width, bool is_signed, class F> INLINE int total(int a, int b, F operation) {
  int result = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < 32 / width; ++i)
    result += operation(field<width, is_signed>(u32(a), i), field<width, is_signed>(u32(b), i));
  return result;
}

INLINE int distance(int x, int y) { return x > y ? x - y : y - x; }
INLINE int magnitude(int x) { return x < 0 ? -x : x; }

} // namespace sampan

#define SAMPAN_EACH1(NAME, WIDTH, EXPRESSION)                                                      \
  CHEAP int __nv_v##NAME(int a) {                                                                  \
    return each<WIDTH, true>(a, 0, [](int x, int) { return EXPRESSION; });                         \
  }
#define SAMPAN_EACH2(NAME, WIDTH, SIGNED, EXPRESSION)                                              \
  CHEAP int __nv_v##NAME(int a, int b) {                                                           \
    return each<WIDTH, SIGNED>(a, b, [](int x, int y) { return EXPRESSION; });                     \
  }
#define SAMPAN_TOTAL(NAME, WIDTH, SIGNED)                                                          \
  CHEAP int __nv_v##NAME(int a, int b) {                                                           \
    return total<WIDTH, SIGNED>(a, b, [](int x, int y) { return distance(x, y); });                \
  }
// A comparison gives all ones (cmp) or one (set) in each field where it holds.
#define SAMPAN_COMPARE(NAME, N, WIDTH, SIGNED, EXPRESSION)                                         \
  SAMPAN_EACH2(cmp##NAME##N, WIDTH, SIGNED, EXPRESSION ? -1 : 0)                                   \
  SAMPAN_EACH2(set##NAME##N, WIDTH, SIGNED, EXPRESSION ? 1 : 0)

#define SAMPAN_WORD(N, WIDTH)                                                                      \
  SAMPAN_EACH1(abs##N, WIDTH, magnitude(x))                                                        \
  SAMPAN_EACH1(absss##N, WIDTH, clamp(magnitude(x), 0, highest(WIDTH)))                            \
  SAMPAN_EACH1(neg##N, WIDTH, -x)                                                                  \
  SAMPAN_EACH1(negss##N, WIDTH, clamp(-x, lowest(WIDTH), highest(WIDTH)))                          \
  SAMPAN_EACH2(absdiffs##N, WIDTH, true, distance(x, y))                                           \
  SAMPAN_EACH2(absdiffu##N, WIDTH, false, distance(x, y))                                          \
  SAMPAN_EACH2(add##N, WIDTH, false, x + y)                                                        \
  SAMPAN_EACH2(addss##N, WIDTH, true, clamp(x + y, lowest(WIDTH), highest(WIDTH)))                 \
  SAMPAN_EACH2(addus##N, WIDTH, false, clamp(x + y, 0, (1 << WIDTH) - 1))                          \
  SAMPAN_EACH2(avgs##N, WIDTH, true, (x + y + (x + y >= 0 ? 1 : 0)) >> 1)                          \
  SAMPAN_EACH2(avgu##N, WIDTH, false, (x + y + 1) >> 1)                                            \
  SAMPAN_EACH2(haddu##N, WIDTH, false, (x + y) >> 1)                                               \
  SAMPAN_EACH2(maxs##N, WIDTH, true, x > y ? x : y)                                                \
  SAMPAN_EACH2(maxu##N, WIDTH, false, x > y ? x : y)                                               \
  SAMPAN_EACH2(mins##N, WIDTH, true, x < y ? x : y)                                                \
  SAMPAN_EACH2(minu##N, WIDTH, false, x < y ? x : y)                                               \
  SAMPAN_EACH2(sub##N, WIDTH, false, x - y)                                                        \
  SAMPAN_EACH2(subss##N, WIDTH, true, clamp(x - y, lowest(WIDTH), highest(WIDTH)))                 \
  SAMPAN_EACH2(subus##N, WIDTH, false, clamp(x - y, 0, (1 << WIDTH) - 1))                          \
  SAMPAN_TOTAL(sads##N, WIDTH, true)                                                               \
  SAMPAN_TOTAL(sadu##N, WIDTH, false)                                                              \
  SAMPAN_COMPARE(eq, N, WIDTH, false, x == y)                                                      \
  SAMPAN_COMPARE(ne, N, WIDTH, false, x != y)                                                      \
  SAMPAN_COMPARE(ges, N, WIDTH, true, x >= y)                                                      \
  SAMPAN_COMPARE(geu, N, WIDTH, false, x >= y)                                                     \
  SAMPAN_COMPARE(gts, N, WIDTH, true, x > y)                                                       \
  SAMPAN_COMPARE(gtu, N, WIDTH, false, x > y)                                                      \
  SAMPAN_COMPARE(les, N, WIDTH, true, x <= y)                                                      \
  SAMPAN_COMPARE(leu, N, WIDTH, false, x <= y)                                                     \
  SAMPAN_COMPARE(lts, N, WIDTH, true, x < y)                                                       \
  SAMPAN_COMPARE(ltu, N, WIDTH, false, x < y)
SAMPAN_WORD(2, 16)
SAMPAN_WORD(4, 8)
