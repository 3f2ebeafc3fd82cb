// expect-path: vector
// half as programs use it: memory, vectorised loads, shared memory, atomics, functions, constants.
#include "check.h"
#include <cmath>
#include <cuda_bf16.h>
#include <cuda_fp16.h>

__constant__ half factor[2];
__device__ half total;

template <class T> __global__ void scale(const T *x, T *y, float by, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    y[i] = T((float)x[i] * by);
}

__global__ void dot(const half2 *a, const half2 *b, float *out, int n) {
  __shared__ half2 part[128];
  half2 sum = __float2half2_rn(0.0f);
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    sum = __hfma2(a[i], __ldg(&b[i]), sum);
  part[threadIdx.x] = sum;
  __syncthreads();
  for (int step = 64; step > 0; step /= 2) {
    if (threadIdx.x < step)
      part[threadIdx.x] = __hadd2(part[threadIdx.x], part[threadIdx.x + step]);
    __syncthreads();
  }
  if (threadIdx.x == 0)
    *out = __low2float(part[0]) + __high2float(part[0]);
}

__global__ void add_up(half *h, half2 *h2, __nv_bfloat16 *b) {
  atomicAdd(h, half(1.0f));
  atomicAdd(h2, make_half2(half(1.0f), half(-0.5f)));
  atomicAdd(b, __float2bfloat16(0.25f));
  atomicAdd(&total, half(0.5f));
}

__global__ void eight_at_once(const half *x, half *y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float4 raw = reinterpret_cast<const float4 *>(x)[i];
  half2 *pair = reinterpret_cast<half2 *>(&raw);
  for (int k = 0; k < 4; ++k)
    pair[k] = __hmul2(pair[k], make_half2(factor[0], factor[1]));
  reinterpret_cast<float4 *>(y)[i] = raw;
}

__global__ void functions(const half *x, float *out) {
  int i = threadIdx.x;
  half v = x[i];
  float *o = out + 12 * i;
  o[0] = hexp(v);
  o[1] = hlog(v);
  o[2] = hsin(v);
  o[3] = hcos(v);
  o[4] = hrsqrt(v);
  o[5] = htanh(v);
  o[6] = hexp2(v);
  o[7] = hlog2(v);
  o[8] = hlog10(v);
  o[9] = hexp10(v);
  o[10] = __high2float(h2exp(__half2half2(v)));
  o[11] = (v > CUDART_ONE_FP16 && !__hisinf(v) && v != half(3)) ? 1.0f : 0.0f;
}

__global__ void warp_sums(const half *x, float *out) {
  half v = x[threadIdx.x];
  half2 pair = __half2half2(v);
  for (int step = 16; step > 0; step /= 2) {
    v += __shfl_down_sync(0xffffffff, v, step);
    pair = __hadd2(pair, __shfl_xor_sync(0xffffffff, pair, step));
  }
  v = __shfl_sync(0xffffffff, v, 0);
  out[threadIdx.x] = (float)v == __low2float(pair) ? (float)v : -1.0f;
}

int main() {
  const int n = 1000;
  half *x = managed<half>(1024), *y = managed<half>(1024);
  __nv_bfloat16 *bx = managed<__nv_bfloat16>(n), *by = managed<__nv_bfloat16>(n);
  for (int i = 0; i < 1024; ++i)
    x[i] = __float2half(0.01f * i - 3);
  for (int i = 0; i < n; ++i)
    bx[i] = 0.01f * i;
  scale<<<4, 256>>>(x, y, 1.5f, n);
  scale<<<4, 256>>>(bx, by, 1.5f, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    EXPECT_EQ((float)y[i], (float)__float2half(1.5f * (float)x[i]));
    EXPECT_EQ((float)by[i], (float)__nv_bfloat16(1.5f * (float)bx[i]));
  }

  float *sum = managed<float>(1);
  for (int i = 0; i < 1024; ++i)
    x[i] = i % 4 - 1;
  dot<<<1, 128>>>((half2 *)x, (half2 *)x, sum, 512);
  SYNC();
  EXPECT_EQ(*sum, 1024 / 4 * (1 + 0 + 1 + 4));

  float *lanes = managed<float>(32);
  warp_sums<<<1, 32>>>(x, lanes);
  SYNC();
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(lanes[i], 32 / 4 * (-1 + 0 + 1 + 2));

  half *h = managed<half>(1), zero = 0.0f, got;
  half2 *h2 = managed<half2>(1);
  __nv_bfloat16 *b = managed<__nv_bfloat16>(1);
  CUDA(cudaMemcpyToSymbol(total, &zero, sizeof zero));
  add_up<<<2, 128>>>(h, h2, b);
  SYNC();
  CUDA(cudaMemcpyFromSymbol(&got, total, sizeof got));
  EXPECT_EQ((float)*h, 256);
  EXPECT_EQ((float)h2->x, 256);
  EXPECT_EQ((float)h2->y, -128);
  EXPECT_EQ((float)*b, 64);
  EXPECT_EQ((float)got, 128);

  half factors[2] = {2.0f, -0.5f};
  CUDA(cudaMemcpyToSymbol(factor, factors, sizeof factors));
  eight_at_once<<<1, 128>>>(x, y);
  SYNC();
  for (int i = 0; i < 1024; ++i)
    EXPECT_EQ((float)y[i], (float)x[i] * (i % 2 ? -0.5f : 2.0f));

  float *out = managed<float>(12 * 64);
  for (int i = 0; i < 64; ++i)
    x[i] = 0.0625f * (i + 1);
  functions<<<1, 64>>>(x, out);
  SYNC();
  for (int i = 0; i < 64; ++i) {
    double v = (float)x[i],
           want[12] = {exp(v),      log(v),     sin(v),  cos(v),
                       1 / sqrt(v), tanh(v),    exp2(v), log2(v),
                       log10(v),    pow(10, v), exp(v),  (double)(v > 1 && v != 3)};
    for (int k = 0; k < 12; ++k)
      EXPECT(fabs(out[12 * i + k] - want[k]) <= 0.000490 * fabs(want[k]));
  }
  return verdict();
}
