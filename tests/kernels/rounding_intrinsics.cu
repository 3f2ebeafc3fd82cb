// The intrinsics that name their rounding never fuse and round as they say; -fmad fuses the rest.
#include "check.h"
#include <cmath>

__global__ void run(float a, float b, float c, double d, double e, float *out, double *wide) {
  out[0] = __fadd_rn(__fmul_rn(a, b), c); // two roundings
  out[1] = __fmaf_rn(a, b, c);            // one
  out[3] = __fadd_rz(a, 1e-8f);
  out[4] = __fadd_ru(a, 1e-8f);
  out[5] = __fmul_rd(a, b);
  out[6] = __fmul_ru(a, b);
  out[7] = __fdiv_rz(a, 3.0f);
  wide[0] = __dadd_rn(__dmul_rn(d, e), -d);
  wide[1] = __fma_rn(d, e, -d);
  wide[3] = __ddiv_rn(d, 3.0);
  wide[4] = __dsqrt_rn(d);
  wide[5] = __drcp_rn(d);
}

// In a kernel of its own: beside the others the compiler may share the product.
__global__ void fused(float a, float b, float c, double d, double e, float *out, double *wide) {
  out[2] = a * b + c; // by default, as nvcc does
  wide[2] = d * e - d;
}

int main() {
  float *out = managed<float>(8);
  double *wide = managed<double>(6);
  volatile float a = 1.0000001f, b = 1.0000002f, c = -1.0000004f;
  volatile double d = 1.0000000000000002, e = 1.0000000000000009;
  run<<<1, 1>>>(a, b, c, d, e, out, wide);
  fused<<<1, 1>>>(a, b, c, d, e, out, wide);
  SYNC();
  volatile float product = a * b;
  EXPECT_EQ(out[0], product + c);
  EXPECT_EQ(out[1], fmaf(a, b, c));
  EXPECT_EQ(out[2], fmaf(a, b, c));
  EXPECT(out[0] != out[1]);
  EXPECT_EQ(out[3], a);
  EXPECT_EQ(out[4], nextafterf(a, 2));
  double exact = double(a) * double(b);
  EXPECT(out[5] <= exact && out[6] >= exact && out[6] == nextafterf(out[5], 2));
  EXPECT(double(out[7]) * 3 <= a && double(nextafterf(out[7], 1)) * 3 > a);
  volatile double wide_product = d * e;
  EXPECT_EQ(wide[0], wide_product - d);
  EXPECT_EQ(wide[1], fma(d, e, -d));
  EXPECT_EQ(wide[2], fma(d, e, -d));
  EXPECT_EQ(wide[3], d / 3.0);
  EXPECT_EQ(wide[4], sqrt(d));
  EXPECT_EQ(wide[5], 1 / d);
  return verdict();
}
