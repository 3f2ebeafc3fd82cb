// expect-path: vector
// time-limit: 180
// Every function of cuda_fp16.h and cuda_bf16.h by name: the device gives what the host gives.
// not-interpreted: hundreds of functions on many numbers
#include "check.h"
#include <cuda_bf16.h>
#include <cuda_fp16.h>

constexpr int COUNT = 1024, RESULTS = 128;

// Collects what functions return, as patterns of bits.
struct Results {
  unsigned *to;
  int stride, count;

  template <class T> __host__ __device__ void put(T value) { // integers and bool
    to[stride * count++] = (unsigned)value;
  }
  __host__ __device__ void put(float v) {
    put(v != v ? 0x7fffffffu : __builtin_bit_cast(unsigned, v));
  }
  __host__ __device__ void put(float2 v) {
    put(v.x);
    put(v.y);
  }
  __host__ __device__ void put(__half v) { put(v.__x); }
  __host__ __device__ void put(__nv_bfloat16 v) { put(v.__x); }
  __host__ __device__ void put(__half2 v) { put(v.x.__x | (unsigned)v.y.__x << 16); }
  __host__ __device__ void put(__nv_bfloat162 v) { put(v.x.__x | (unsigned)v.y.__x << 16); }
};

#define INTEGER(word, kind, type)                                                                  \
  o.put(__##word##2##kind##_rn(a));                                                                \
  o.put(__##word##2##kind##_rz(a));                                                                \
  o.put(__##word##2##kind##_ru(a));                                                                \
  o.put(__##word##2##kind##_rd(a));                                                                \
  o.put(__##kind##2##word##_rn((type)seed));                                                       \
  o.put(__##kind##2##word##_rz((type)seed));                                                       \
  o.put(__##kind##2##word##_ru((type)seed));                                                       \
  o.put(__##kind##2##word##_rd((type)seed));

#define CONVERSIONS(word, T, P)                                                                    \
  __host__ __device__ void convert(T a, T b, P p, P q, long long seed, Results &o) {               \
    INTEGER(word, short, short)                                                                    \
    INTEGER(word, ushort, unsigned short)                                                          \
    INTEGER(word, int, int)                                                                        \
    INTEGER(word, uint, unsigned)                                                                  \
    INTEGER(word, ll, long long)                                                                   \
    INTEGER(word, ull, unsigned long long)                                                         \
    o.put(__##word##2char_rz(a));                                                                  \
    o.put(__##word##2uchar_rz(a));                                                                 \
    float x = __##word##2float(a) * 1.001f, y = __##word##2float(b) * 0.999f;                      \
    o.put(__float2##word(x));                                                                      \
    o.put(__float2##word##_rn(x));                                                                 \
    o.put(__float2##word##_rz(x));                                                                 \
    o.put(__float2##word##_ru(x));                                                                 \
    o.put(__float2##word##_rd(x));                                                                 \
    o.put(__double2##word(x));                                                                     \
    o.put(__float2##word##2_rn(x));                                                                \
    o.put(__floats2##word##2_rn(x, y));                                                            \
    o.put(__float22##word##2_rn(make_float2(y, x)));                                               \
    o.put(__##word##22float2(p));                                                                  \
    o.put(__low2float(p));                                                                         \
    o.put(__high2float(p));                                                                        \
    o.put(__##word##_as_short(a));                                                                 \
    o.put(__##word##_as_ushort(a));                                                                \
    o.put(__short_as_##word((short)seed));                                                         \
    o.put(__ushort_as_##word((unsigned short)seed));                                               \
    o.put(make_##word##2(a, b));                                                                   \
    o.put(__halves2##word##2(b, a));                                                               \
    o.put(__##word##2##word##2(a));                                                                \
    o.put(__low2##word(p));                                                                        \
    o.put(__high2##word(p));                                                                       \
    o.put(__low2##word##2(p));                                                                     \
    o.put(__high2##word##2(p));                                                                    \
    o.put(__lows2##word##2(p, q));                                                                 \
    o.put(__highs2##word##2(p, q));                                                                \
    o.put(__lowhigh2highlow(p));                                                                   \
  }
CONVERSIONS(half, nv_half, nv_half2)
CONVERSIONS(bfloat16, nv_bfloat16, nv_bfloat162)

template <class T, class P>
__host__ __device__ void arithmetic(T a, T b, T c, P p, P q, P r, Results &o) {
#define TWO(name)                                                                                  \
  o.put(__h##name(a, b));                                                                          \
  o.put(__h##name##2(p, q));
  TWO(add)
  TWO(sub)
  TWO(mul)
  TWO(max)
  TWO(min)
#undef TWO
#define TWO(name, packed)                                                                          \
  o.put(__h##name(a, b));                                                                          \
  o.put(__h##packed(p, q));
  TWO(add_rn, add2_rn)
  TWO(sub_rn, sub2_rn)
  TWO(mul_rn, mul2_rn)
  TWO(div, 2div)
  TWO(add_sat, add2_sat)
  TWO(sub_sat, sub2_sat)
  TWO(mul_sat, mul2_sat)
  TWO(max_nan, max2_nan)
  TWO(min_nan, min2_nan)
#undef TWO
  o.put(__hfma(a, b, c));
  o.put(__hfma_sat(a, b, c));
  o.put(__hfma_relu(a, b, c));
  o.put(__hfma2(p, q, r));
  o.put(__hfma2_sat(p, q, r));
  o.put(__hfma2_relu(p, q, r));
  o.put(__hcmadd(p, q, r));
  o.put(__hneg(a));
  o.put(__habs(a));
  o.put(__hneg2(p));
  o.put(__habs2(p));
}

template <class T, class P> __host__ __device__ void compare(T a, T b, P p, P q, Results &o) {
  o.put(__hisnan(a));
  o.put(__hisinf(a));
  o.put(__hisnan2(p));
#define COMPARE(name)                                                                              \
  o.put(__h##name(a, b));                                                                          \
  o.put(__h##name##2(p, q));                                                                       \
  o.put(__h##name##2_mask(p, q));                                                                  \
  o.put(__hb##name##2(p, q));
  COMPARE(eq)
  COMPARE(ne)
  COMPARE(lt)
  COMPARE(le)
  COMPARE(gt)
  COMPARE(ge) COMPARE(equ) COMPARE(neu) COMPARE(ltu) COMPARE(leu) COMPARE(gtu) COMPARE(geu)
#undef COMPARE
}

template <class T, class P> __host__ __device__ void operate(T a, P p, P q, P r, Results &o) {
#define ROUNDED(name)                                                                              \
  o.put(h##name(a));                                                                               \
  o.put(h2##name(p));
  ROUNDED(ceil)
  ROUNDED(floor)
  ROUNDED(trunc)
  ROUNDED(rint)
  ROUNDED(sqrt)
  ROUNDED(rcp)
#undef ROUNDED
  o.put((p + q) * r - p / q);
  o.put(p == q);
  o.put(p != q);
  o.put(p <= q);
  o.put(-p);
  P s = +p;
  s += q;
  s *= r;
  s -= q++;
  s /= ++r;
  o.put(s--);
  o.put(--s);
}

// Through float functions that need not be equal on both sides: the last place may differ.
template <class T, class P> __host__ __device__ void approximate(T a, P p, Results &o) {
#define FUNCTION(name)                                                                             \
  o.put(h##name(a));                                                                               \
  o.put(h2##name(p).x);                                                                            \
  o.put(h2##name(p).y);
  FUNCTION(cos)
  FUNCTION(sin)
  FUNCTION(tanh)
  FUNCTION(tanh_approx)
  FUNCTION(exp)
  FUNCTION(exp2) FUNCTION(exp10) FUNCTION(log) FUNCTION(log2) FUNCTION(log10) FUNCTION(rsqrt)
#undef FUNCTION
}

enum { CONVERT, ARITHMETIC, COMPARE, OPERATE, APPROXIMATE };

template <class T, class P, int part>
__host__ __device__ int results(int i, unsigned *to, int stride) {
  const unsigned mixed = (unsigned)i * 2654435761u, more = mixed * 2246822519u + 374761393u;
  auto number = [](unsigned bits) { return __builtin_bit_cast(T, (unsigned short)bits); };
  const T a = number(mixed >> 16), b = number(more >> 16), c = number(more ^ mixed >> 9);
  const P p(a, b), q(b, c), r(c, a);
  Results o{to, stride, 0};
  if (part == CONVERT)
    convert(a, b, p, q, (long long)mixed << (i % 31) >> (i % 7), o);
  if (part == ARITHMETIC)
    arithmetic(a, b, c, p, q, r, o);
  if (part == COMPARE)
    compare(a, b, p, q, o);
  if (part == OPERATE)
    operate(a, p, q, r, o);
  if (part == APPROXIMATE)
    approximate(a, p, o);
  return o.count;
}
template <class T, class P, int part> __global__ void run(unsigned *out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  results<T, P, part>(i, out + i, COUNT);
}

// With the patterns of NaN made one.
template <class T> unsigned canonical(unsigned bits) {
  unsigned short part[2] = {(unsigned short)bits, (unsigned short)(bits >> 16)};
  for (auto &x : part)
    x = __hisnan(__builtin_bit_cast(T, x)) ? 0x7fff : x;
  return part[0] | (unsigned)part[1] << 16;
}

template <class T, class P, int part> void check(const char *name) {
  unsigned *out = managed<unsigned>(RESULTS * COUNT), host[RESULTS];
  run<T, P, part><<<COUNT / 128, 128>>>(out);
  SYNC();
  for (int i = 0; i < COUNT; ++i) {
    const int count = results<T, P, part>(i, host, 1);
    EXPECT(count <= RESULTS);
    for (int k = 0; k < count; ++k) {
      const unsigned got = canonical<T>(out[k * COUNT + i]), want = canonical<T>(host[k]);
      const unsigned apart = got > want ? got - want : want - got;
      if (apart > (part == APPROXIMATE ? 1u : 0u) && ++failures <= 20)
        printf("%s, part %d, number %d, result %d: %08x on the device, %08x on the host\n", name,
               part, i, k, got, want);
    }
  }
}
int main() {
  check<__nv_half, __nv_half2, CONVERT>("half");
  check<__nv_half, __nv_half2, ARITHMETIC>("half");
  check<__nv_half, __nv_half2, COMPARE>("half");
  check<__nv_half, __nv_half2, OPERATE>("half");
  check<__nv_half, __nv_half2, APPROXIMATE>("half");
  // The rest is the same source for both types.
  check<nv_bfloat16, nv_bfloat162, CONVERT>("bfloat16");
  EXPECT(__hisinf(CUDART_INF_FP16) && __hisnan(CUDART_NAN_FP16));
  EXPECT(__hisinf(CUDART_INF_BF16) && __hisnan(CUDART_NAN_BF16));
  EXPECT_EQ((float)CUDART_MAX_NORMAL_FP16, 65504);
  EXPECT_EQ((float)CUDART_MIN_DENORM_FP16, 0x1p-24);
  EXPECT_EQ((float)CUDART_MAX_NORMAL_BF16, 0x1.fep127);
  EXPECT_EQ((float)CUDART_MIN_DENORM_BF16, 0x1p-133);
  EXPECT(CUDART_ZERO_FP16 == CUDART_NEG_ZERO_FP16 && CUDART_ZERO_BF16 == CUDART_NEG_ZERO_BF16);
  EXPECT_EQ((float)CUDART_ONE_FP16, (float)CUDART_ONE_BF16);
  return verdict();
}
