// expect-path: vector
// Members of structures of several sizes, read and written by neighbouring threads: at the edges of
// memory, with idle threads, with indices that wrap.
#include "check.h"
#include <sys/mman.h>
#include <unistd.h>

template <class T, int N> struct Members {
  T of[N];
};

template <class T, int N>
__global__ void rotate(const Members<T, N> *in, Members<T, N> *out, int n, T factor) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
#pragma unroll
  for (int k = 0; k < N; ++k)
    out[i].of[k] = in[i].of[(k + 1) % N] * factor + T(k);
}

// Only one member: what lies between must stay as it is.
template <class T, int N> __global__ void last_member(Members<T, N> *p, T value) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  p[i].of[N - 1] += value;
}

// Downwards, and from an index that wraps between two lanes.
__global__ void wrapping(const int2 *in, int *out, unsigned n, unsigned shift) {
  unsigned t = threadIdx.x;
  out[t] = in[n - 1 - t].y;
  unsigned index = t + shift; // from -16 on, as a pointer would see it: 0xfffffff0, …, 0, 1, …
  out[n + t] = in[index < n ? index : n].x;
  const char *far = (const char *)in - 8 * (size_t)0xfffffff0u;
  if (index >= 0xfffffff0u)
    out[2 * n + t] = *(const int *)(far + 8 * (size_t)index);
}

template <class T, int N> void check(int n) {
  // The structures end where a page ends that nobody may touch behind.
  size_t page = sysconf(_SC_PAGESIZE), bytes = n * sizeof(Members<T, N>);
  size_t whole = (bytes + page - 1) / page * page;
  char *mapped = (char *)mmap(nullptr, whole + page, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(mapped + whole, page, PROT_NONE);
  auto *in = (Members<T, N> *)(mapped + whole - bytes);
  auto *out = managed<Members<T, N>>(n + 1);
  for (int i = 0; i < n; ++i) {
    for (int k = 0; k < N; ++k)
      in[i].of[k] = T(i * 13 + k * 5), out[i].of[k] = T(-1);
  }
  CUDA(cudaHostRegister(mapped, whole, cudaHostRegisterDefault));
  rotate<<<(n + 63) / 64, 64>>>(in, out, n, T(3));
  SYNC();
  for (int i = 0; i < n; ++i) {
    for (int k = 0; k < N; ++k)
      EXPECT_EQ(out[i].of[k], T(in[i].of[(k + 1) % N] * T(3) + T(k)));
  }
  if (n % 64 == 0) {
    last_member<<<n / 64, 64>>>(in, T(7));
    SYNC();
    for (int i = 0; i < n; ++i) {
      for (int k = 0; k < N; ++k)
        EXPECT_EQ(in[i].of[k], T(i * 13 + k * 5 + (k == N - 1 ? 7 : 0)));
    }
  }
  CUDA(cudaHostUnregister(mapped));
  munmap(mapped, whole + page);
}

int main() {
  for (int n : {1, 40, 64, 320}) {
    check<float, 3>(n);
    check<long long, 2>(n);
    check<double, 3>(n);
    check<float, 7>(n);
  }
  int2 *pairs = managed<int2>(256);
  int *out = managed<int>(256);
  for (int i = 0; i < 256; ++i)
    pairs[i] = make_int2(i, 1000 + i);
  wrapping<<<1, 64>>>(pairs, out, 64, 0xfffffff0u);
  SYNC();
  for (int t = 0; t < 64; ++t) {
    EXPECT_EQ(out[t], 1063 - t);
    EXPECT_EQ(out[64 + t], t < 16 ? 64 : t - 16);
    EXPECT_EQ(out[128 + t], t < 16 ? t : 0);
  }
  return verdict();
}
