// Conversions with a rounding direction: floating point to integer (what is out of range becomes
// the nearest integer there is), integer to floating point, and double to float.
// sampan-flags: -Xcompiler -frounding-math
// expect-path: vector
#include "check.h"
#include <cfenv>
#include <cmath>
#include <cstring>
#include <limits>

#define DIRECTIONS(X) X(rn, FE_TONEAREST) X(rd, FE_DOWNWARD) X(ru, FE_UPWARD) X(rz, FE_TOWARDZERO)

const int n = 256;
struct Results {
  int fi[n], di[n];
  unsigned fu[n], du[n];
  long long fl[n], dl[n];
  unsigned long long fm[n], dm[n];
  float df[n], iff[n], uf[n], lf[n], mf[n];
  double ld[n], md[n];
};

#define KERNEL(d, mode)                                                                            \
  __global__ void convert_##d(const float *f, const double *x, const long long *l, Results *r) {   \
    int i = blockIdx.x * blockDim.x + threadIdx.x;                                                 \
    r->fi[i] = __float2int_##d(f[i]);                                                              \
    r->fu[i] = __float2uint_##d(f[i]);                                                             \
    r->fl[i] = __float2ll_##d(f[i]);                                                               \
    r->fm[i] = __float2ull_##d(f[i]);                                                              \
    r->di[i] = __double2int_##d(x[i]);                                                             \
    r->du[i] = __double2uint_##d(x[i]);                                                            \
    r->dl[i] = __double2ll_##d(x[i]);                                                              \
    r->dm[i] = __double2ull_##d(x[i]);                                                             \
    r->df[i] = __double2float_##d(x[i]);                                                           \
    r->iff[i] = __int2float_##d(int(l[i]));                                                        \
    r->uf[i] = __uint2float_##d(unsigned(l[i]));                                                   \
    r->lf[i] = __ll2float_##d(l[i]);                                                               \
    r->mf[i] = __ull2float_##d((unsigned long long)l[i]);                                          \
    r->ld[i] = __ll2double_##d(l[i]);                                                              \
    r->md[i] = __ull2double_##d((unsigned long long)l[i]);                                         \
  }
DIRECTIONS(KERNEL)

__global__ void exact(const long long *l, double *out) {
  int i = threadIdx.x;
  out[i] = __int2double_rn(int(l[i]));
  out[i + 32] = __uint2double_rn(unsigned(l[i]));
}

// To an integer in the direction that is set, then into the range of the type.
template <class To> __attribute__((noinline)) To to_integer(double x) {
  volatile double in = x;
  double whole = std::nearbyint(in);
  const double low = double(std::numeric_limits<To>::min());
  const double beyond =
      std::ldexp(1.0, std::numeric_limits<To>::digits); // exact in every direction
  return whole < low       ? std::numeric_limits<To>::min()
         : whole >= beyond ? std::numeric_limits<To>::max()
                           : To(whole);
}

template <class To, class From> __attribute__((noinline)) To to_floating(From x) {
  volatile From in = x;
  volatile To out = To(in);
  return out;
}

template <class T, class U>
static void same(const char *what, int i, const T &got, const U &wanted) {
  T want = wanted;
  if (std::memcmp(&got, &want, sizeof got) == 0)
    return;
  if (++failures <= 20)
    printf("%s of number %d: %.17g, expected %.17g\n", what, i, double(got), double(want));
}

static void compare(const char *name, int mode, const float *f, const double *x, const long long *l,
                    const Results &r) {
  (void)name;
  for (int i = 0; i < n; ++i) {
    std::fesetround(mode);
    Results want;
    want.fi[i] = to_integer<int>(f[i]), want.di[i] = to_integer<int>(x[i]);
    want.fu[i] = to_integer<unsigned>(f[i]), want.du[i] = to_integer<unsigned>(x[i]);
    want.fl[i] = to_integer<long long>(f[i]), want.dl[i] = to_integer<long long>(x[i]);
    want.fm[i] = to_integer<unsigned long long>(f[i]);
    want.dm[i] = to_integer<unsigned long long>(x[i]);
    want.df[i] = to_floating<float>(x[i]), want.iff[i] = to_floating<float>(int(l[i]));
    want.uf[i] = to_floating<float>(unsigned(l[i])), want.lf[i] = to_floating<float>(l[i]);
    want.mf[i] = to_floating<float>((unsigned long long)l[i]);
    want.ld[i] = to_floating<double>(l[i]);
    want.md[i] = to_floating<double>((unsigned long long)l[i]);
    std::fesetround(FE_TONEAREST);
#define SAME(member) same(#member, i, r.member[i], want.member[i])
    SAME(fi), SAME(fu), SAME(fl), SAME(fm), SAME(di), SAME(du), SAME(dl), SAME(dm);
    SAME(df), SAME(iff), SAME(uf), SAME(lf), SAME(mf), SAME(ld), SAME(md);
  }
}

int main() {
  float *f = managed<float>(n);
  double *x = managed<double>(n), *plain = managed<double>(64);
  long long *l = managed<long long>(n);
  unsigned long long seed = 1;
  for (int i = 0; i < n; ++i) {
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    l[i] = (long long)(seed) >> (i % 60);
    x[i] = double(l[i]) / double(1ull << (i * 7 % 40));
    f[i] = float(x[i]);
  }
  const double special[] = {0.0,   0.5,          1.5,           2.5,          -0.5,   -1.5,   1e30,
                            -1e30, 2147483647.5, -2147483648.5, 4294967295.5, 9.3e18, 1.9e19, -3.0};
  for (size_t i = 0; i < sizeof special / sizeof *special; ++i)
    x[i] = special[i], f[i] = float(special[i]);
  Results *r = managed<Results>(1);
#define RUN(d, mode)                                                                               \
  convert_##d<<<n / 64, 64>>>(f, x, l, r);                                                         \
  SYNC();                                                                                          \
  compare(#d, mode, f, x, l, *r);
  DIRECTIONS(RUN)
  exact<<<1, 32>>>(l, plain);
  SYNC();
  for (int i = 0; i < 32; ++i) {
    EXPECT_EQ(plain[i], double(int(l[i])));
    EXPECT_EQ(plain[i + 32], double(unsigned(l[i])));
  }
  return verdict();
}
