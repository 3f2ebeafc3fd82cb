// The C library's assert.h, except that assert names the function as glibc's does, with its
// parameters. Included anew each time: NDEBUG decides what assert is.
#include_next <assert.h>

#if defined(__cplusplus) && !defined(__GLIBC__) && !defined(NDEBUG)
#undef assert
#define assert(condition)                                                                          \
  ((void)((condition) || (__assert_fail(#condition, __FILE__, __LINE__, __PRETTY_FUNCTION__), 0)))
#endif
