// The single-precision functions that math_float.cu does not have: against the double-precision
// functions of the same device, which math_double.cu compares with the host's, or exactly.
// expect-path: vector
#include "check.h"
#include <cmath>

#define CLOSE(X)                                                                                   \
  X(rcbrtf(x), rcbrt(u), 2)                                                                        \
  X(erfinvf(x / 5), erfinv(double(x / 5)), 3)                                                      \
  X(erfcinvf(x / 5 + 1), erfcinv(double(x / 5 + 1)), 4)                                            \
  X(erfcxf(x), erfcx(u), 5)                                                                        \
  X(normcdff(x), normcdf(u), 6)                                                                    \
  X(normcdfinvf(x / 10 + 0.5f), normcdfinv(double(x / 10 + 0.5f)), 6)                              \
  X(cyl_bessel_i0f(x), cyl_bessel_i0(u), 7)                                                        \
  X(cyl_bessel_i1f(x), cyl_bessel_i1(u), 7)                                                        \
  X(rhypotf(x, y), rhypot(u, v), 3)                                                                \
  X(norm3df(x, y, 2), norm3d(u, v, 2), 3)                                                          \
  X(norm4df(x, y, 2, 3), norm4d(u, v, 2, 3), 4)                                                    \
  X(rnorm3df(x, y, 2), rnorm3d(u, v, 2), 3)                                                        \
  X(rnorm4df(x, y, 2, 3), rnorm4d(u, v, 2, 3), 4)                                                  \
  X(fdividef(x, y), u / v, 1)                                                                      \
  X(fdivide(x, y), u / v, 1)

// Within 1e-6 of the value or of 1: the guide bounds the absolute error near zeros.
#define NEAR(X)                                                                                    \
  X(j0f(x), j0(u))                                                                                 \
  X(j1f(x), j1(u))                                                                                 \
  X(jnf(2, x), jn(2, u))                                                                           \
  X(y0f(fabsf(x)), y0(fabs(u)))                                                                    \
  X(y1f(fabsf(x)), y1(fabs(u)))                                                                    \
  X(ynf(2, fabsf(x)), yn(2, fabs(u)))

#define EXACT(X)                                                                                   \
  X(ldexpf(x, 5), x * 32)                                                                          \
  X(scalbnf(x, -3), x / 8)                                                                         \
  X(scalblnf(x, 40L), x * 1099511627776.0f)                                                        \
  X(logbf(x), floorf(log2f(fabsf(x))))                                                             \
  X(float(llrintf(x)), rintf(x))                                                                   \
  X(float(llroundf(x)), roundf(x))                                                                 \
  X(float(isgreater(x, y)), float(x > y))                                                          \
  X(float(isgreaterequal(x, y)), float(x >= y))                                                    \
  X(float(isless(x, y)), float(x < y))                                                             \
  X(float(islessequal(x, y)), float(x <= y))                                                       \
  X(float(islessgreater(x, y)), float(x < y || x > y))                                             \
  X(float(isunordered(x, y)), 0.0f)                                                                \
  X(float(isunordered(x, nanf(""))), 1.0f)                                                         \
  X(float(isnormal(x)), 1.0f)                                                                      \
  X(float(isnormal(x * 1e-40f)), 0.0f)                                                             \
  X(float(fpclassify(x)), float(FP_NORMAL))                                                        \
  X(float(fpclassify(x * INFINITY)), float(FP_INFINITE))

__device__ int bad;
__device__ void report(const char *what, float x, float y, double got, double want) {
  if (atomicAdd(&bad, 1) < 20)
    printf("%s at %.9g, %.9g: %.9g, expected %.9g\n", what, x, y, got, want);
}

__global__ void test(int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  float x = -4.03125f + 8.0625f * i / n, y = 3.9f - 7.0f * ((i * 37) % n) / n;
  x = x == 0 ? 0.125f : x;
  double u = x, v = y;
  float got;
  double want;
#define TRY_CLOSE(call, reference, ulps)                                                           \
  got = call, want = reference;                                                                    \
  if (!(fabs(got - want) <= (ulps + 0.51) * 1.2e-7 * fabs(want)))                                  \
    report(#call, x, y, got, want);
  CLOSE(TRY_CLOSE)
#define TRY_NEAR(call, reference)                                                                  \
  got = call, want = reference;                                                                    \
  if (!(fabs(got - want) <= 1e-6 * (1 + fabs(want))))                                              \
    report(#call, x, y, got, want);
  NEAR(TRY_NEAR)
#define TRY_EXACT(call, reference)                                                                 \
  got = call, want = reference;                                                                    \
  if (got != want)                                                                                 \
    report(#call, x, y, got, want);
  EXACT(TRY_EXACT)

  int exponent, quotient;
  float fraction = frexpf(x, &exponent);
  if (ldexpf(fraction, exponent) != x || fabsf(fraction) < 0.5f || fabsf(fraction) >= 1)
    report("frexpf", x, y, fraction, exponent);
  float rest = remquof(x * 9, y, &quotient);
  double whole = rint(double(x * 9) / v);
  if (rest != remainderf(x * 9, y) || (quotient & 7) != (int(whole) & 7))
    report("remquof", x, y, quotient, whole);
  float sine, cosine;
  sincospif(x, &sine, &cosine);
  if (sine != sinpif(x) || cosine != cospif(x))
    report("sincospif", x, y, sine, cosine);
  __sincosf(x, &sine, &cosine);
  if (sine != __sinf(x) || cosine != __cosf(x))
    report("__sincosf", x, y, sine, cosine);
}

int main() {
  test<<<8, 128>>>(1000);
  SYNC();
  int found;
  CUDA(cudaMemcpyFromSymbol(&found, bad, sizeof found));
  failures = found;
  return verdict();
}
