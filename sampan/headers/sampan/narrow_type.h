// The scalar and the packed type (see narrow_api.h).

typedef struct {
  unsigned short int x;
} __SAMPAN_RAW;

typedef struct __attribute__((aligned(4))) {
  unsigned short int x, y;
} __SAMPAN_PACKED_RAW;

struct __attribute__((aligned(2))) __SAMPAN_SCALAR {
  unsigned short int __x;

  __SAMPAN_SCALAR() = default;
  __SAMPAN_MEMBER constexpr __SAMPAN_SCALAR(const __SAMPAN_RAW &raw) : __x(raw.x) {}
  __SAMPAN_MEMBER __SAMPAN_SCALAR &operator=(const __SAMPAN_RAW &raw) {
    __x = raw.x;
    return *this;
  }
  __SAMPAN_MEMBER operator __SAMPAN_RAW() const { return {__x}; }
  __SAMPAN_MEMBER operator float() const { return __SAMPAN_FORMAT::widen(__x); }

#ifndef __SAMPAN_NO_CONVERSIONS
  __SAMPAN_MEMBER __SAMPAN_SCALAR(float value) : __x(__SAMPAN_FORMAT::nearest(value)) {}
  __SAMPAN_MEMBER __SAMPAN_SCALAR(double value)
      : __x(__SAMPAN_FORMAT::nearest(__sampan_odd(value))) {}
#define __SAMPAN_INTEGER(type, wide)                                                               \
  __SAMPAN_MEMBER __SAMPAN_SCALAR(type value)                                                      \
      : __x(__SAMPAN_FORMAT::nearest(__sampan_odd((wide)value))) {}                                \
  __SAMPAN_MEMBER operator type() const {                                                          \
    return __sampan_to_integer<type>(__builtin_truncf(__SAMPAN_FORMAT::widen(__x)));               \
  }                                                                                                \
  __SAMPAN_MEMBER __SAMPAN_SCALAR &operator=(type value) { return *this = __SAMPAN_SCALAR(value); }
  __SAMPAN_INTEGER(short int, double)
  __SAMPAN_INTEGER(unsigned short int, double)
  __SAMPAN_INTEGER(int, double)
  __SAMPAN_INTEGER(unsigned int, double)
  __SAMPAN_INTEGER(long int, long long int)
  __SAMPAN_INTEGER(unsigned long int, unsigned long long int)
  __SAMPAN_INTEGER(long long int, long long int)
  __SAMPAN_INTEGER(unsigned long long int, unsigned long long int)
#undef __SAMPAN_INTEGER
  __SAMPAN_MEMBER operator char() const { return __sampan_to_integer<char>(truncated()); }
  __SAMPAN_MEMBER operator signed char() const {
    return __sampan_to_integer<signed char>(truncated());
  }
  __SAMPAN_MEMBER operator unsigned char() const {
    return __sampan_to_integer<unsigned char>(truncated());
  }
  __SAMPAN_MEMBER constexpr operator bool() const { return (__x & 0x7fff) != 0; }
  __SAMPAN_MEMBER __SAMPAN_SCALAR &operator=(float value) { return *this = __SAMPAN_SCALAR(value); }
  __SAMPAN_MEMBER __SAMPAN_SCALAR &operator=(double value) {
    return *this = __SAMPAN_SCALAR(value);
  }
#endif
  // Defined where both types are known, in cuda_bf16.h.
  explicit __SAMPAN_MEMBER __SAMPAN_SCALAR(const __SAMPAN_OTHER value);

private:
  __SAMPAN_MEMBER float truncated() const { return __builtin_truncf(__SAMPAN_FORMAT::widen(__x)); }
};

struct __attribute__((aligned(4))) __SAMPAN_PACKED {
  __SAMPAN_SCALAR x, y;

  __SAMPAN_PACKED() = default;
  __SAMPAN_MEMBER constexpr __SAMPAN_PACKED(const __SAMPAN_SCALAR &low, const __SAMPAN_SCALAR &high)
      : x(low), y(high) {}
  __SAMPAN_MEMBER __SAMPAN_PACKED(const __SAMPAN_PACKED_RAW &raw)
      : x(__SAMPAN_RAW{raw.x}), y(__SAMPAN_RAW{raw.y}) {}
  __SAMPAN_MEMBER __SAMPAN_PACKED &operator=(const __SAMPAN_PACKED_RAW &raw) {
    return *this = __SAMPAN_PACKED(raw);
  }
  __SAMPAN_MEMBER operator __SAMPAN_PACKED_RAW() const { return {x.__x, y.__x}; }
};
