// expect-path: vector
// time-limit: 180
// half, bfloat16 and the 8-bit formats: device code gives what the host gives, to the bit. That the
// host is right is checked against exact arithmetic (tests/devicelib/test_narrow.py).
// not-interpreted: every number there is, and every operation
#include "check.h"
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

constexpr int ALL = 1 << 16, RESULTS = 64;

__host__ __device__ unsigned bits(__half a) { return __half_as_ushort(a); }
__host__ __device__ unsigned bits(__nv_bfloat16 a) { return __bfloat16_as_ushort(a); }
__host__ __device__ unsigned bits(float a) { return __builtin_bit_cast(unsigned, a); }
__host__ __device__ unsigned bits(__half2 a) { return bits(a.x) | bits(a.y) << 16; }
__host__ __device__ unsigned bits(__nv_bfloat162 a) { return bits(a.x) | bits(a.y) << 16; }

__host__ __device__ void convert(float x, __half, unsigned *o) {
  o[0] = bits(__float2half_rn(x));
  o[1] = bits(__float2half_rz(x));
  o[2] = bits(__float2half_ru(x));
  o[3] = bits(__float2half_rd(x));
  o[4] = bits(__double2half(x * 1.0000000001));
  o[5] = __half2int_rn(__float2half(x));
  o[6] = (unsigned)__half2ull_rz(__float2half(x));
  o[7] = bits(__ll2half_rn((long long)__half2ll_rd(__float2half(x)) * 1001));
}
__host__ __device__ void convert(float x, __nv_bfloat16, unsigned *o) {
  o[0] = bits(__float2bfloat16_rn(x));
  o[1] = bits(__float2bfloat16_rz(x));
  o[2] = bits(__float2bfloat16_ru(x));
  o[3] = bits(__float2bfloat16_rd(x));
  o[4] = bits(__double2bfloat16(x * 1.0000000001));
  o[5] = __bfloat162int_rn(__float2bfloat16(x));
  o[6] = (unsigned)__bfloat162ull_rz(__float2bfloat16(x));
  o[7] = bits(__ull2bfloat16_rn(__bfloat162ull_ru(__float2bfloat16(x)) ^ 0x123456789));
}

template <class T> __host__ __device__ void compute(T a, T b, T c, unsigned *o) {
  o[0] = bits(__hadd(a, b));
  o[1] = bits(__hsub(a, b));
  o[2] = bits(__hmul(a, b));
  o[3] = bits(__hdiv(a, b));
  o[4] = bits(__hfma(a, b, c));
  o[5] = bits(__hfma_sat(a, b, c));
  o[6] = bits(__hfma_relu(a, b, c));
  o[7] = bits(__hmax(a, b)) | bits(__hmin(a, b)) << 16;
  o[8] = bits(__hmax_nan(a, b)) | bits(__hmin_nan(a, b)) << 16;
  o[9] = __heq(a, b) | __hne(a, b) << 1 | __hlt(a, b) << 2 | __hle(a, b) << 3 | __hgt(a, b) << 4 |
         __hge(a, b) << 5 | __hequ(a, b) << 6 | __hneu(a, b) << 7 | __hltu(a, b) << 8 |
         __hisnan(a) << 9 | (__hisinf(a) + 1) << 10;
  o[10] = bits(hsqrt(a)) | bits(hrcp(b)) << 16;
  o[11] = bits(hceil(a)) | bits(hfloor(a)) << 16;
  o[12] = bits(hrint(a)) | bits(htrunc(a)) << 16;
  o[13] = bits(-__habs(a)) | bits(__hmul_sat(a, b)) << 16;
  o[14] = bits((float)a);
  T d = a;
  d += b;
  d *= c;
  d -= a++;
  d = d / --b;
  o[15] = bits(d);
  convert((float)a * 1.0009f, T(), o + 16);
}

template <class P> __host__ __device__ void compute_packed(P a, P b, P c, unsigned *o) {
  o[0] = bits(__hadd2(a, b));
  o[1] = bits(__hfma2(a, b, c));
  o[2] = bits(__hmul2_sat(a, b));
  o[3] = bits(__hcmadd(a, b, c));
  o[4] = bits(__hle2(a, b));
  o[5] = __hgtu2_mask(a, b);
  o[6] = __hbne2(a, b) | __hbequ2(a, b) << 1 | (a < b) << 2 | (a != b) << 3;
  o[7] = bits(__hmax2(__hneg2(a), __lowhigh2highlow(b)));
  o[8] = bits(h2sqrt(__habs2(a)) * b + c);
}

__host__ __device__ void eight_bits(__half a, unsigned *o) {
  o[0] = __nv_fp8_e4m3(a).__x | __nv_fp8_e5m2(a).__x << 8;
  o[1] = __nv_cvt_float_to_fp8((float)a, __NV_NOSAT, __NV_E4M3) |
         __nv_cvt_float_to_fp8((float)a, __NV_NOSAT, __NV_E5M2) << 8;
  __nv_fp8_e4m3 e;
  e.__x = __half_as_ushort(a) & 0xff;
  __nv_fp8_e5m2 f;
  f.__x = __half_as_ushort(a) & 0xff;
  o[2] = bits(__half(e)) | bits(__half(f)) << 16;
  o[3] = __nv_fp8x4_e4m3(make_float4((float)a, 1, 2, -3)).__x;
  o[4] = bits(__half2(__nv_fp8x2_e5m2(make_half2(a, __hneg(a)))));
  o[5] = __nv_fp8_e8m0(a).__x | __nv_cvt_float_to_e8m0((float)a, __NV_NOSAT, cudaRoundZero) << 8 |
         __nv_fp8x2_e8m0(make_float2(1, (float)a)).__x << 16;
  __nv_fp8_e8m0 scale;
  scale.__x = __half_as_ushort(a) & 0xff;
  o[6] = bits((float)scale) << 1; // without the sign of a NaN
}

template <class T, class P> __host__ __device__ void row(unsigned i, unsigned *o) {
  const unsigned j = i * 40503u + 12345u, k = i * 30011u + 54321u;
  unsigned short pattern[3] = {(unsigned short)i, (unsigned short)(j >> 3),
                               (unsigned short)(k >> 2)};
  T a = __builtin_bit_cast(T, pattern[0]), b = __builtin_bit_cast(T, pattern[1]),
    c = __builtin_bit_cast(T, pattern[2]);
  compute(a, b, c, o);
  compute_packed(P(a, b), P(b, c), P(c, a), o + 24);
}
template <class T, class P> __global__ void rows(unsigned *out) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x, o[RESULTS] = {};
  row<T, P>(i, o);
  eight_bits(__ushort_as_half((unsigned short)i), o + 48);
  for (int k = 0; k < RESULTS; ++k)
    out[k * ALL + i] = o[k];
}

// NaN has many patterns, and which one comes out is not part of a result.
template <class T> unsigned canonical(unsigned pattern) {
  unsigned short half[2] = {(unsigned short)pattern, (unsigned short)(pattern >> 16)};
  for (unsigned short &h : half)
    if (__hisnan(__builtin_bit_cast(T, h)))
      h = 0x7fff;
  return half[0] | half[1] << 16;
}

template <class T, class P> void check(const char *name) {
  unsigned *out = managed<unsigned>(RESULTS * ALL);
  rows<T, P><<<ALL / 128, 128>>>(out);
  SYNC();
  for (unsigned i = 0; i < ALL; ++i) {
    unsigned o[RESULTS] = {};
    row<T, P>(i, o);
    eight_bits(__ushort_as_half((unsigned short)i), o + 48);
    for (int k = 0; k < RESULTS; ++k) {
      unsigned got = out[k * ALL + i];
      bool same = k < 48 ? canonical<T>(got) == canonical<T>(o[k])
                         : canonical<__half>(got) == canonical<__half>(o[k]);
      if (got != o[k] && !same &&
          !(k == 14 && __builtin_bit_cast(float, got) != __builtin_bit_cast(float, got)) &&
          ++failures <= 20)
        printf("%s %04x, result %d: %08x on the device, %08x on the host\n", name, i, k, got, o[k]);
    }
  }
}

int main() {
  check<__half, __half2>("half");
  check<__nv_bfloat16, __nv_bfloat162>("bfloat16");
  return verdict();
}
