// The SIMD-in-a-word functions, __vadd2 to __vsubus4, against plain loops over the parts.
// expect-path: vector
#include "check.h"
#include <algorithm>

// Every function of two words, and what it does with one part of each (as s, signed, and u,
// unsigned numbers; `top` is the largest signed part, `all` a part of ones).
#define BINARY(X)                                                                                  \
  X(add, u1 + u2)                                                                                  \
  X(addss, clamp(s1 + s2, -top - 1, top))                                                          \
  X(addus, clamp(u1 + u2, 0, all))                                                                 \
  X(sub, u1 - u2)                                                                                  \
  X(subss, clamp(s1 - s2, -top - 1, top))                                                          \
  X(subus, clamp(u1 - u2, 0, all))                                                                 \
  X(avgs, average(s1, s2))                                                                         \
  X(avgu, (u1 + u2 + 1) >> 1)                                                                      \
  X(haddu, (u1 + u2) >> 1)                                                                         \
  X(absdiffs, s1 > s2 ? s1 - s2 : s2 - s1)                                                         \
  X(absdiffu, u1 > u2 ? u1 - u2 : u2 - u1)                                                         \
  X(maxs, std::max(s1, s2))                                                                        \
  X(maxu, std::max(u1, u2))                                                                        \
  X(mins, std::min(s1, s2))                                                                        \
  X(minu, std::min(u1, u2))                                                                        \
  X(cmpeq, u1 == u2 ? all : 0)                                                                     \
  X(cmpne, u1 != u2 ? all : 0)                                                                     \
  X(cmpges, s1 >= s2 ? all : 0)                                                                    \
  X(cmpgeu, u1 >= u2 ? all : 0)                                                                    \
  X(cmpgts, s1 > s2 ? all : 0)                                                                     \
  X(cmpgtu, u1 > u2 ? all : 0)                                                                     \
  X(cmples, s1 <= s2 ? all : 0)                                                                    \
  X(cmpleu, u1 <= u2 ? all : 0)                                                                    \
  X(cmplts, s1 < s2 ? all : 0)                                                                     \
  X(cmpltu, u1 < u2 ? all : 0)                                                                     \
  X(seteq, u1 == u2)                                                                               \
  X(setne, u1 != u2)                                                                               \
  X(setges, s1 >= s2)                                                                              \
  X(setgeu, u1 >= u2)                                                                              \
  X(setgts, s1 > s2)                                                                               \
  X(setgtu, u1 > u2)                                                                               \
  X(setles, s1 <= s2)                                                                              \
  X(setleu, u1 <= u2)                                                                              \
  X(setlts, s1 < s2)                                                                               \
  X(setltu, u1 < u2)

#define UNARY(X)                                                                                   \
  X(abs, s1 < 0 ? -s1 : s1)                                                                        \
  X(absss, std::min(s1 < 0 ? -s1 : s1, top))                                                       \
  X(neg, -s1)                                                                                      \
  X(negss, std::min(-s1, top))

// Those that add up the parts.
#define SUMS(X)                                                                                    \
  X(sads, s1 > s2 ? s1 - s2 : s2 - s1)                                                             \
  X(sadu, u1 > u2 ? u1 - u2 : u2 - u1)

const int n = 512;
#define KERNELS(width)                                                                             \
  __global__ void run##width(const unsigned *a, const unsigned *b, unsigned *out) {                \
    int i = blockIdx.x * blockDim.x + threadIdx.x, at = i;                                         \
    BINARY(CALL2_##width) UNARY(CALL1_##width) SUMS(CALL2_##width)                                 \
  }
#define CALL2_2(name, expression) out[at] = __v##name##2(a[i], b[i]), at += n;
#define CALL2_4(name, expression) out[at] = __v##name##4(a[i], b[i]), at += n;
#define CALL1_2(name, expression) out[at] = __v##name##2(a[i]), at += n;
#define CALL1_4(name, expression) out[at] = __v##name##4(a[i]), at += n;
KERNELS(2)
KERNELS(4)

static int clamp(int x, int low, int high) { return std::min(std::max(x, low), high); }
static int average(int x, int y) { // rounded away from zero, as the reference has it
  int sum = x + y;
  return (sum + (sum >= 0)) >> 1;
}

template <class Part> static unsigned each(unsigned a, unsigned b, int parts, bool sum, Part part) {
  int bits = 32 / parts, all = (1 << bits) - 1, top = all >> 1;
  unsigned result = 0;
  for (int p = 0; p < parts; ++p) {
    int u1 = a >> p * bits & all, u2 = b >> p * bits & all;
    int s1 = u1 > top ? u1 - all - 1 : u1, s2 = u2 > top ? u2 - all - 1 : u2;
    unsigned one = part(s1, s2, u1, u2, top, all);
    result = sum ? result + one : result | (one & all) << p * bits;
  }
  return result;
}

static void compare(const unsigned *a, const unsigned *b, const unsigned *out, int parts) {
  int at = 0;
#define COMPARE(name, expression, sum)                                                             \
  for (int i = 0; i < n; ++i, ++at) {                                                              \
    unsigned want = each(a[i], b[i], parts, sum,                                                   \
                         [](int s1, int s2, int u1, int u2, int top, int all) -> unsigned {        \
                           (void)s1, (void)s2, (void)u1, (void)u2, (void)top, (void)all;           \
                           return expression;                                                      \
                         });                                                                       \
    if (out[at] != want && ++failures <= 20)                                                       \
      printf("__v" #name "%d(%08x, %08x) is %08x, expected %08x\n", parts, a[i], b[i], out[at],    \
             want);                                                                                \
  }
#define PARTS(name, expression) COMPARE(name, expression, false)
#define TOTAL(name, expression) COMPARE(name, expression, true)
  BINARY(PARTS) UNARY(PARTS) SUMS(TOTAL)
}

int main() {
  unsigned *a = managed<unsigned>(n), *b = managed<unsigned>(n), *out = managed<unsigned>(64 * n);
  const unsigned edges[] = {0,          0x80808080, 0x7f7f7f7f, 0xffffffff,
                            0x80007fff, 0x7fff8000, 0x01ff00fe};
  unsigned seed = 1;
  for (int i = 0; i < n; ++i) {
    a[i] = seed = seed * 1664525u + 1013904223u;
    b[i] = seed = seed * 1664525u + 1013904223u;
    if (i < 49)
      a[i] = edges[i / 7], b[i] = edges[i % 7];
    else if (i % 8 == 0)
      b[i] = a[i] ^ (1u << i % 32); // most parts equal
  }
  run2<<<n / 128, 128>>>(a, b, out);
  SYNC();
  compare(a, b, out, 2);
  run4<<<n / 128, 128>>>(a, b, out);
  SYNC();
  compare(a, b, out, 4);
  return verdict();
}
