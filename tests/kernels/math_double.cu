// Double-precision functions against the host's library, whose own error (below one unit in the
// last place) counts too. The bounds are those of the CUDA programming guide plus one.
// expect-path: vector
#include "check.h"
#include <cmath>

#define UNARY(X)                                                                                   \
  X(sqrt, sqrt, 0, 0, 1e300)                                                                       \
  X(rsqrt, [](double x) { return double(1 / sqrtl(x)); }, 2, 1e-300, 1e300)                        \
  X(cbrt, cbrt, 2, -1e10, 1e10)                                                                    \
  X(exp, exp, 2, -700, 700)                                                                        \
  X(exp2, exp2, 2, -1000, 1000)                                                                    \
  X(exp10, [](double x) { return double(powl(10.0L, x)); }, 2, -300, 300)                          \
  X(expm1, expm1, 2, -5, 700)                                                                      \
  X(log, log, 2, 1e-300, 1e300)                                                                    \
  X(log2, log2, 2, 1e-300, 1e300)                                                                  \
  X(log10, log10, 2, 1e-300, 1e300)                                                                \
  X(log1p, log1p, 2, -0.99, 1e10)                                                                  \
  X(sin, sin, 3, -3000, 3000)                                                                      \
  X(cos, cos, 3, -3000, 3000)                                                                      \
  X(tan, tan, 3, -3000, 3000)                                                                      \
  X(asin, asin, 3, -1, 1)                                                                          \
  X(acos, acos, 3, -1, 1)                                                                          \
  X(atan, atan, 3, -1e5, 1e5)                                                                      \
  X(sinh, sinh, 3, -700, 700)                                                                      \
  X(cosh, cosh, 2, -700, 700)                                                                      \
  X(tanh, tanh, 3, -20, 20)                                                                        \
  X(asinh, asinh, 4, -1e5, 1e5)                                                                    \
  X(acosh, acosh, 4, 1, 1e5)                                                                       \
  X(atanh, atanh, 4, -0.999, 0.999)                                                                \
  X(erf, erf, 3, -5, 5)                                                                            \
  X(erfc, erfc, 7, -5, 25)                                                                         \
  X(lgamma, lgamma, 8, 2.5, 1000)                                                                  \
  X(tgamma, tgamma, 12, 0.5, 150)                                                                  \
  X(floor, floor, 0, -1e6, 1e6)                                                                    \
  X(ceil, ceil, 0, -1e6, 1e6)                                                                      \
  X(trunc, trunc, 0, -1e6, 1e6)                                                                    \
  X(round, round, 0, -1e6, 1e6)                                                                    \
  X(rint, rint, 0, -1e6, 1e6)                                                                      \
  X(fabs, fabs, 0, -1e6, 1e6)

#define BINARY(X)                                                                                  \
  X(pow, pow, 3, 0.01, 100, -100, 100)                                                             \
  X(atan2, atan2, 3, -100, 100, -100, 100)                                                         \
  X(hypot, hypot, 3, -1e10, 1e10, -1e10, 1e10)                                                     \
  X(fmod, fmod, 0, -1000, 1000, 0.1, 10)                                                           \
  X(remainder, remainder, 0, -1000, 1000, 0.1, 10)                                                 \
  X(fmin, fmin, 0, -10, 10, -10, 10)                                                               \
  X(fmax, fmax, 0, -10, 10, -10, 10)                                                               \
  X(fdim, fdim, 0, -10, 10, -10, 10)                                                               \
  X(copysign, copysign, 0, -10, 10, -10, 10)

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

static void spread(double *out, double low, double high, unsigned long long seed) {
  bool wide = low > 0 && high / low > 1e6;
  for (int i = 0; i < n; ++i) {
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    double t = (seed >> 11) / double(1ull << 53);
    out[i] = wide ? exp(log(low) + t * (log(high) - log(low))) : low + t * (high - low);
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
         binary ? ", " : "; ", z[where], y[where], reference(where), worst);
}

int main() {
  x = managed<double>(n), z = managed<double>(n), y = managed<double>(n);
#define TRY1(name, reference, ulps, low, high)                                                     \
  spread(x, low, high, 1);                                                                         \
  run_##name<<<8, 128>>>(x, y, n);                                                                 \
  SYNC();                                                                                          \
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
  compare(#name, ulps, true, [](int i) {                                                           \
    double (*function)(double, double) = reference;                                                \
    return function(x[i], z[i]);                                                                   \
  });
  BINARY(TRY2)
  return verdict();
}
