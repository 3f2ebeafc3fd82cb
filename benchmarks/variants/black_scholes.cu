#include "written.h"

__device__ float normal_cdf(float d) { return 0.5f * erfcf(-0.70710678f * d); }

// in: price, strike, years; out: call, put.
__global__ void black_scholes(const float *RESTRICT in, float *RESTRICT out, float rate,
                              float volatility, int n) {
  EACH(i, n) {
    float s = in[AT(i, 0, n, 3)], x = in[AT(i, 1, n, 3)], t = in[AT(i, 2, n, 3)];
    float deviation = volatility * sqrtf(t);
    float d1 = (logf(s / x) + (rate + 0.5f * volatility * volatility) * t) / deviation;
    float n1 = normal_cdf(d1), n2 = normal_cdf(d1 - deviation);
    float discounted = x * expf(-rate * t);
    out[AT(i, 0, n, 2)] = s * n1 - discounted * n2;
    out[AT(i, 1, n, 2)] = discounted * (1.0f - n2) - s * (1.0f - n1);
  }
}
KERNEL(black_scholes);
