// What the self-checking programs of this folder share: CUDA(call) ends the program where an API
// call fails, EXPECT and EXPECT_EQ count failures, same_bits(values, n) lets the output depend on
// the values' bits, `return verdict();` prints PASS or FAIL.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

static int failures = 0;

#define CUDA(call)                                                                                 \
  do {                                                                                             \
    cudaError_t error_ = (call);                                                                   \
    if (error_ != cudaSuccess) {                                                                   \
      printf("line %d: %s: %s\n", __LINE__, #call, cudaGetErrorString(error_));                    \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

#define EXPECT(condition)                                                                          \
  do {                                                                                             \
    if (!(condition) && ++failures <= 20)                                                          \
      printf("line %d: not so: %s\n", __LINE__, #condition);                                       \
  } while (0)

template <class Got, class Want>
static void expect_equal(int line, const char *what, const Got &got, const Want &want) {
  if (got == static_cast<Got>(want))
    return;
  if (++failures <= 20)
    printf("line %d: %s is %.17g, expected %.17g\n", line, what, double(got), double(want));
}
#define EXPECT_EQ(got, want) expect_equal(__LINE__, #got, got, want)

// For kernels: waits for them and reports what went wrong while they were launched or ran.
#define SYNC()                                                                                     \
  do {                                                                                             \
    CUDA(cudaGetLastError());                                                                      \
    CUDA(cudaDeviceSynchronize());                                                                 \
  } while (0)

// Memory that host and device both see, filled with zero bytes.
template <class T> static T *managed(size_t count) {
  T *pointer = nullptr;
  CUDA(cudaMallocManaged(&pointer, count * sizeof(T)));
  CUDA(cudaMemset(pointer, 0, count * sizeof(T)));
  CUDA(cudaDeviceSynchronize());
  return pointer;
}

// For results that need only be near what is expected: they must still have the same bits on every
// path. `verdict` shows a digest of them (FNV-1a), in which all NaNs count as one.
static unsigned long long bits_digest = 0;
template <class T> static void same_bits(const T *values, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    unsigned long long bits = 0;
    if (values[i] == values[i])
      memcpy(&bits, &values[i], sizeof(T));
    bits_digest = (bits_digest ^ bits ^ 0xcbf29ce484222325) * 0x100000001b3;
  }
}

static int verdict() {
  if (bits_digest)
    printf("bits %016llx\n", bits_digest);
  printf(failures ? "FAIL (%d)\n" : "PASS\n", failures);
  return failures ? 1 : 0;
}
