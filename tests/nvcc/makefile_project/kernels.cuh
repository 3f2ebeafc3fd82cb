#pragma once

__device__ float sum(const float *x, int n);
void launch(float *out, const float *x, int n);
double expected(int n);
