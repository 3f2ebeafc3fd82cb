// Single-precision functions against the host's double-precision library, in units in the last
// place. The bounds are those of the CUDA programming guide, where it gives one, and a little more.
// expect-path: vector
#include "check.h"
#include <cmath>

#define UNARY(X)                                                                                   \
  X(sqrtf, sqrt, 1, 0, 1e30f)                                                                      \
  X(rsqrtf, [](double x) { return 1 / sqrt(x); }, 2, 1e-30f, 1e30f)                                \
  X(cbrtf, cbrt, 1, -1e10f, 1e10f)                                                                 \
  X(expf, exp, 2, -80, 80)                                                                         \
  X(exp2f, exp2, 2, -120, 120)                                                                     \
  X(exp10f, [](double x) { return pow(10.0, x); }, 2, -35, 35)                                     \
  X(expm1f, expm1, 1, -5, 80)                                                                      \
  X(logf, log, 1, 1e-30f, 1e30f)                                                                   \
  X(log2f, log2, 1, 1e-30f, 1e30f)                                                                 \
  X(log10f, log10, 2, 1e-30f, 1e30f)                                                               \
  X(log1pf, log1p, 1, -0.99f, 1e10f)                                                               \
  X(sinf, sin, 2, -300, 300)                                                                       \
  X(cosf, cos, 2, -300, 300)                                                                       \
  X(tanf, tan, 4, -300, 300)                                                                       \
  X(asinf, asin, 4, -1, 1)                                                                         \
  X(acosf, acos, 3, -1, 1)                                                                         \
  X(atanf, atan, 2, -1e5f, 1e5f)                                                                   \
  X(sinhf, sinh, 3, -80, 80)                                                                       \
  X(coshf, cosh, 2, -80, 80)                                                                       \
  X(tanhf, tanh, 2, -15, 15)                                                                       \
  X(asinhf, asinh, 3, -1e5f, 1e5f)                                                                 \
  X(acoshf, acosh, 4, 1, 1e5f)                                                                     \
  X(atanhf, atanh, 3, -0.999f, 0.999f)                                                             \
  X(erff, erf, 2, -4, 4)                                                                           \
  X(erfcf, erfc, 6, -4, 9)                                                                         \
  X(lgammaf, lgamma, 8, 0.5f, 100)                                                                 \
  X(tgammaf, tgamma, 11, 0.5f, 30)                                                                 \
  X(sinpif, [](double x) { return sin(x * 3.14159265358979323846); }, 2, -0.99f, 0.99f)            \
  X(cospif, [](double x) { return cos(x * 3.14159265358979323846); }, 2, -0.49f, 0.49f)            \
  X(floorf, floor, 0, -1e6f, 1e6f)                                                                 \
  X(ceilf, ceil, 0, -1e6f, 1e6f)                                                                   \
  X(truncf, trunc, 0, -1e6f, 1e6f)                                                                 \
  X(roundf, round, 0, -1e6f, 1e6f)                                                                 \
  X(rintf, rint, 0, -1e6f, 1e6f)                                                                   \
  X(nearbyintf, nearbyint, 0, -1e6f, 1e6f)                                                         \
  X(fabsf, fabs, 0, -1e6f, 1e6f)

#define BINARY(X)                                                                                  \
  X(powf, pow, 9, 0.01f, 100, -10, 10)                                                             \
  X(atan2f, atan2, 3, -100, 100, -100, 100)                                                        \
  X(hypotf, hypot, 3, -1e10f, 1e10f, -1e10f, 1e10f)                                                \
  X(fmodf, fmod, 0, -1000, 1000, 0.1f, 10)                                                         \
  X(remainderf, remainder, 0, -1000, 1000, 0.1f, 10)                                               \
  X(fminf, fmin, 0, -10, 10, -10, 10)                                                              \
  X(fmaxf, fmax, 0, -10, 10, -10, 10)                                                              \
  X(fdimf, [](double x, double y) { return double(float(fdim(x, y))); }, 0, -10, 10, -10, 10)      \
  X(copysignf, copysign, 0, -10, 10, -10, 10)

#define KERNEL1(name, reference, ulps, low, high)                                                  \
  __global__ void run_##name(const float *x, float *y, int n) {                                    \
    int i = blockIdx.x * blockDim.x + threadIdx.x;                                                 \
    if (i < n)                                                                                     \
      y[i] = name(x[i]);                                                                           \
  }
UNARY(KERNEL1)
#define KERNEL2(name, reference, ulps, low, high, low2, high2)                                     \
  __global__ void run_##name(const float *x, const float *z, float *y, int n) {                    \
    int i = blockIdx.x * blockDim.x + threadIdx.x;                                                 \
    if (i < n)                                                                                     \
      y[i] = name(x[i], z[i]);                                                                     \
  }
BINARY(KERNEL2)

const int n = 1000;
static float *x, *z, *y;

static double distance(float got, double want) { // in units in the last place of the result
  if (std::isnan(want))
    return std::isnan(got) ? 0 : 1e9;
  if (got == float(want))
    return 0;
  int exponent;
  frexp(want, &exponent);
  if (exponent < -125)
    exponent = -125;
  return fabs(got - want) / ldexp(1.0, exponent - 24);
}

// Evenly over the exponents, else over the numbers: the same on all hosts, whatever their library's
// functions are and whether they fuse.
static void spread(float *out, float low, float high, unsigned seed) {
  bool wide = low > 0 && high / low > 1e6;
  int least = std::ilogb(low) + 1, most = std::ilogb(high);
  for (int i = 0; i < n; ++i) {
    seed = seed * 1664525u + 1013904223u;
    double t = (seed >> 8) / double(1 << 24);
    double even = wide ? std::fma(t, most - least, least) : std::fma(t, double(high) - low, low);
    out[i] = float(wide ? std::ldexp(1 + (even - std::floor(even)), int(std::floor(even))) : even);
  }
  out[0] = low, out[1] = high;
}

template <class Reference>
static void compare(const char *name, double bound, bool binary, Reference reference) {
  double worst = 0;
  int where = 0;
  for (int i = 0; i < n; ++i) {
    double error = distance(y[i], reference(i));
    if (error > worst)
      worst = error, where = i;
  }
  if (worst <= bound + 0.51)
    return;
  ++failures;
  printf("%s(%.9g%s%.9g) is %.9g, expected %.9g: %.3g ulp\n", name, x[where], binary ? ", " : "; ",
         z[where], y[where], reference(where), worst);
}

int main() {
  x = managed<float>(n), z = managed<float>(n), y = managed<float>(n);
#define TRY1(name, reference, ulps, low, high)                                                     \
  spread(x, low, high, 1);                                                                         \
  run_##name<<<8, 128>>>(x, y, n);                                                                 \
  SYNC();                                                                                          \
  same_bits(y, n);                                                                                 \
  compare(#name, ulps, false, [](int i) {                                                          \
    double (*function)(double) = reference;                                                        \
    return function(x[i]);                                                                         \
  });
  UNARY(TRY1)
#define TRY2(name, reference, ulps, low, high, low2, high2)                                        \
  spread(x, low, high, 1);                                                                         \
  spread(z, low2, high2, 2);                                                                       \
  run_##name<<<8, 128>>>(x, z, y, n);                                                              \
  SYNC();                                                                                          \
  same_bits(y, n);                                                                                 \
  compare(#name, ulps, true, [](int i) {                                                           \
    double (*function)(double, double) = reference;                                                \
    return function(x[i], z[i]);                                                                   \
  });
  BINARY(TRY2)
  return verdict();
}
