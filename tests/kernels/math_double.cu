// Double-precision functions against the host's library in its longer format. The bounds, in units
// in the last place, are those of the CUDA programming guide plus a little.
// expect-path: vector
#include "check.h"
#include <cmath>

// It is exact in double, and musl's for long doubles of 128 bits is not.
static long double exact_remainder(long double a, long double b) {
  return __builtin_remainder((double)a, (double)b);
}

#define UNARY(X)                                                                                   \
  X(sqrt, sqrtl, 0, 0, 1e300)                                                                      \
  X(rsqrt, [](long double x) { return 1 / sqrtl(x); }, 2, 1e-300, 1e300)                           \
  X(cbrt, cbrtl, 2, -1e10, 1e10)                                                                   \
  X(exp, expl, 2, -700, 700)                                                                       \
  X(exp2, exp2l, 2, -1000, 1000)                                                                   \
  X(exp10, [](long double x) { return powl(10, x); }, 2, -300, 300)                                \
  X(expm1, expm1l, 2, -5, 700)                                                                     \
  X(log, logl, 2, 1e-300, 1e300)                                                                   \
  X(log2, log2l, 2, 1e-300, 1e300)                                                                 \
  X(log10, log10l, 2, 1e-300, 1e300)                                                               \
  X(log1p, log1pl, 2, -0.99, 1e10)                                                                 \
  X(sin, sinl, 3, -3000, 3000)                                                                     \
  X(cos, cosl, 3, -3000, 3000)                                                                     \
  X(tan, tanl, 3, -3000, 3000)                                                                     \
  X(asin, asinl, 3, -1, 1)                                                                         \
  X(acos, acosl, 3, -1, 1)                                                                         \
  X(atan, atanl, 3, -1e5, 1e5)                                                                     \
  X(sinh, sinhl, 3, -700, 700)                                                                     \
  X(cosh, coshl, 2, -700, 700)                                                                     \
  X(tanh, tanhl, 3, -20, 20)                                                                       \
  X(asinh, asinhl, 4, -1e5, 1e5)                                                                   \
  X(acosh, acoshl, 4, 1, 1e5)                                                                      \
  X(atanh, atanhl, 4, -0.999, 0.999)                                                               \
  X(erf, erfl, 3, -5, 5)                                                                           \
  X(erfc, erfcl, 7, -5, 25)                                                                        \
  X(lgamma, lgammal, 8, 2.5, 1000)                                                                 \
  X(tgamma, tgammal, 12, 0.5, 150)                                                                 \
  X(floor, floorl, 0, -1e6, 1e6)                                                                   \
  X(ceil, ceill, 0, -1e6, 1e6)                                                                     \
  X(trunc, truncl, 0, -1e6, 1e6)                                                                   \
  X(round, roundl, 0, -1e6, 1e6)                                                                   \
  X(rint, rintl, 0, -1e6, 1e6)                                                                     \
  X(fabs, fabsl, 0, -1e6, 1e6)

#define BINARY(X)                                                                                  \
  X(pow, powl, 3, 0.01, 100, -100, 100)                                                            \
  X(atan2, atan2l, 3, -100, 100, -100, 100)                                                        \
  X(hypot, hypotl, 3, -1e10, 1e10, -1e10, 1e10)                                                    \
  X(fmod, fmodl, 0, -1000, 1000, 0.1, 10)                                                          \
  X(remainder, exact_remainder, 0, -1000, 1000, 0.1, 10)                                           \
  X(fmin, fminl, 0, -10, 10, -10, 10)                                                              \
  X(fmax, fmaxl, 0, -10, 10, -10, 10)                                                              \
  X(fdim, fdiml, 0, -10, 10, -10, 10)                                                              \
  X(copysign, copysignl, 0, -10, 10, -10, 10)

#define KERNEL1(name, reference, ulps, low, high)                                                  \
  __global__ void run_##name(const double *x, double *y, int n) {                                  \
    int i = blockIdx.x * blockDim.x + threadIdx.x;                                                 \
    if (i < n)                                                                                     \
      y[i] = name(x[i]);                                                                           \
  }
UNARY(KERNEL1)
#define KERNEL2(name, reference, ulps, low, high, low2, high2)                                     \
  __global__ void run_##name(const double *x, const double *z, double *y, int n) {                 \
    int i = blockIdx.x * blockDim.x + threadIdx.x;                                                 \
    if (i < n)                                                                                     \
      y[i] = name(x[i], z[i]);                                                                     \
  }
BINARY(KERNEL2)

const int n = 1000;
static double *x, *z, *y;

static double distance(double got, double want) {
  if (std::isnan(want))
    return std::isnan(got) ? 0 : 1e9;
  if (got == want)
    return 0;
  int exponent;
  frexp(want, &exponent);
  return fabs(got - want) / ldexp(1.0, exponent - 53);
}

// Evenly over the exponents, else over the numbers: the same on all hosts, whatever their library's
// functions are and whether they fuse.
static void spread(double *out, double low, double high, unsigned long long seed) {
  bool wide = low > 0 && high / low > 1e6;
  int least = std::ilogb(low) + 1, most = std::ilogb(high);
  for (int i = 0; i < n; ++i) {
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    double t = (seed >> 11) / double(1ull << 53);
    double even = wide ? std::fma(t, most - least, least) : std::fma(t, high - low, low);
    out[i] = wide ? std::ldexp(1 + (even - std::floor(even)), int(std::floor(even))) : even;
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
  if (worst <= bound)
    return;
  ++failures;
  printf("%s(%.17g%s%.17g) is %.17g, expected %.17g: %.3g ulp\n", name, x[where],
         binary ? ", " : "; ", z[where], y[where], double(reference(where)), worst);
}

int main() {
  x = managed<double>(n), z = managed<double>(n), y = managed<double>(n);
#define TRY1(name, reference, ulps, low, high)                                                     \
  spread(x, low, high, 1);                                                                         \
  run_##name<<<8, 128>>>(x, y, n);                                                                 \
  SYNC();                                                                                          \
  same_bits(y, n);                                                                                 \
  compare(#name, ulps, false, [](int i) {                                                          \
    long double (*function)(long double) = reference;                                              \
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
    long double (*function)(long double, long double) = reference;                                 \
    return function(x[i], z[i]);                                                                   \
  });
  BINARY(TRY2)
  return verdict();
}
