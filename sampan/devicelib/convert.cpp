// Conversions. Out-of-range values saturate. NaN becomes 0 from float to a 32-bit integer and the
// pattern 100…0 otherwise (PTX ISA, cvt).
#include "directed.h"

using namespace sampan;

// ---- Reinterpretation --------------------------------------------------------------------------

CHEAP int __nv_float_as_int(float a) { return int(bits(a)); }
CHEAP unsigned int __nv_float_as_uint(float a) { return bits(a); }
CHEAP float __nv_int_as_float(int a) { return from_bits(u32(a)); }
CHEAP float __nv_uint_as_float(unsigned int a) { return from_bits(a); }
CHEAP unsigned long long __nv_double_as_longlong(double a) { return bits(a); }
CHEAP double __nv_longlong_as_double(long long a) { return from_bits(u64(a)); }
CHEAP int __nv_double2hiint(double a) { return int(bits(a) >> 32); }
CHEAP int __nv_double2loint(double a) { return int(bits(a)); }
CHEAP double __nv_hiloint2double(int hi, int lo) { return from_bits(u64(u32(hi)) << 32 | u32(lo)); }

// ---- Floating point to integer -----------------------------------------------------------------

// `a` is integral or NaN. The value converted is always in range, so that no lane sees poison.
template <class To, class From> INLINE To saturated(From a, To for_nan) {
  constexpr bool is_signed = To(-1) < To(0);
  constexpr int digits = int(sizeof(To) * 8) - (is_signed ? 1 : 0);
  constexpr From limit = From(u64(1) << (digits - 1)) * From(2); // first value above the range
  constexpr From lowest = is_signed ? -limit : From(0);
  constexpr To largest = is_signed ? To(~u64(0) >> (65 - sizeof(To) * 8)) : To(~To(0));
  const bool inside = both(a >= lowest, a < limit);
  const To converted = To(inside ? a : From(0));
  const To clamped = a >= limit ? largest : a < lowest ? To(lowest) : converted;
  return is_nan(a) ? for_nan : clamped;
}

#define SAMPAN_TO_INTEGER(FROM, TO, FROM_TYPE, TO_TYPE, FOR_NAN)                                   \
  CHEAP TO_TYPE __nv_##FROM##2##TO##_rn(FROM_TYPE a) {                                             \
    return saturated<TO_TYPE>(rint(a), TO_TYPE(FOR_NAN));                                          \
  }                                                                                                \
  CHEAP TO_TYPE __nv_##FROM##2##TO##_rz(FROM_TYPE a) {                                             \
    return saturated<TO_TYPE>(trunc(a), TO_TYPE(FOR_NAN));                                         \
  }                                                                                                \
  CHEAP TO_TYPE __nv_##FROM##2##TO##_ru(FROM_TYPE a) {                                             \
    return saturated<TO_TYPE>(ceil(a), TO_TYPE(FOR_NAN));                                          \
  }                                                                                                \
  CHEAP TO_TYPE __nv_##FROM##2##TO##_rd(FROM_TYPE a) {                                             \
    return saturated<TO_TYPE>(floor(a), TO_TYPE(FOR_NAN));                                         \
  }
SAMPAN_TO_INTEGER(float, int, float, int, 0)
SAMPAN_TO_INTEGER(float, uint, float, u32, 0)
SAMPAN_TO_INTEGER(float, ll, float, i64, 1ull << 63)
SAMPAN_TO_INTEGER(float, ull, float, u64, 1ull << 63)
SAMPAN_TO_INTEGER(double, int, double, int, 1u << 31)
SAMPAN_TO_INTEGER(double, uint, double, u32, 1u << 31)
SAMPAN_TO_INTEGER(double, ll, double, i64, 1ull << 63)
SAMPAN_TO_INTEGER(double, ull, double, u64, 1ull << 63)

CHEAP long long __nv_llrintf(float a) { return __nv_float2ll_rn(a); }
CHEAP long long __nv_llrint(double a) { return __nv_double2ll_rn(a); }
CHEAP long long __nv_llroundf(float a) { return saturated<i64>(__nv_roundf(a), i64(1ull << 63)); }
CHEAP long long __nv_llround(double a) { return saturated<i64>(__nv_round(a), i64(1ull << 63)); }

// ---- Integer to floating point -----------------------------------------------------------------

CHEAP double __nv_int2double_rn(int a) { return double(a); }
CHEAP double __nv_uint2double_rn(unsigned int a) { return double(a); }
CHEAP float __nv_int2float_rn(int a) { return float(a); }
CHEAP float __nv_uint2float_rn(unsigned int a) { return float(a); }
CHEAP float __nv_ll2float_rn(long long a) { return float(a); }
CHEAP float __nv_ull2float_rn(unsigned long long a) { return float(a); }
CHEAP double __nv_ll2double_rn(long long a) { return double(a); }
CHEAP double __nv_ull2double_rn(unsigned long long a) { return double(a); }

// A 64-bit integer as the exact sum of two doubles.
INLINE Pair<double> exact(i64 a) { return two_sum(double(int(a >> 32)) * 0x1p32, double(u32(a))); }
INLINE Pair<double> exact(u64 a) { return two_sum(double(u32(a >> 32)) * 0x1p32, double(u32(a))); }

#define SAMPAN_FROM_INTEGER(SUFFIX, MODE)                                                          \
  CHEAP float __nv_int2float_##SUFFIX(int a) { return narrowed<MODE>(double(a), 0.0); }            \
  CHEAP float __nv_uint2float_##SUFFIX(unsigned int a) { return narrowed<MODE>(double(a), 0.0); }  \
  CHEAP float __nv_ll2float_##SUFFIX(long long a) {                                                \
    return narrowed<MODE>(exact(a).hi, exact(a).lo);                                               \
  }                                                                                                \
  CHEAP float __nv_ull2float_##SUFFIX(unsigned long long a) {                                      \
    return narrowed<MODE>(exact(u64(a)).hi, exact(u64(a)).lo);                                     \
  }                                                                                                \
  CHEAP double __nv_ll2double_##SUFFIX(long long a) {                                              \
    return directed<MODE>(exact(a).hi, exact(a).lo);                                               \
  }                                                                                                \
  CHEAP double __nv_ull2double_##SUFFIX(unsigned long long a) {                                    \
    return directed<MODE>(exact(u64(a)).hi, exact(u64(a)).lo);                                     \
  }                                                                                                \
  CHEAP float __nv_double2float_##SUFFIX(double a) { return narrowed<MODE>(a, 0.0); }
SAMPAN_FROM_INTEGER(rz, TOWARD_ZERO)
SAMPAN_FROM_INTEGER(ru, UPWARD)
SAMPAN_FROM_INTEGER(rd, DOWNWARD)
CHEAP float __nv_double2float_rn(double a) { return float(a); }

// ---- Half precision ----------------------------------------------------------------------------
// In integers and one multiplication: half vectors are library calls on targets without them.

CHEAP float __nv_half2float(unsigned short h) {
  const u32 magnitude = u32(h & 0x7fff) << 13, sign = u32(h & 0x8000) << 16;
  // The exponent's bias grows from 15 to 127; the product also normalises denormals.
  const u32 finite = bits(from_bits(magnitude) * 0x1p112f);
  const u32 special = magnitude | 0x7f800000u; // infinity, or NaN with its payload
  return from_bits((magnitude >= 0x0f800000u ? special : finite) | sign);
}

CHEAP unsigned short __nv_float2half_rn(float a) {
  const u32 magnitude = bits(a) & 0x7fffffffu, sign = (bits(a) >> 16) & 0x8000u;
  // Normal results: round to nearest even at bit 13 and change the bias. Carries do the right
  // thing.
  const u32 normal = (magnitude - (112u << 23) + 0xfffu + ((magnitude >> 13) & 1)) >> 13;
  // Denormal results: adding 1/2 lets the addition round at 2^-24.
  const u32 denormal = bits(from_bits(magnitude) + 0.5f) - 0x3f000000u;
  const u32 finite = magnitude < 0x38800000u ? denormal : normal;
  const u32 overflow = magnitude > 0x7f800000u ? 0x7fffu : 0x7c00u;
  return (unsigned short)((magnitude >= 0x47800000u ? overflow : finite) | sign);
}
