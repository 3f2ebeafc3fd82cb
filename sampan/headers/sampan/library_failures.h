// What the host's C++ library (libstdc++, libc++) calls where it would throw, for device code, in
// which nothing can be thrown: the kernel ends. Declared before the library's headers, so that its
// constexpr functions find them.
#ifndef SAMPAN_LIBRARY_FAILURES_H
#define SAMPAN_LIBRARY_FAILURES_H

#define __SAMPAN_FAILURE(name, parameters)                                                         \
  [[noreturn]] inline __device__ void name parameters { __builtin_trap(); }
namespace std {
__SAMPAN_FAILURE(__throw_bad_alloc, ())
__SAMPAN_FAILURE(__throw_bad_array_new_length, ())
__SAMPAN_FAILURE(__throw_bad_function_call, ())
__SAMPAN_FAILURE(__throw_bad_optional_access, ())
__SAMPAN_FAILURE(__throw_bad_variant_access, (const char *))
__SAMPAN_FAILURE(__throw_bad_variant_access, (bool))
__SAMPAN_FAILURE(__throw_bad_variant_access, (unsigned))
__SAMPAN_FAILURE(__throw_invalid_argument, (const char *))
__SAMPAN_FAILURE(__throw_length_error, (const char *))
__SAMPAN_FAILURE(__throw_logic_error, (const char *))
__SAMPAN_FAILURE(__throw_out_of_range, (const char *))
__SAMPAN_FAILURE(__throw_out_of_range_fmt, (const char *, ...))
__SAMPAN_FAILURE(__throw_overflow_error, (const char *))
__SAMPAN_FAILURE(__throw_runtime_error, (const char *))
} // namespace std
#ifdef _LIBCPP_ABI_NAMESPACE // of libc++, which other targets have (sampan/cross.py)
namespace std {
inline namespace _LIBCPP_ABI_NAMESPACE {
__SAMPAN_FAILURE(__throw_bad_variant_access, ())
} // namespace _LIBCPP_ABI_NAMESPACE
} // namespace std
#endif
#undef __SAMPAN_FAILURE

#endif
