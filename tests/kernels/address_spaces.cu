// Which memory a pointer leads to, and pointers as numbers; dot products of two; cached stores.
#include "check.h"

__constant__ int fixed[4] = {1, 2, 3, 4};
__device__ int global[64];

__global__ void test(int *out, unsigned *products, const int *a, const int *b) {
  __shared__ int shared[64];
  int t = threadIdx.x;
  volatile int local[2] = {t, 2 * t};
  int *own = const_cast<int *>(&local[t & 1]);
  shared[t] = 3 * t;
  __syncthreads();
  int *s = &shared[63 - t];
  int bits = 0;
  bits |= __isShared(s) ? 1 : 0;
  bits |= __isShared(&global[t]) ? 2 : 0;
  bits |= __isGlobal(&global[t]) ? 4 : 0;
  bits |= __isGlobal(out) ? 8 : 0;
  bits |= __isGlobal(s) ? 16 : 0;
  out[t] = bits;
  out[64 + t] = *(int *)__cvta_shared_to_generic(__cvta_generic_to_shared(s));
  __stcg(&global[t], *(int *)__cvta_global_to_generic(__cvta_generic_to_global(&a[t])));
  __stwb(&out[128 + t],
         *(const int *)__cvta_constant_to_generic(__cvta_generic_to_constant(&fixed[t & 3])));
  out[192 + t] = *(int *)__cvta_local_to_generic(__cvta_generic_to_local(own));
  products[t] = __dp2a_lo(a[t], b[t], 5);
  products[64 + t] = __dp2a_hi(a[t], b[t], 5);
  products[128 + t] = __dp2a_lo(unsigned(a[t]), unsigned(b[t]), 5u);
  products[192 + t] = __dp2a_hi(unsigned(a[t]), unsigned(b[t]), 5u);
}

__global__ void classify(const double *x, int *out) {
  int i = threadIdx.x;
  float f = x[i];
  out[i] = (__isnan(x[i]) ? 1 : 0) | (__isinf(x[i]) ? 2 : 0) | (__finite(x[i]) ? 4 : 0) |
           (__isfinited(x[i]) ? 8 : 0) | (__signbitd(x[i]) ? 16 : 0);
  out[32 + i] = (__isnanf(f) ? 1 : 0) | (__isinff(f) ? 2 : 0) | (__finitef(f) ? 12 : 0) |
                (__signbitf(f) ? 16 : 0);
}

int main() {
  int *out = managed<int>(256), *a = managed<int>(64), *b = managed<int>(64);
  unsigned *products = managed<unsigned>(256);
  unsigned seed = 1;
  for (int i = 0; i < 64; ++i) {
    a[i] = int(seed = seed * 1664525u + 1013904223u);
    b[i] = int(seed = seed * 1664525u + 1013904223u);
  }
  test<<<1, 64>>>(out, products, a, b);
  SYNC();
  int host[64];
  CUDA(cudaMemcpyFromSymbol(host, global, sizeof host));
  for (int t = 0; t < 64; ++t) {
    EXPECT_EQ(out[t], 1 | 4 | 8);
    EXPECT_EQ(out[64 + t], 3 * (63 - t));
    EXPECT_EQ(out[128 + t], t % 4 + 1);
    EXPECT_EQ(out[192 + t], t % 2 ? 2 * t : t);
    EXPECT_EQ(host[t], a[t]);
    int low = (short)a[t], high = a[t] >> 16;
    EXPECT_EQ(int(products[t]), low * (signed char)b[t] + high * (signed char)(b[t] >> 8) + 5);
    EXPECT_EQ(int(products[64 + t]),
              low * (signed char)(b[t] >> 16) + high * (signed char)(b[t] >> 24) + 5);
    unsigned ul = a[t] & 0xffff, uh = unsigned(a[t]) >> 16, c = b[t];
    EXPECT_EQ(products[128 + t], ul * (c & 255) + uh * (c >> 8 & 255) + 5);
    EXPECT_EQ(products[192 + t], ul * (c >> 16 & 255) + uh * (c >> 24) + 5);
  }
  double *x = managed<double>(32);
  x[1] = -0.0, x[2] = -3, x[3] = __builtin_inf(), x[4] = -__builtin_inf(), x[5] = __builtin_nan("");
  int *kinds = managed<int>(64);
  classify<<<1, 32>>>(x, kinds);
  SYNC();
  const int wanted[] = {12, 28, 28, 2, 18, 1};
  for (int i = 0; i < 6; ++i)
    EXPECT(kinds[i] == wanted[i] && kinds[32 + i] == wanted[i]);
  return verdict();
}
