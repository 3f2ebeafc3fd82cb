// Arithmetic with a rounding direction, __fadd_rd to __fma_rz: the host does the same with its
// floating-point unit set to that direction.
// sampan-flags: -Xcompiler -frounding-math
// expect-path: vector
#include "check.h"
#include <cfenv>
#include <cmath>
#include <cstring>

#define DIRECTIONS(X, ...)                                                                         \
  X(rn, FE_TONEAREST, __VA_ARGS__)                                                                 \
  X(rd, FE_DOWNWARD, __VA_ARGS__) X(ru, FE_UPWARD, __VA_ARGS__) X(rz, FE_TOWARDZERO, __VA_ARGS__)

const int n = 512, Kinds = 7;
enum Operation { Add, Sub, Mul, Div, Reciprocal, Root, Fma };

#define KERNELS(d, mode, unused)                                                                   \
  __global__ void single_##d(const float *x, const float *y, const float *z, float *out) {         \
    int i = blockIdx.x * blockDim.x + threadIdx.x;                                                 \
    out[Add * n + i] = __fadd_##d(x[i], y[i]);                                                     \
    out[Sub * n + i] = __fsub_##d(x[i], y[i]);                                                     \
    out[Mul * n + i] = __fmul_##d(x[i], y[i]);                                                     \
    out[Div * n + i] = __fdiv_##d(x[i], y[i]);                                                     \
    out[Reciprocal * n + i] = __frcp_##d(x[i]);                                                    \
    out[Root * n + i] = __fsqrt_##d(fabsf(x[i]));                                                  \
    out[Fma * n + i] = __fmaf_##d(x[i], y[i], z[i]);                                               \
    if (__fmaf_ieee_##d(x[i], y[i], z[i]) != out[Fma * n + i])                                     \
      out[Fma * n + i] = 12345;                                                                    \
  }                                                                                                \
  __global__ void double_##d(const double *x, const double *y, const double *z, double *out) {     \
    int i = blockIdx.x * blockDim.x + threadIdx.x;                                                 \
    out[Add * n + i] = __dadd_##d(x[i], y[i]);                                                     \
    out[Sub * n + i] = __dsub_##d(x[i], y[i]);                                                     \
    out[Mul * n + i] = __dmul_##d(x[i], y[i]);                                                     \
    out[Div * n + i] = __ddiv_##d(x[i], y[i]);                                                     \
    out[Reciprocal * n + i] = __drcp_##d(x[i]);                                                    \
    out[Root * n + i] = __dsqrt_##d(fabs(x[i]));                                                   \
    out[Fma * n + i] = __fma_##d(x[i], y[i], z[i]);                                                \
  }
DIRECTIONS(KERNELS, )

template <class T> __attribute__((noinline)) T reference(int operation, T x, T y, T z) {
  volatile T a = x, b = y, one = 1, result;
  switch (operation) {
  case Add:
    result = a + b;
    break;
  case Sub:
    result = a - b;
    break;
  case Mul:
    result = a * b;
    break;
  case Div:
    result = a / b;
    break;
  case Reciprocal:
    result = one / a;
    break;
  case Root:
    result = std::sqrt(std::fabs(a));
    break;
  default:
    result = std::fma(x, y, z);
  }
  return result;
}

template <class T>
static void compare(const char *direction, int mode, const T *x, const T *y, const T *z,
                    const T *out) {
  for (int operation = 0; operation < Kinds; ++operation)
    for (int i = 0; i < n; ++i) {
      std::fesetround(mode);
      T want = reference(operation, x[i], y[i], z[i]);
      std::fesetround(FE_TONEAREST);
      T got = out[operation * n + i];
      if (std::memcmp(&got, &want, sizeof got) == 0)
        continue;
      if (++failures <= 20)
        printf("%s, operation %d of %a, %a, %a: %a, expected %a\n", direction, operation,
               double(x[i]), double(y[i]), double(z[i]), double(got), double(want));
    }
}

template <class T> static void fill(T *out, unsigned seed) {
  for (int i = 0; i < n; ++i) {
    seed = seed * 1664525u + 1013904223u;
    T fraction = T(1) + T(seed) / T(4294967296.0) + T(seed * 7) * T(0x1p-52);
    out[i] = std::ldexp(seed & 64 ? -fraction : fraction, int(seed >> 8 & 31) - 16);
  }
}

int main() {
  float *x = managed<float>(n), *y = managed<float>(n), *z = managed<float>(n);
  double *u = managed<double>(n), *v = managed<double>(n), *w = managed<double>(n);
  float *out = managed<float>(Kinds * n);
  double *wide = managed<double>(Kinds * n);
  fill(x, 1), fill(y, 2), fill(z, 3), fill(u, 4), fill(v, 5), fill(w, 6);
  for (int i = 0; i < 16; ++i) { // exact results, and differences that are zero
    y[i] = x[i], v[i] = u[i];
    z[i] = -x[i] * y[i], w[i] = -u[i] * v[i];
  }
#define RUN(d, mode, unused)                                                                       \
  single_##d<<<n / 128, 128>>>(x, y, z, out);                                                      \
  double_##d<<<n / 128, 128>>>(u, v, w, wide);                                                     \
  SYNC();                                                                                          \
  compare("float " #d, mode, x, y, z, out);                                                        \
  compare("double " #d, mode, u, v, w, wide);
  DIRECTIONS(RUN, )
  return verdict();
}
