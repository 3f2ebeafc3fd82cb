// Conversions, and taking packed numbers apart (see narrow_api.h).

__SAMPAN_BOTH __SAMPAN_SCALAR __sampan_make(unsigned int bits, __SAMPAN_SCALAR) {
  return __SAMPAN_RAW{(unsigned short int)bits};
}
#define __SAMPAN_MAKE(bits) __sampan_make(bits, __SAMPAN_SCALAR())
// What a float is after rounding to nearest.
__SAMPAN_BOTH __SAMPAN_SCALAR __sampan_round(float value, __SAMPAN_SCALAR) {
  return __SAMPAN_RAW{__SAMPAN_FORMAT::nearest(value)};
}
#define __SAMPAN_ROUND(value) __sampan_round(value, __SAMPAN_SCALAR())
__SAMPAN_BOTH float __sampan_wide(__SAMPAN_SCALAR a) { return __SAMPAN_FORMAT::widen(a.__x); }

// ---- Floating point -----------------------------------------------------------------------------

__SAMPAN_BOTH float __SAMPAN_NAME(__, 2float)(const __SAMPAN_SCALAR a) { return __sampan_wide(a); }
__SAMPAN_BOTH __SAMPAN_SCALAR __SAMPAN_NAME(__float2, )(const float a) { return __SAMPAN_ROUND(a); }
__SAMPAN_BOTH __SAMPAN_SCALAR __SAMPAN_NAME(__float2, _rn)(const float a) {
  return __SAMPAN_ROUND(a);
}
__SAMPAN_BOTH __SAMPAN_SCALAR __SAMPAN_NAME(__float2, _rz)(const float a) {
  return __SAMPAN_MAKE(__SAMPAN_FORMAT::narrow<__sampan_zero>(a));
}
__SAMPAN_BOTH __SAMPAN_SCALAR __SAMPAN_NAME(__float2, _ru)(const float a) {
  return __SAMPAN_MAKE(__SAMPAN_FORMAT::narrow<__sampan_up>(a));
}
__SAMPAN_BOTH __SAMPAN_SCALAR __SAMPAN_NAME(__float2, _rd)(const float a) {
  return __SAMPAN_MAKE(__SAMPAN_FORMAT::narrow<__sampan_down>(a));
}
__SAMPAN_BOTH __SAMPAN_SCALAR __SAMPAN_NAME(__double2, )(const double a) {
  return __SAMPAN_ROUND(__sampan_odd(a));
}
__SAMPAN_BOTH __SAMPAN_PACKED __SAMPAN_PAIR_NAME(__float2, _rn)(const float a) {
  return __SAMPAN_PACKED(__SAMPAN_ROUND(a), __SAMPAN_ROUND(a));
}
__SAMPAN_BOTH __SAMPAN_PACKED __SAMPAN_PAIR_NAME(__floats2, _rn)(const float a, const float b) {
  return __SAMPAN_PACKED(__SAMPAN_ROUND(a), __SAMPAN_ROUND(b));
}
__SAMPAN_BOTH __SAMPAN_PACKED __SAMPAN_PAIR_NAME(__float22, _rn)(const float2 a) {
  return __SAMPAN_PACKED(__SAMPAN_ROUND(a.x), __SAMPAN_ROUND(a.y));
}
__SAMPAN_BOTH float2 __SAMPAN_PAIR_NAME(__, 2float2)(const __SAMPAN_PACKED a) {
  return make_float2(__sampan_wide(a.x), __sampan_wide(a.y));
}
__SAMPAN_BOTH float __low2float(const __SAMPAN_PACKED a) { return __sampan_wide(a.x); }
__SAMPAN_BOTH float __high2float(const __SAMPAN_PACKED a) { return __sampan_wide(a.y); }

// ---- Integers -----------------------------------------------------------------------------------

#define __SAMPAN_TO_INTEGER(type, word, suffix, rounding)                                          \
  __SAMPAN_BOTH type __SAMPAN_NAME(__, 2##word##_##suffix)(const __SAMPAN_SCALAR a) {              \
    return __sampan_to_integer<type>(__sampan_integral<rounding>(__sampan_wide(a)));               \
  }
#define __SAMPAN_FROM_INTEGER(type, word, suffix, rounding, wide)                                  \
  __SAMPAN_BOTH __SAMPAN_SCALAR __SAMPAN_NAME(__##word##2, _##suffix)(const type a) {              \
    return __SAMPAN_MAKE(__SAMPAN_FORMAT::narrow<rounding>(__sampan_odd((wide)a)));                \
  }
#define __SAMPAN_INTEGERS(type, word, wide)                                                        \
  __SAMPAN_TO_INTEGER(type, word, rn, __sampan_nearest)                                            \
  __SAMPAN_TO_INTEGER(type, word, rz, __sampan_zero)                                               \
  __SAMPAN_TO_INTEGER(type, word, ru, __sampan_up)                                                 \
  __SAMPAN_TO_INTEGER(type, word, rd, __sampan_down)                                               \
  __SAMPAN_BOTH __SAMPAN_SCALAR __SAMPAN_NAME(__##word##2, _rn)(const type a) {                    \
    return __SAMPAN_ROUND(__sampan_odd((wide)a));                                                  \
  }                                                                                                \
  __SAMPAN_FROM_INTEGER(type, word, rz, __sampan_zero, wide)                                       \
  __SAMPAN_FROM_INTEGER(type, word, ru, __sampan_up, wide)                                         \
  __SAMPAN_FROM_INTEGER(type, word, rd, __sampan_down, wide)
__SAMPAN_INTEGERS(short int, short, double)
__SAMPAN_INTEGERS(unsigned short int, ushort, double)
__SAMPAN_INTEGERS(int, int, double)
__SAMPAN_INTEGERS(unsigned int, uint, double)
__SAMPAN_INTEGERS(long long int, ll, long long int)
__SAMPAN_INTEGERS(unsigned long long int, ull, unsigned long long int)
__SAMPAN_TO_INTEGER(signed char, char, rz, __sampan_zero)
__SAMPAN_TO_INTEGER(unsigned char, uchar, rz, __sampan_zero)
#undef __SAMPAN_TO_INTEGER
#undef __SAMPAN_FROM_INTEGER
#undef __SAMPAN_INTEGERS

// ---- Patterns and parts -------------------------------------------------------------------------

__SAMPAN_BOTH short int __SAMPAN_NAME(__, _as_short)(const __SAMPAN_SCALAR a) {
  return (short int)a.__x;
}
__SAMPAN_BOTH unsigned short int __SAMPAN_NAME(__, _as_ushort)(const __SAMPAN_SCALAR a) {
  return a.__x;
}
__SAMPAN_BOTH __SAMPAN_SCALAR __SAMPAN_NAME(__short_as_, )(const short int a) {
  return __SAMPAN_MAKE((unsigned short int)a);
}
__SAMPAN_BOTH __SAMPAN_SCALAR __SAMPAN_NAME(__ushort_as_, )(const unsigned short int a) {
  return __SAMPAN_MAKE(a);
}
__SAMPAN_BOTH __SAMPAN_PACKED __SAMPAN_PAIR_NAME(make_, )(const __SAMPAN_SCALAR x,
                                                          const __SAMPAN_SCALAR y) {
  return __SAMPAN_PACKED(x, y);
}
__SAMPAN_BOTH __SAMPAN_PACKED __SAMPAN_PAIR_NAME(__halves2, )(const __SAMPAN_SCALAR a,
                                                              const __SAMPAN_SCALAR b) {
  return __SAMPAN_PACKED(a, b);
}
// __half2half2, __bfloat162bfloat162
__SAMPAN_BOTH __SAMPAN_PACKED __SAMPAN_JOIN5(__, __SAMPAN_WORD, 2, __SAMPAN_WORD,
                                             2)(const __SAMPAN_SCALAR a) {
  return __SAMPAN_PACKED(a, a);
}
__SAMPAN_BOTH __SAMPAN_SCALAR __SAMPAN_NAME(__low2, )(const __SAMPAN_PACKED a) { return a.x; }
__SAMPAN_BOTH __SAMPAN_SCALAR __SAMPAN_NAME(__high2, )(const __SAMPAN_PACKED a) { return a.y; }
__SAMPAN_BOTH __SAMPAN_PACKED __SAMPAN_PAIR_NAME(__low2, )(const __SAMPAN_PACKED a) {
  return __SAMPAN_PACKED(a.x, a.x);
}
__SAMPAN_BOTH __SAMPAN_PACKED __SAMPAN_PAIR_NAME(__high2, )(const __SAMPAN_PACKED a) {
  return __SAMPAN_PACKED(a.y, a.y);
}
__SAMPAN_BOTH __SAMPAN_PACKED __SAMPAN_PAIR_NAME(__lows2, )(const __SAMPAN_PACKED a,
                                                            const __SAMPAN_PACKED b) {
  return __SAMPAN_PACKED(a.x, b.x);
}
__SAMPAN_BOTH __SAMPAN_PACKED __SAMPAN_PAIR_NAME(__highs2, )(const __SAMPAN_PACKED a,
                                                             const __SAMPAN_PACKED b) {
  return __SAMPAN_PACKED(a.y, b.y);
}
__SAMPAN_BOTH __SAMPAN_PACKED __lowhigh2highlow(const __SAMPAN_PACKED a) {
  return __SAMPAN_PACKED(a.y, a.x);
}
