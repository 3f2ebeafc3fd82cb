// Operators (see narrow_api.h). Comparisons of packed numbers hold if they hold for both.

#ifndef __SAMPAN_NO_OPERATORS
#define __SAMPAN_OPERATOR(type, sign, function)                                                    \
  __SAMPAN_BOTH type operator sign(const type &a, const type &b) { return function(a, b); }        \
  __SAMPAN_BOTH type &operator sign## = (type & a, const type &b) { return a = function(a, b); }
#define __SAMPAN_RELATION(type, sign, function)                                                    \
  __SAMPAN_BOTH bool operator sign(const type &a, const type &b) { return function(a, b); }

__SAMPAN_OPERATOR(__SAMPAN_SCALAR, +, __hadd)
__SAMPAN_OPERATOR(__SAMPAN_SCALAR, -, __hsub)
__SAMPAN_OPERATOR(__SAMPAN_SCALAR, *, __hmul)
__SAMPAN_OPERATOR(__SAMPAN_SCALAR, /, __hdiv)
__SAMPAN_RELATION(__SAMPAN_SCALAR, ==, __heq)
__SAMPAN_RELATION(__SAMPAN_SCALAR, !=, __hneu)
__SAMPAN_RELATION(__SAMPAN_SCALAR, <, __hlt)
__SAMPAN_RELATION(__SAMPAN_SCALAR, <=, __hle)
__SAMPAN_RELATION(__SAMPAN_SCALAR, >, __hgt)
__SAMPAN_RELATION(__SAMPAN_SCALAR, >=, __hge)
__SAMPAN_OPERATOR(__SAMPAN_PACKED, +, __hadd2)
__SAMPAN_OPERATOR(__SAMPAN_PACKED, -, __hsub2)
__SAMPAN_OPERATOR(__SAMPAN_PACKED, *, __hmul2)
__SAMPAN_OPERATOR(__SAMPAN_PACKED, /, __h2div)
__SAMPAN_RELATION(__SAMPAN_PACKED, ==, __hbeq2)
__SAMPAN_RELATION(__SAMPAN_PACKED, !=, __hbneu2)
__SAMPAN_RELATION(__SAMPAN_PACKED, <, __hblt2)
__SAMPAN_RELATION(__SAMPAN_PACKED, <=, __hble2)
__SAMPAN_RELATION(__SAMPAN_PACKED, >, __hbgt2)
__SAMPAN_RELATION(__SAMPAN_PACKED, >=, __hbge2)
#undef __SAMPAN_OPERATOR
#undef __SAMPAN_RELATION

__SAMPAN_BOTH __SAMPAN_SCALAR operator+(const __SAMPAN_SCALAR &a) { return a; }
__SAMPAN_BOTH __SAMPAN_SCALAR operator-(const __SAMPAN_SCALAR &a) { return __hneg(a); }
__SAMPAN_BOTH __SAMPAN_PACKED operator+(const __SAMPAN_PACKED &a) { return a; }
__SAMPAN_BOTH __SAMPAN_PACKED operator-(const __SAMPAN_PACKED &a) { return __hneg2(a); }

#define __SAMPAN_STEP(sign, function)                                                              \
  __SAMPAN_BOTH __SAMPAN_SCALAR &operator sign(__SAMPAN_SCALAR &a) {                               \
    return a = function(a, __SAMPAN_MAKE(__SAMPAN_FORMAT::one));                                   \
  }                                                                                                \
  __SAMPAN_BOTH __SAMPAN_SCALAR operator sign(__SAMPAN_SCALAR &a, int) {                           \
    const __SAMPAN_SCALAR before = a;                                                              \
    sign a;                                                                                        \
    return before;                                                                                 \
  }                                                                                                \
  __SAMPAN_BOTH __SAMPAN_PACKED &operator sign(__SAMPAN_PACKED &a) {                               \
    sign a.x;                                                                                      \
    sign a.y;                                                                                      \
    return a;                                                                                      \
  }                                                                                                \
  __SAMPAN_BOTH __SAMPAN_PACKED operator sign(__SAMPAN_PACKED &a, int) {                           \
    const __SAMPAN_PACKED before = a;                                                              \
    sign a;                                                                                        \
    return before;                                                                                 \
  }
__SAMPAN_STEP(++, __hadd)
__SAMPAN_STEP(--, __hsub)
#undef __SAMPAN_STEP
#endif
#undef __SAMPAN_MAKE
#undef __SAMPAN_ROUND
