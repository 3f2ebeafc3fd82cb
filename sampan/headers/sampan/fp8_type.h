// One 8-bit type with its packed forms of two and four; cuda_fp8.h includes this for each format.
// __SAMPAN_FP8 is the scalar type, __SAMPAN_FP8X2 and __SAMPAN_FP8X4 the packed ones.
// __SAMPAN_TO_FP8(float) is the pattern of a number, __SAMPAN_FROM_FP8(pattern) the number of a
// pattern (bits above the lower eight do not count), __SAMPAN_FP8_TRUTH(pattern) whether it is not
// 0.

// Constructors saturate to the largest finite number.
struct __SAMPAN_FP8 {
  __nv_fp8_storage_t __x;

  __SAMPAN_FP8() = default;
  explicit __SAMPAN_MEMBER __SAMPAN_FP8(float value) : __x(__SAMPAN_TO_FP8(value)) {}
  explicit __SAMPAN_MEMBER __SAMPAN_FP8(double value) : __SAMPAN_FP8(__sampan_odd(value)) {}
  explicit __SAMPAN_MEMBER __SAMPAN_FP8(const __half value) : __SAMPAN_FP8((float)value) {}
  explicit __SAMPAN_MEMBER __SAMPAN_FP8(const __nv_bfloat16 value) : __SAMPAN_FP8((float)value) {}
#define __SAMPAN_INTEGER(type, wide)                                                               \
  explicit __SAMPAN_MEMBER __SAMPAN_FP8(type value) : __SAMPAN_FP8(__sampan_odd((wide)value)) {}   \
  explicit __SAMPAN_MEMBER operator type() const {                                                 \
    return __sampan_to_integer<type>(__builtin_truncf((float)*this));                              \
  }
  __SAMPAN_INTEGER(short int, double)
  __SAMPAN_INTEGER(unsigned short int, double)
  __SAMPAN_INTEGER(int, double)
  __SAMPAN_INTEGER(unsigned int, double)
  __SAMPAN_INTEGER(long int, long long int)
  __SAMPAN_INTEGER(unsigned long int, unsigned long long int)
  __SAMPAN_INTEGER(long long int, long long int)
  __SAMPAN_INTEGER(unsigned long long int, unsigned long long int)
#undef __SAMPAN_INTEGER

  explicit __SAMPAN_MEMBER operator float() const { return __SAMPAN_FROM_FP8(__x); }
  explicit __SAMPAN_MEMBER operator double() const { return (double)(float)*this; }
  explicit __SAMPAN_MEMBER operator __half() const { return __float2half((float)*this); }
  explicit __SAMPAN_MEMBER operator __nv_bfloat16() const { return __float2bfloat16((float)*this); }
  explicit __SAMPAN_MEMBER operator char() const {
    return __sampan_to_integer<char>(__builtin_truncf((float)*this));
  }
  explicit __SAMPAN_MEMBER operator signed char() const {
    return __sampan_to_integer<signed char>(__builtin_truncf((float)*this));
  }
  explicit __SAMPAN_MEMBER operator unsigned char() const {
    return __sampan_to_integer<unsigned char>(__builtin_truncf((float)*this));
  }
  explicit __SAMPAN_MEMBER operator bool() const { return __SAMPAN_FP8_TRUTH(__x); }
};

struct __attribute__((aligned(2))) __SAMPAN_FP8X2 {
  __nv_fp8x2_storage_t __x;

  __SAMPAN_FP8X2() = default;
  explicit __SAMPAN_MEMBER __SAMPAN_FP8X2(const float2 value)
      : __x((__nv_fp8x2_storage_t)(__SAMPAN_TO_FP8(value.x) | __SAMPAN_TO_FP8(value.y) << 8)) {}
  explicit __SAMPAN_MEMBER __SAMPAN_FP8X2(const double2 value)
      : __SAMPAN_FP8X2(make_float2(__sampan_odd(value.x), __sampan_odd(value.y))) {}
  explicit __SAMPAN_MEMBER __SAMPAN_FP8X2(const __half2 value)
      : __SAMPAN_FP8X2(__half22float2(value)) {}
  explicit __SAMPAN_MEMBER __SAMPAN_FP8X2(const __nv_bfloat162 value)
      : __SAMPAN_FP8X2(__bfloat1622float2(value)) {}
  explicit __SAMPAN_MEMBER operator float2() const {
    return make_float2(__SAMPAN_FROM_FP8(__x), __SAMPAN_FROM_FP8(__x >> 8));
  }
  explicit __SAMPAN_MEMBER operator __half2() const { return __float22half2_rn((float2) * this); }
  explicit __SAMPAN_MEMBER operator __nv_bfloat162() const {
    return __float22bfloat162_rn((float2) * this);
  }
};

struct __attribute__((aligned(4))) __SAMPAN_FP8X4 {
  __nv_fp8x4_storage_t __x;

  __SAMPAN_FP8X4() = default;
  explicit __SAMPAN_MEMBER __SAMPAN_FP8X4(const float4 value)
      : __x(join(__SAMPAN_FP8X2(make_float2(value.x, value.y)),
                 __SAMPAN_FP8X2(make_float2(value.z, value.w)))) {}
  explicit __SAMPAN_MEMBER __SAMPAN_FP8X4(const double4 value)
      : __x(join(__SAMPAN_FP8X2(make_double2(value.x, value.y)),
                 __SAMPAN_FP8X2(make_double2(value.z, value.w)))) {}
  explicit __SAMPAN_MEMBER __SAMPAN_FP8X4(const __half2 low, const __half2 high)
      : __x(join(__SAMPAN_FP8X2(low), __SAMPAN_FP8X2(high))) {}
  explicit __SAMPAN_MEMBER __SAMPAN_FP8X4(const __nv_bfloat162 low, const __nv_bfloat162 high)
      : __x(join(__SAMPAN_FP8X2(low), __SAMPAN_FP8X2(high))) {}
  explicit __SAMPAN_MEMBER operator float4() const {
    return make_float4(__SAMPAN_FROM_FP8(__x), __SAMPAN_FROM_FP8(__x >> 8),
                       __SAMPAN_FROM_FP8(__x >> 16), __SAMPAN_FROM_FP8(__x >> 24));
  }

private:
  static __SAMPAN_MEMBER __nv_fp8x4_storage_t join(__SAMPAN_FP8X2 low, __SAMPAN_FP8X2 high) {
    return low.__x | (__nv_fp8x4_storage_t)high.__x << 16;
  }
};
