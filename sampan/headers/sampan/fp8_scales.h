// Conversions of e8m0, the powers of two that scale blocks of narrow numbers: cuda_fp8.h includes
// this. The format is in the Open Compute Project's Microscaling Formats (MX) Specification 1.0:
// the pattern e is 2^(e - 127), 0xff is NaN; there is no sign, no zero and no infinity.

// The sign of x does not count. What lies below the least number becomes that, also zero.
// Rounded up with cudaRoundPosInf, else towards zero.
__SAMPAN_BOTH __nv_fp8_storage_t __sampan_to_e8m0(float x, __nv_saturation_t saturate,
                                                  enum cudaRoundMode rounding) {
  const unsigned int size = __sampan_bits(x) & 0x7fffffffu;
  const unsigned int exponent = size >> 23, digits = size & 0x7fffffu;
  // Below 2^-126 a float is denormal, and 2^-127 its leading digit.
  const bool between = exponent ? digits != 0 : digits > 0x400000u;
  const unsigned int pattern = exponent + (between && rounding == cudaRoundPosInf);
  const unsigned int beyond = saturate == __NV_SATFINITE ? 0xfeu : 0xffu;
  const unsigned int number = pattern > 0xfeu ? beyond : pattern;
  return (__nv_fp8_storage_t)(size > 0x7f800000u ? 0xffu : number);
}
__SAMPAN_BOTH float __sampan_from_e8m0(unsigned int pattern) {
  const unsigned int exponent = pattern & 0xff;
  const float number = __sampan_float(exponent ? exponent << 23 : 0x400000u);
  return exponent == 0xff ? __builtin_nanf("") : number;
}

__SAMPAN_BOTH __nv_fp8_storage_t __nv_cvt_float_to_e8m0(const float x,
                                                        const __nv_saturation_t saturate,
                                                        const enum cudaRoundMode rounding) {
  return __sampan_to_e8m0(x, saturate, rounding);
}
__SAMPAN_BOTH __nv_fp8x2_storage_t __nv_cvt_float2_to_e8m0x2(const float2 x,
                                                             const __nv_saturation_t saturate,
                                                             const enum cudaRoundMode rounding) {
  return (__nv_fp8x2_storage_t)(__sampan_to_e8m0(x.x, saturate, rounding) |
                                __sampan_to_e8m0(x.y, saturate, rounding) << 8);
}
__SAMPAN_BOTH __nv_fp8_storage_t __nv_cvt_double_to_e8m0(const double x,
                                                         const __nv_saturation_t saturate,
                                                         const enum cudaRoundMode rounding) {
  return __sampan_to_e8m0(__sampan_odd(x), saturate, rounding);
}
__SAMPAN_BOTH __nv_fp8x2_storage_t __nv_cvt_double2_to_e8m0x2(const double2 x,
                                                              const __nv_saturation_t saturate,
                                                              const enum cudaRoundMode rounding) {
  return __nv_cvt_float2_to_e8m0x2(make_float2(__sampan_odd(x.x), __sampan_odd(x.y)), saturate,
                                   rounding);
}
__SAMPAN_BOTH __nv_fp8_storage_t __nv_cvt_bfloat16raw_to_e8m0(const __nv_bfloat16_raw x,
                                                              const __nv_saturation_t saturate,
                                                              const enum cudaRoundMode rounding) {
  return __sampan_to_e8m0((float)__nv_bfloat16(x), saturate, rounding);
}
__SAMPAN_BOTH __nv_fp8x2_storage_t
__nv_cvt_bfloat162raw_to_e8m0x2(const __nv_bfloat162_raw x, const __nv_saturation_t saturate,
                                const enum cudaRoundMode rounding) {
  const __nv_bfloat162 value(x);
  return __nv_cvt_float2_to_e8m0x2(make_float2((float)value.x, (float)value.y), saturate, rounding);
}
__SAMPAN_BOTH __nv_bfloat16_raw __nv_cvt_e8m0_to_bf16raw(const __nv_fp8_storage_t x) {
  return __float2bfloat16(__sampan_from_e8m0(x));
}
__SAMPAN_BOTH __nv_bfloat162_raw __nv_cvt_e8m0x2_to_bf162raw(const __nv_fp8x2_storage_t x) {
  return __floats2bfloat162_rn(__sampan_from_e8m0(x), __sampan_from_e8m0(x >> 8));
}
