#include "kernels.cuh"

#include <cstdio>

int main() {
  const int n = 100;
  float *x, *out;
  cudaMallocManaged(&x, n * sizeof(float));
  cudaMallocManaged(&out, sizeof(float));
  for (int i = 0; i < n; ++i)
    x[i] = i;
  launch(out, x, n);
  cudaDeviceSynchronize();
  std::printf("%g\n", *out);
  return *out == expected(n) ? 0 : 1;
}
