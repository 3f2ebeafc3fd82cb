#include "../../hosts/openmp_host.h"
#include <cmath>

static inline float normal_cdf(float d) { return 0.5f * erfcf(-0.70710678f * d); }

void black_scholes(const float *__restrict price, const float *__restrict strike,
                   const float *__restrict years, float *__restrict call, float *__restrict put,
                   float rate, float volatility, int n) {
#pragma omp parallel for simd
  for (int i = 0; i < n; ++i) {
    float s = price[i], x = strike[i], t = years[i];
    float deviation = volatility * sqrtf(t);
    float d1 = (logf(s / x) + (rate + 0.5f * volatility * volatility) * t) / deviation;
    float d2 = d1 - deviation;
    float n1 = normal_cdf(d1), n2 = normal_cdf(d2);
    float discounted = x * expf(-rate * t);
    call[i] = s * n1 - discounted * n2;
    put[i] = discounted * (1.0f - n2) - s * (1.0f - n1);
  }
}
OPENMP(black_scholes)
