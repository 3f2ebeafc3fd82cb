// Mathematical functions (see narrow_api.h), through those of float.

#define __SAMPAN_MATH(name, value)                                                                 \
  __SAMPAN_BOTH __SAMPAN_SCALAR h##name(const __SAMPAN_SCALAR a) {                                 \
    const float x = __sampan_wide(a);                                                              \
    return __SAMPAN_ROUND(value);                                                                  \
  }                                                                                                \
  __SAMPAN_EACH(h2##name, h##name)

__SAMPAN_MATH(ceil, __builtin_ceilf(x))
__SAMPAN_MATH(floor, __builtin_floorf(x))
__SAMPAN_MATH(trunc, __builtin_truncf(x))
__SAMPAN_MATH(rint, __builtin_rintf(x))
__SAMPAN_MATH(rcp, 1.0f / x)
__SAMPAN_MATH(sqrt, ::sqrtf(x))
__SAMPAN_MATH(rsqrt, 1.0f / ::sqrtf(x))
__SAMPAN_MATH(cos, ::cosf(x))
__SAMPAN_MATH(sin, ::sinf(x))
__SAMPAN_MATH(tanh, ::tanhf(x))
__SAMPAN_MATH(tanh_approx, ::tanhf(x))
__SAMPAN_MATH(exp, ::expf(x))
__SAMPAN_MATH(exp2, ::exp2f(x))
__SAMPAN_MATH(exp10, ::exp10f(x))
__SAMPAN_MATH(log, ::logf(x))
__SAMPAN_MATH(log2, ::log2f(x))
__SAMPAN_MATH(log10, ::log10f(x))
#undef __SAMPAN_MATH
#undef __SAMPAN_EACH
