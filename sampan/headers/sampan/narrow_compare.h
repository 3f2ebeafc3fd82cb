// Comparisons (see narrow_api.h). The plain forms are false if an operand is NaN, the forms with u
// are true. For packed numbers: each as 1 or 0, as a mask, and (with b) whether both hold.

__SAMPAN_BOTH bool __hisnan(const __SAMPAN_SCALAR a) {
  return __sampan_wide(a) != __sampan_wide(a);
}
__SAMPAN_BOTH int __hisinf(const __SAMPAN_SCALAR a) {
  const float x = __sampan_wide(a);
  return x == __builtin_inff() ? 1 : x == -__builtin_inff() ? -1 : 0;
}
__SAMPAN_BOTH __SAMPAN_PACKED __hisnan2(const __SAMPAN_PACKED a) {
  const unsigned int one = __SAMPAN_FORMAT::one;
  return __SAMPAN_PACKED(__SAMPAN_MAKE(__hisnan(a.x) ? one : 0u),
                         __SAMPAN_MAKE(__hisnan(a.y) ? one : 0u));
}

#define __SAMPAN_COMPARE(name, condition)                                                          \
  __SAMPAN_BOTH bool __h##name(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b) {                 \
    const float x = __sampan_wide(a), y = __sampan_wide(b);                                        \
    return condition;                                                                              \
  }                                                                                                \
  __SAMPAN_BOTH __SAMPAN_PACKED __h##name##2(const __SAMPAN_PACKED a, const __SAMPAN_PACKED b) {   \
    const unsigned int one = __SAMPAN_FORMAT::one;                                                 \
    return __SAMPAN_PACKED(__SAMPAN_MAKE(__h##name(a.x, b.x) ? one : 0u),                          \
                           __SAMPAN_MAKE(__h##name(a.y, b.y) ? one : 0u));                         \
  }                                                                                                \
  __SAMPAN_BOTH unsigned int __h##name##2_mask(const __SAMPAN_PACKED a, const __SAMPAN_PACKED b) { \
    return (__h##name(a.x, b.x) ? 0xffffu : 0u) | (__h##name(a.y, b.y) ? 0xffff0000u : 0u);        \
  }                                                                                                \
  __SAMPAN_BOTH bool __hb##name##2(const __SAMPAN_PACKED a, const __SAMPAN_PACKED b) {             \
    return __h##name(a.x, b.x) & __h##name(a.y, b.y);                                              \
  }
__SAMPAN_COMPARE(eq, x == y)
__SAMPAN_COMPARE(ne, (x < y) | (x > y))
__SAMPAN_COMPARE(lt, x < y)
__SAMPAN_COMPARE(le, x <= y)
__SAMPAN_COMPARE(gt, x > y)
__SAMPAN_COMPARE(ge, x >= y)
__SAMPAN_COMPARE(equ, !((x < y) | (x > y)))
__SAMPAN_COMPARE(neu, !(x == y))
__SAMPAN_COMPARE(ltu, !(x >= y))
__SAMPAN_COMPARE(leu, !(x > y))
__SAMPAN_COMPARE(gtu, !(x <= y))
__SAMPAN_COMPARE(geu, !(x < y))
#undef __SAMPAN_COMPARE
