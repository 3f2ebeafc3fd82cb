// cuComplex.h, on both sides, and the constants of math_constants.h.
// expect-path: vector
#include "check.h"
#include <cmath>
#include <complex>
#include <cuComplex.h>
#include <math_constants.h>

struct Results {
  cuDoubleComplex sum, difference, product, quotient, fused, conjugate, widened;
  cuFloatComplex sumf, differencef, productf, quotientf, fusedf, conjugatef, narrowed;
  double real, imaginary, size;
  float realf, imaginaryf, sizef;
};

__host__ __device__ Results calculate(cuDoubleComplex a, cuDoubleComplex b) {
  cuFloatComplex x = make_cuFloatComplex(float(a.x), float(a.y));
  cuComplex y = make_cuComplex(float(b.x), float(b.y));
  return {cuCadd(a, b),
          cuCsub(a, b),
          cuCmul(a, b),
          cuCdiv(a, b),
          cuCfma(a, b, a),
          cuConj(a),
          cuComplexFloatToDouble(x),
          cuCaddf(x, y),
          cuCsubf(x, y),
          cuCmulf(x, y),
          cuCdivf(x, y),
          cuCfmaf(x, y, x),
          cuConjf(x),
          cuComplexDoubleToFloat(a),
          cuCreal(a),
          cuCimag(a),
          cuCabs(a),
          cuCrealf(x),
          cuCimagf(x),
          cuCabsf(x)};
}

__global__ void on_device(const cuDoubleComplex *a, Results *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = calculate(a[i], a[(i + 5) % 64]);
}

template <class Complex>
static void close(int line, Complex got, std::complex<double> want, double epsilon) {
  if (std::abs(std::complex<double>(got.x, got.y) - want) <= epsilon * (1 + std::abs(want)))
    return;
  if (++failures <= 20)
    printf("line %d: %g%+gi, expected %g%+gi\n", line, double(got.x), double(got.y), want.real(),
           want.imag());
}
#define CLOSE(got, want) close(__LINE__, got, want, sizeof got.x == 4 ? 2e-6 : 1e-14)

static void compare(const Results &r, std::complex<double> a, std::complex<double> b) {
  CLOSE(r.sum, a + b), CLOSE(r.difference, a - b), CLOSE(r.product, a * b);
  CLOSE(r.quotient, a / b), CLOSE(r.fused, a * b + a), CLOSE(r.conjugate, std::conj(a));
  CLOSE(r.sumf, a + b), CLOSE(r.differencef, a - b), CLOSE(r.productf, a * b);
  CLOSE(r.quotientf, a / b), CLOSE(r.fusedf, a * b + a), CLOSE(r.conjugatef, std::conj(a));
  CLOSE(r.widened, a), CLOSE(r.narrowed, a);
  EXPECT(r.real == a.real() && r.imaginary == a.imag());
  EXPECT(r.realf == float(a.real()) && r.imaginaryf == float(a.imag()));
  EXPECT(std::fabs(r.size - std::abs(a)) < 1e-14 * (1 + std::abs(a)));
  EXPECT(std::fabs(r.sizef - std::abs(a)) < 1e-6 * (1 + std::abs(a)));
}

__global__ void constants(double *out) {
  double pi = acos(-1.0);
  out[0] = CUDART_PI - pi, out[1] = CUDART_PIO2 - pi / 2, out[2] = CUDART_PIO4 - pi / 4;
  out[3] = CUDART_3PIO4 - 3 * pi / 4, out[4] = CUDART_2_OVER_PI - 2 / pi;
  out[5] = CUDART_SQRT_2_OVER_PI - sqrt(2 / pi), out[6] = CUDART_SQRT_2PI - sqrt(2 * pi);
  out[7] = CUDART_SQRT_TWO - sqrt(2.0), out[8] = CUDART_SQRT_HALF - sqrt(0.5);
  out[9] = CUDART_LN2 - log(2.0), out[10] = CUDART_L2E - log2(exp(1.0));
  out[11] = CUDART_L2T - log2(10.0), out[12] = CUDART_LG2 - log10(2.0);
  out[13] = CUDART_LGE - log10(exp(1.0)), out[14] = CUDART_LNT - log(10.0);
  out[15] = CUDART_LNPI - log(pi), out[16] = CUDART_THIRD - 1.0 / 3;
  out[17] = CUDART_TWOTHIRD - 2.0 / 3, out[18] = CUDART_LG10_2 - log10(2.0);
  out[19] = CUDART_PI_F - float(pi), out[20] = CUDART_PIO2_F - float(pi / 2);
  out[21] = CUDART_PIO4_F - float(pi / 4), out[22] = CUDART_3PIO4_F - float(3 * pi / 4);
  out[23] = CUDART_2_OVER_PI_F - float(2 / pi), out[24] = CUDART_LN2_F - float(log(2.0));
  out[25] = CUDART_SQRT_2_OVER_PI_F - float(sqrt(2 / pi)), out[26] = CUDART_L2T_F - log2f(10);
  out[27] = CUDART_SQRT_TWO_F - sqrtf(2), out[28] = CUDART_SQRT_HALF_F - sqrtf(0.5f);
  out[29] = CUDART_L2E_F - float(log2(exp(1.0))), out[30] = CUDART_LG2_F - float(log10(2.0));
  out[31] = CUDART_LGE_F - float(log10(exp(1.0))), out[32] = CUDART_LNT_F - float(log(10.0));
  out[33] = CUDART_LNPI_F - float(log(pi)), out[34] = CUDART_THIRD_F - 1.0f / 3;
  out[35] = double(CUDART_SQRT_HALF_HI_F) + CUDART_SQRT_HALF_LO_F - sqrt(0.5);
  out[36] = CUDART_ZERO_F + CUDART_ZERO, out[37] = CUDART_ONE_F - CUDART_ONE;
  out[38] = CUDART_NEG_ZERO_F + CUDART_NEG_ZERO;
  out[39] = CUDART_TWO_TO_23_F - exp2(23.0), out[40] = CUDART_TWO_TO_24_F - exp2(24.0);
  out[41] = CUDART_TWO_TO_31_F - exp2(31.0), out[42] = CUDART_TWO_TO_32_F - exp2(32.0);
  out[43] = CUDART_TWO_TO_23 - exp2(23.0), out[44] = CUDART_TWO_TO_52 - exp2(52.0);
  out[45] = CUDART_TWO_TO_53 - exp2(53.0), out[46] = CUDART_TWO_TO_54 - exp2(54.0);
  out[47] = CUDART_TWO_TO_M54 - exp2(-54.0), out[48] = CUDART_TWO_TO_M1022 - exp2(-1022.0);
  out[49] = CUDART_TWO_TO_M126_F - exp2(-126.0), out[50] = CUDART_TWO_TO_126_F - exp2(126.0);
  out[51] = CUDART_MIN_DENORM - exp2(-1074.0), out[52] = CUDART_MIN_DENORM_F - exp2(-149.0);
  out[53] = CUDART_MAX_NORMAL_F - (exp2(128.0) - exp2(104.0));
  out[54] = CUDART_NORM_HUGE_F - CUDART_MAX_NORMAL_F;
  out[55] = isinf(CUDART_INF) && isinf(CUDART_INF_F) ? 0 : 1;
  out[56] = isnan(CUDART_NAN) && isnan(CUDART_NAN_F) ? 0 : 1;
  out[57] = signbit(CUDART_NEG_ZERO) && signbit(CUDART_NEG_ZERO_F) ? 0 : 1;
}

int main() {
  cuDoubleComplex *a = managed<cuDoubleComplex>(64);
  Results *results = managed<Results>(64);
  for (int i = 0; i < 64; ++i) // numbers that a float holds
    a[i] = make_cuDoubleComplex(i * 0.25 - 7.125, (i * 37 % 64) * 0.125 - 3.0625);
  on_device<<<2, 32>>>(a, results);
  SYNC();
  for (int i = 0; i < 64; ++i) {
    cuDoubleComplex b = a[(i + 5) % 64];
    std::complex<double> x(a[i].x, a[i].y), y(b.x, b.y);
    compare(results[i], x, y);
    compare(calculate(a[i], b), x, y);
  }
  // Neither the square of the divisor nor that of the number may overflow.
  cuDoubleComplex huge = make_cuDoubleComplex(3e200, 4e200);
  EXPECT(std::fabs(cuCabs(huge) / 5e200 - 1) < 1e-14);
  CLOSE(cuCdiv(huge, huge), 1.0);

  double *out = managed<double>(58);
  constants<<<1, 1>>>(out);
  SYNC();
  same_bits(out, 58);
  for (int i = 0; i < 58; ++i)
    if (!(std::fabs(out[i]) <= (i == 34 ? 4e-8 : i == 35 ? 1e-15 : i < 19 ? 5e-16 : 0)))
      printf("constant %d is off by %g\n", i, out[i]), ++failures;
  return verdict();
}
