// The C library functions device code may call. Declared before any system header, so that the
// using-declarations of <cstdlib>, <cstring> and <cstdio> carry them into namespace std.
#ifndef SAMPAN_DEVICE_LIBC_H
#define SAMPAN_DEVICE_LIBC_H

extern "C" {
int printf(const char *, ...); // nvcc declares it for host code too
__device__ void *malloc(__SIZE_TYPE__) __attribute__((malloc));
__device__ void free(void *);
__device__ int printf(const char *, ...);
__device__ int vprintf(const char *, const char *);
// Not noreturn, so that a failed assertion leaves the control flow as it is: the runtime ends the
// thread.
__device__ void __assertfail(const char *message, const char *file, unsigned int line,
                             const char *function, __SIZE_TYPE__ char_size);

// What the assert() of glibc calls.
__device__ static inline __attribute__((always_inline)) void
__assert_fail(const char *message, const char *file, unsigned int line, const char *function) {
  __assertfail(message, file, line, function, sizeof(char));
}
}

static __device__ __forceinline__ void *memcpy(void *, const void *, __SIZE_TYPE__);
static __device__ __forceinline__ void *memset(void *, int, __SIZE_TYPE__);
static __device__ __forceinline__ void *memmove(void *to, const void *from, __SIZE_TYPE__ bytes) {
  return __builtin_memmove(to, from, bytes);
}
static __device__ __forceinline__ int memcmp(const void *a, const void *b, __SIZE_TYPE__ bytes) {
  const unsigned char *left = static_cast<const unsigned char *>(a);
  const unsigned char *right = static_cast<const unsigned char *>(b);
  for (__SIZE_TYPE__ i = 0; i < bytes; ++i)
    if (left[i] != right[i])
      return left[i] - right[i];
  return 0;
}

#endif
