#include "kernels.cuh"

__constant__ float scale = 2;

__global__ void total(float *out, const float *x, int n) { *out = scale * sum(x, n); }

void launch(float *out, const float *x, int n) { total<<<1, 1>>>(out, x, n); }
