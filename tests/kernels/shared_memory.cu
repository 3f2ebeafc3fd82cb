// Static, dynamic and both; of several types; dynamic size asked for by attribute.
// expect-path: vector
#include "check.h"

struct Pair {
  double weight;
  char tag;
};

__global__ void several(double *out) {
  __shared__ char letters[33]; // odd on purpose: what follows must still be aligned
  __shared__ double numbers[64];
  __shared__ Pair pairs[64];
  int t = threadIdx.x;
  if (t < 33)
    letters[t] = 'a' + t % 26;
  numbers[t] = t * 0.5;
  pairs[t].weight = t + 0.25;
  pairs[t].tag = char(t);
  __syncthreads();
  int u = 63 - t;
  out[t] = letters[u % 33] + numbers[u] + pairs[u].weight + pairs[u].tag;
}

extern __shared__ int pool[];
__global__ void dynamic(int *out, int n) {
  __shared__ int offset;
  if (threadIdx.x == 0)
    offset = 1000;
  int *ints = pool;
  float *floats = reinterpret_cast<float *>(ints + n);
  for (int i = threadIdx.x; i < n; i += blockDim.x) {
    ints[i] = i;
    floats[i] = i * 2.0f;
  }
  __syncthreads();
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    out[i] = ints[n - 1 - i] + int(floats[n - 1 - i]) + offset;
}

template <class T> __global__ void templated(T *out) {
  extern __shared__ unsigned char raw[];
  T *data = reinterpret_cast<T *>(raw);
  data[threadIdx.x] = T(threadIdx.x) / 2;
  __syncthreads();
  out[threadIdx.x] = data[threadIdx.x ^ 1];
}

__device__ int helper_sum(int value) {
  __shared__ int buffer[64]; // shared memory of a function that the kernel calls
  buffer[threadIdx.x] = value;
  __syncthreads();
  int next = buffer[(threadIdx.x + 1) % 64];
  __syncthreads();
  return value + next;
}
__global__ void calls_helper(int *out) {
  out[threadIdx.x] = helper_sum(threadIdx.x) * 1000 + helper_sum(threadIdx.x * 2);
}

int main() {
  double *numbers = managed<double>(64);
  several<<<1, 64>>>(numbers);
  SYNC();
  for (int t = 0; t < 64; ++t) {
    int u = 63 - t;
    EXPECT_EQ(numbers[t], double('a' + u % 33 % 26) + u * 0.5 + u + 0.25 + u);
  }
  const int n = 6000; // 48,000 bytes
  int *out = managed<int>(20000);
  dynamic<<<2, 96, n * 8>>>(out, n);
  SYNC();
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(out[i], (n - 1 - i) * 3 + 1000);

  const int larger = 12000; // 96,000 bytes: above 48 KB only after asking
  EXPECT(cudaSuccess ==
         cudaFuncSetAttribute(dynamic, cudaFuncAttributeMaxDynamicSharedMemorySize, larger * 8));
  dynamic<<<1, 1024, larger * 8>>>(out, larger);
  SYNC();
  for (int i = 0; i < larger; ++i)
    EXPECT_EQ(out[i], (larger - 1 - i) * 3 + 1000);

  templated<double><<<1, 64, 64 * sizeof(double)>>>(numbers);
  SYNC();
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(numbers[t], (t ^ 1) / 2.0);
  short *shorts = managed<short>(64);
  templated<short><<<1, 64, 64 * sizeof(short)>>>(shorts);
  SYNC();
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(shorts[t], (t ^ 1) / 2);

  calls_helper<<<1, 64>>>(out);
  SYNC();
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], (t + (t + 1) % 64) * 1000 + 2 * t + 2 * ((t + 1) % 64));
  return verdict();
}
