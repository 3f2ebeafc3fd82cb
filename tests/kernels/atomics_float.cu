// Floating-point atomics; sums of whole numbers, so that their order does not matter.
#include "check.h"

template <class T> __device__ T atomic_max_by_cas(T *address, T value);
template <> __device__ float atomic_max_by_cas(float *address, float value) {
  int *cell = (int *)address, old = *cell, assumed;
  do {
    assumed = old;
    if (__int_as_float(assumed) >= value)
      break;
    old = atomicCAS(cell, assumed, __float_as_int(value));
  } while (old != assumed);
  return __int_as_float(old);
}
__device__ double atomic_mul(double *address, double value) {
  unsigned long long *cell = (unsigned long long *)address, old = *cell, assumed;
  do {
    assumed = old;
    old = atomicCAS(cell, assumed,
                    __double_as_longlong(value * __longlong_as_double((long long)assumed)));
  } while (assumed != old);
  return __longlong_as_double((long long)old);
}

__global__ void run(float *floats, double *doubles, float *histogram) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  atomicAdd(&floats[0], float(i));
  atomicAdd(&doubles[0], i * 0.5);
  atomicAdd(&histogram[i % 7], 1.0f);
  if (i % 50 == 3)
    atomicAdd(&floats[1], -2.0f);
  atomic_max_by_cas(&floats[2], float((i * 37) % 1000));
  if (i < 40)
    atomic_mul(&doubles[1], 2.0);
  float before = atomicExch(&floats[3], float(i + 1));
  atomicAdd(&floats[4], before);
}

__global__ void shared_sums(float *out, double *wide) {
  __shared__ float sum;
  __shared__ double precise;
  __shared__ unsigned bins[16];
  if (threadIdx.x == 0)
    sum = 0, precise = 0;
  if (threadIdx.x < 16)
    bins[threadIdx.x] = 0;
  __syncthreads();
  atomicAdd(&sum, float(threadIdx.x));
  atomicAdd(&precise, 0.25);
  atomicInc(&bins[(threadIdx.x * threadIdx.x) % 16], 0xffffffffu);
  __syncthreads();
  if (threadIdx.x == 0)
    out[blockIdx.x] = sum, wide[blockIdx.x] = precise;
  if (threadIdx.x < 16)
    atomicAdd(&out[8 + threadIdx.x], float(bins[threadIdx.x]));
}

int main() {
  const int n = 512;
  float *floats = managed<float>(8), *histogram = managed<float>(7);
  double *doubles = managed<double>(2);
  doubles[1] = 1;
  run<<<4, 128>>>(floats, doubles, histogram);
  SYNC();
  EXPECT_EQ(floats[0], n * (n - 1) / 2.0f);
  EXPECT_EQ(doubles[0], n * (n - 1) / 4.0);
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(histogram[i], float((n - i + 6) / 7));
  EXPECT_EQ(floats[1], -22.0f); // 3, 53, ..., 503
  float maximum = 0;
  for (int i = 0; i < n; ++i)
    maximum = i * 37 % 1000 > maximum ? i * 37 % 1000 : maximum;
  EXPECT_EQ(floats[2], maximum);
  EXPECT_EQ(doubles[1], double(1ull << 40));
  EXPECT_EQ(floats[3] + floats[4], n * (n + 1) / 2.0f);

  float *out = managed<float>(24);
  double *wide = managed<double>(8);
  shared_sums<<<8, 200>>>(out, wide);
  SYNC();
  float bins[16] = {};
  for (int t = 0; t < 200; ++t)
    bins[t * t % 16] += 8;
  for (int b = 0; b < 8; ++b)
    EXPECT_EQ(out[b], 19900.0f);
  for (int b = 0; b < 8; ++b)
    EXPECT_EQ(wide[b], 50.0);
  for (int i = 0; i < 16; ++i)
    EXPECT_EQ(out[8 + i], bins[i]);
  return verdict();
}
