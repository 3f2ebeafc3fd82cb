// Arithmetic (see narrow_api.h). Every result is rounded once, to nearest.

// The _rn forms are never fused with others; here no form is.
#define __SAMPAN_ARITHMETIC(name, operation)                                                       \
  __SAMPAN_BOTH __SAMPAN_SCALAR name(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b) {           \
    return __SAMPAN_ROUND(__sampan_wide(a) operation __sampan_wide(b));                            \
  }
#define __SAMPAN_PAIRWISE(name, scalar)                                                            \
  __SAMPAN_BOTH __SAMPAN_PACKED name(const __SAMPAN_PACKED a, const __SAMPAN_PACKED b) {           \
    return __SAMPAN_PACKED(scalar(a.x, b.x), scalar(a.y, b.y));                                    \
  }
#define __SAMPAN_EACH(name, scalar)                                                                \
  __SAMPAN_BOTH __SAMPAN_PACKED name(const __SAMPAN_PACKED a) {                                    \
    return __SAMPAN_PACKED(scalar(a.x), scalar(a.y));                                              \
  }

__SAMPAN_ARITHMETIC(__hadd, +)
__SAMPAN_ARITHMETIC(__hsub, -)
__SAMPAN_ARITHMETIC(__hmul, *)
__SAMPAN_ARITHMETIC(__hdiv, /)
__SAMPAN_ARITHMETIC(__hadd_rn, +)
__SAMPAN_ARITHMETIC(__hsub_rn, -)
__SAMPAN_ARITHMETIC(__hmul_rn, *)
__SAMPAN_PAIRWISE(__hadd2, __hadd)
__SAMPAN_PAIRWISE(__hsub2, __hsub)
__SAMPAN_PAIRWISE(__hmul2, __hmul)
__SAMPAN_PAIRWISE(__h2div, __hdiv)
__SAMPAN_PAIRWISE(__hadd2_rn, __hadd)
__SAMPAN_PAIRWISE(__hsub2_rn, __hsub)
__SAMPAN_PAIRWISE(__hmul2_rn, __hmul)
#undef __SAMPAN_ARITHMETIC

// Clamped to [0, 1]; NaN becomes +0.
__SAMPAN_BOTH __SAMPAN_SCALAR __sampan_saturate(const __SAMPAN_SCALAR a) {
  const float x = __sampan_wide(a);
  const unsigned int above = x > 1.0f ? __SAMPAN_FORMAT::one : a.__x;
  return __SAMPAN_MAKE(x > 0.0f ? above : 0u);
}
__SAMPAN_BOTH __SAMPAN_SCALAR __hadd_sat(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b) {
  return __sampan_saturate(__hadd(a, b));
}
__SAMPAN_BOTH __SAMPAN_SCALAR __hsub_sat(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b) {
  return __sampan_saturate(__hsub(a, b));
}
__SAMPAN_BOTH __SAMPAN_SCALAR __hmul_sat(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b) {
  return __sampan_saturate(__hmul(a, b));
}
__SAMPAN_PAIRWISE(__hadd2_sat, __hadd_sat)
__SAMPAN_PAIRWISE(__hsub2_sat, __hsub_sat)
__SAMPAN_PAIRWISE(__hmul2_sat, __hmul_sat)

__SAMPAN_BOTH __SAMPAN_SCALAR __hneg(const __SAMPAN_SCALAR a) {
  return __SAMPAN_MAKE(a.__x ^ 0x8000u);
}
__SAMPAN_BOTH __SAMPAN_SCALAR __habs(const __SAMPAN_SCALAR a) {
  return __SAMPAN_MAKE(a.__x & 0x7fffu);
}
__SAMPAN_EACH(__hneg2, __hneg)
__SAMPAN_EACH(__habs2, __habs)

// ---- Fused multiplication and addition ----------------------------------------------------------

__SAMPAN_BOTH __SAMPAN_SCALAR __hfma(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b,
                                     const __SAMPAN_SCALAR c) {
  return __SAMPAN_MAKE(__SAMPAN_FORMAT::fma(__sampan_wide(a), __sampan_wide(b), __sampan_wide(c)));
}
__SAMPAN_BOTH __SAMPAN_SCALAR __hfma_sat(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b,
                                         const __SAMPAN_SCALAR c) {
  return __sampan_saturate(__hfma(a, b, c));
}
// Negative results become 0, NaN stays NaN.
__SAMPAN_BOTH __SAMPAN_SCALAR __hfma_relu(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b,
                                          const __SAMPAN_SCALAR c) {
  const __SAMPAN_SCALAR result = __hfma(a, b, c);
  const float x = __sampan_wide(result);
  return __SAMPAN_MAKE(x != x ? __SAMPAN_FORMAT::nan : x > 0.0f ? result.__x : 0u);
}
#define __SAMPAN_FUSED(name, scalar)                                                               \
  __SAMPAN_BOTH __SAMPAN_PACKED name(const __SAMPAN_PACKED a, const __SAMPAN_PACKED b,             \
                                     const __SAMPAN_PACKED c) {                                    \
    return __SAMPAN_PACKED(scalar(a.x, b.x, c.x), scalar(a.y, b.y, c.y));                          \
  }
__SAMPAN_FUSED(__hfma2, __hfma)
__SAMPAN_FUSED(__hfma2_sat, __hfma_sat)
__SAMPAN_FUSED(__hfma2_relu, __hfma_relu)
#undef __SAMPAN_FUSED
// a b + c of complex numbers whose real part is x.
__SAMPAN_BOTH __SAMPAN_PACKED __hcmadd(const __SAMPAN_PACKED a, const __SAMPAN_PACKED b,
                                       const __SAMPAN_PACKED c) {
  const __SAMPAN_SCALAR real = __hfma(a.x, b.x, c.x), imaginary = __hfma(a.x, b.y, c.y);
  return __SAMPAN_PACKED(__hfma(__hneg(a.y), b.y, real), __hfma(a.y, b.x, imaginary));
}

// ---- Minimum and maximum ------------------------------------------------------------------------

// A number wins over NaN, unless `keep_nan`; +0 is larger than -0.
__SAMPAN_BOTH __SAMPAN_SCALAR __sampan_maximum(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b,
                                               bool keep_nan) {
  const float x = __sampan_wide(a), y = __sampan_wide(b);
  const unsigned int number = ((x > y) | (y != y)) ? a.__x : b.__x, same = a.__x & b.__x;
  const bool nan = keep_nan ? (x != x) | (y != y) : (x != x) & (y != y);
  return __SAMPAN_MAKE(nan ? __SAMPAN_FORMAT::nan : x == y ? same : number);
}
__SAMPAN_BOTH __SAMPAN_SCALAR __sampan_minimum(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b,
                                               bool keep_nan) {
  const float x = __sampan_wide(a), y = __sampan_wide(b);
  const unsigned int number = ((x < y) | (y != y)) ? a.__x : b.__x, same = a.__x | b.__x;
  const bool nan = keep_nan ? (x != x) | (y != y) : (x != x) & (y != y);
  return __SAMPAN_MAKE(nan ? __SAMPAN_FORMAT::nan : x == y ? same : number);
}
__SAMPAN_BOTH __SAMPAN_SCALAR __hmax(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b) {
  return __sampan_maximum(a, b, false);
}
__SAMPAN_BOTH __SAMPAN_SCALAR __hmin(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b) {
  return __sampan_minimum(a, b, false);
}
__SAMPAN_BOTH __SAMPAN_SCALAR __hmax_nan(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b) {
  return __sampan_maximum(a, b, true);
}
__SAMPAN_BOTH __SAMPAN_SCALAR __hmin_nan(const __SAMPAN_SCALAR a, const __SAMPAN_SCALAR b) {
  return __sampan_minimum(a, b, true);
}
__SAMPAN_PAIRWISE(__hmax2, __hmax)
__SAMPAN_PAIRWISE(__hmin2, __hmin)
__SAMPAN_PAIRWISE(__hmax2_nan, __hmax_nan)
__SAMPAN_PAIRWISE(__hmin2_nan, __hmin_nan)
#undef __SAMPAN_PAIRWISE
